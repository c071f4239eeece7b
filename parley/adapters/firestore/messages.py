"""Firestore's generated messages, by the modules that hold them."""

from __future__ import annotations

from parley.adapters.without_clients import without_clients

with without_clients("google.cloud.firestore_v1"):
    from google.cloud.firestore_v1.types import firestore
    from google.cloud.firestore_v1.types import query as query_types
    from google.cloud.firestore_v1.types import write as write_types

__all__ = ["firestore", "query_types", "write_types"]
