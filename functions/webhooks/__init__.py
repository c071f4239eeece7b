"""HTTP functions that providers call: decode, call a service, encode."""
