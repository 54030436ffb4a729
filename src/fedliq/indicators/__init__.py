"""Pure functions over time series: Series in, Series out."""
