"""Cloud Storage behind the port for files."""
