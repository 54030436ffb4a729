"""The record of decisions, as data."""
