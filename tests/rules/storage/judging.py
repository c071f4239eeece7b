"""Requests to Cloud Storage, and what its rules say of them."""

from __future__ import annotations

from collections.abc import Mapping

from emulator.storage.rules import MOST_DOCUMENTS, Request, StorageRules
from tests.rules.acting import Document

PNG: Document = {"size": 200_000, "contentType": "image/png"}

__all__ = ["PNG", "Request", "StorageRules", "verdict"]


def verdict(rules: StorageRules, request: Request, documents: Mapping[str, Document]) -> str:
    """`allowed` or `denied`; fails where more documents are looked at than may be."""
    judged = rules.judge(request, documents)
    looked_at = set(judged["asked"])
    assert len(looked_at) <= MOST_DOCUMENTS, f"{sorted(looked_at)} are too many"
    return "allowed" if judged["permit"] else "denied"
