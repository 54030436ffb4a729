"""Reserve demand: its elasticity over time, its kink, and its logarithmic form."""
