"""Vendors: the only code that imports an SDK."""
