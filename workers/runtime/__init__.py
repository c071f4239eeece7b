"""The runtime that serves a queue: pull, order into lanes, call the handler, settle, drain."""
