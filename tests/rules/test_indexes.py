"""The emulator asks for no index, so what production needs is compared with the queries here."""

import json
import re
from typing import Any

import pytest

from schema import paths
from schema.reasons import RecipientState
from tests.rules.acting import RULES, Document

INDEXES: Document = json.loads((RULES.parent / "firestore.indexes.json").read_text())


def exempt(collection: str) -> set[str]:
    return {
        override["fieldPath"]
        for override in INDEXES["fieldOverrides"]
        if override["collectionGroup"] == collection and override["indexes"] == []
    }


@pytest.mark.parametrize("entry", [*INDEXES["indexes"], *INDEXES["fieldOverrides"]], ids=str)
def test_an_index_is_of_a_collection_that_has_rules(entry: dict[str, Any]) -> None:
    collections = re.findall(r"/(\w+)/\{\w+\}", RULES.read_text())
    assert entry["collectionGroup"] in collections


@pytest.mark.parametrize(
    ("collection", "queried"),
    [
        ("users", {"attributes", "tags", "locale", "timeZone", "createdAt", "lastSeenAt"}),
        ("messages", {"createdAt"}),
        ("members", {"role"}),
        ("audit", {"at", "target"}),
        (paths.REPORTS, {"serviceId", "state", "reporterId", "senderId"}),
        ("chats", {"serviceId", "kind", "updatedAt", "pinned", "archived", "snoozedUntil"}),
        (
            "batches",
            {"uids", "state", "serviceId", *(f"counts.{state}" for state in RecipientState)},
        ),
        (paths.CAMPAIGN_QUEUE, {"serviceId", "createdAt"}),
        (paths.CAMPAIGN_STATUS, {"serviceId", "state"}),
        (paths.NON_CHAT_SMS_QUEUE, {"serviceId", "createdAt", "delivery.state"}),
    ],
)
def test_a_field_that_is_queried_keeps_its_index(collection: str, queried: set[str]) -> None:
    exempted = exempt(collection)
    assert not {field for field in queried if exempted & {field, field.split(".")[0]}}


def test_the_outbox_is_swept_by_shard_and_time_with_no_index_on_time_alone() -> None:
    fields = [
        [field["fieldPath"] for field in index["fields"]]
        for index in INDEXES["indexes"]
        if index["collectionGroup"] == paths.MESSAGE_QUEUE
    ]
    assert fields == [["shard", "createdAt"]]
    assert "createdAt" in exempt(paths.MESSAGE_QUEUE)


@pytest.mark.parametrize(
    ("collection", "heavy"),
    [
        ("messages", {"body", "attachments", "mentions", "attributes"}),
        ("batches", {"recipients"}),
        ("audit", {"before", "after"}),
        (paths.REPORTS, {"message", "comment", "note"}),
        ("chats", {"lastMessage", "memberIds", "attributes"}),
        (paths.USER_PUSH_TOKENS, {"devices", "muted"}),
        (paths.CAMPAIGN_QUEUE, {"message", "audience"}),
    ],
)
def test_what_is_heavy_and_never_queried_has_no_index(collection: str, heavy: set[str]) -> None:
    assert heavy <= exempt(collection)
