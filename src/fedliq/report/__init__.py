"""The liquidity brief: facts, then a document, then a format."""
