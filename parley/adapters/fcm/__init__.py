"""Firebase Cloud Messaging behind the push port."""
