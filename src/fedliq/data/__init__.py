"""Everything that touches disk or network."""
