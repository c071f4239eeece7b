"""HTTP/1.1 for many small requests to one server."""
