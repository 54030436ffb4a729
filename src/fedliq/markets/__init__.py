"""Liquidity and markets: lead and lag, rolling correlation, event studies, FedWatch."""
