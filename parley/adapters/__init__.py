"""Adapters for vendors: the only code that imports their SDKs."""
