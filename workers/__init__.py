"""Worker processes: `handlers.py` says who serves a queue, `runtime/` serves it."""
