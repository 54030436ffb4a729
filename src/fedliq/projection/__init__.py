"""The balance sheet forward: pure functions from an opening sheet and a schedule to paths."""
