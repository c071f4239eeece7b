"""The emulator asks for no index, so what production needs is compared with the queries here."""

import ast
import json
import re
from collections import Counter
from dataclasses import replace
from typing import Any, get_args, get_origin

import pytest
from pydantic import AwareDatetime, BaseModel

from parley.testing.firestore_indexes import ASCENDING
from schema import (
    audit,
    batches,
    bulk_jobs,
    campaign_plan,
    campaign_sms,
    campaign_status,
    campaigns,
    chats,
    consent_history,
    dead_letters,
    email,
    mass_messages,
    memberships,
    messages,
    paths,
    push_tokens,
    receipts,
    received_sms,
    replies,
    reports,
    services,
    sms,
    staff_notes,
    staff_shelf,
    user_chats,
    users,
)
from schema.export import DOCUMENTS
from tests.indexes import INDEX_FILE, INDEXES
from tests.rules.acting import RULES, Document
from tests.rules.asked_queries import Asked
from tests.rules.queries import ALL, SERVER
from tests.rules.queries_of_clients import CLIENTS
from tests.rules.written_queries import (
    called,
    client_files,
    server_files,
    spelled,
    written_in_a_client,
    written_in_python,
)

DECLARED: Document = json.loads(INDEX_FILE.read_text())

COLLECTIONS: dict[type[BaseModel], str] = {
    audit.AuditEntry: "audit",
    services.Service: "services",
    services.Staff: "staff",
    services.DistributionList: "distributionLists",
    services.ListMember: "members",
    bulk_jobs.BulkJob: paths.BULK_JOBS,
    staff_shelf.CannedAnswer: "cannedAnswers",
    staff_shelf.SavedView: "savedViews",
    staff_shelf.CampaignDraft: "campaignDrafts",
    users.ServiceUser: "users",
    users.User: "users",
    users.Profile: "profiles",
    users.UserBlock: "blocked",
    consent_history.ConsentChange: "consentHistory",
    consent_history.SmsOptOut: "smsOptOuts",
    received_sms.ReceivedSms: "inboundSms",
    chats.Chat: "chats",
    memberships.Member: "members",
    memberships.PastMember: paths.PAST,
    staff_notes.Note: "notes",
    staff_notes.Desk: "desk",
    user_chats.UserChat: "chats",
    receipts.ReadReceipt: "members",
    receipts.TypingIndicator: "members",
    messages.Message: "messages",
    messages.Reaction: "reactions",
    messages.MessageQueueEntry: paths.MESSAGE_QUEUE,
    push_tokens.PushTokens: paths.USER_PUSH_TOKENS,
    reports.Report: paths.REPORTS,
    campaigns.CampaignJob: paths.CAMPAIGN_QUEUE,
    campaign_status.CampaignStatus: paths.CAMPAIGN_STATUS,
    batches.Batch: "batches",
    campaign_plan.Plan: "plan",
    replies.ReplyMarks: paths.REPLIES,
    campaign_sms.CampaignSmsJob: paths.CAMPAIGN_SMS,
    mass_messages.MassMessageJob: paths.CAMPAIGN_MESSAGE_QUEUE,
    sms.SmsJob: paths.NON_CHAT_SMS_QUEUE,
    email.EmailJob: paths.EMAIL_NOTIFICATIONS,
    email.StoredEmailTemplate: "emailTemplates",
    dead_letters.DeadLetter: paths.DEAD_LETTERS,
}
MADE_BY_THE_DOMAIN = {
    "parley/services/campaigns/audience.py",
    "parley/services/campaigns/export_results.py",
    "parley/services/chats/matching_cases.py",
}
"""Files whose conditions are those of a filter, of a view, or of a state that is asked for."""
FEW = {"services", "staff", "plan"}
"""Collections of few documents that are seldom written: an index costs next to nothing there."""
TEXTS = {"body", "comment", "html", "note", "text", "topic"}


def weighty(model: type[BaseModel]) -> list[str]:
    """Fields that cost where they are indexed: maps, arrays, long texts, and times."""
    return [
        field.alias or name
        for name, field in model.model_fields.items()
        if name in TEXTS or is_weighty(field.annotation)
    ]


def is_weighty(annotation: Any) -> bool:
    if annotation in (Any, AwareDatetime) or get_origin(annotation) in (list, dict):
        return True
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return True
    return any(is_weighty(inner) for inner in get_args(annotation))


@pytest.mark.parametrize("asked", ALL, ids=str)
def test_a_query_is_served_by_an_index(asked: Asked) -> None:
    assert INDEXES.missing(asked.query, asked.sums) is None


def test_every_query_of_the_server_is_declared() -> None:
    written = dict(server_files())
    assert written.keys() == SERVER.keys(), "declare what a file asks in tests/rules/queries.py"
    for file, tree in written.items():
        sites = Counter(called(node) for node in ast.walk(tree))["Query"]
        assert sites <= len(SERVER[file]), f"{file} builds {sites} queries, fewer are declared"
        made_while_it_runs = spelled(SERVER[file], directions=False) - written_in_python(tree)
        assert written_in_python(tree) <= spelled(SERVER[file], directions=False), file
        assert not made_while_it_runs or file in MADE_BY_THE_DOMAIN, file


def test_every_query_of_the_clients_is_declared() -> None:
    written = {
        file: conditions
        for file, text in client_files()
        if (conditions := written_in_a_client(text))
    }
    declared = {file: spelled(queries, directions=True) for file, queries in CLIENTS.items()}
    assert written == declared, "declare what a client asks in tests/rules/queries.py"


@pytest.mark.parametrize(
    ("collection", "composite"),
    [(name, index) for name, indexes in INDEXES.composite.items() for index in indexes],
)
def test_a_composite_index_has_exactly_the_fields_of_a_query(
    collection: str, composite: tuple[tuple[str, str], ...]
) -> None:
    """Also where indexes of single fields could be merged: that reads more than one that fits."""
    queries = [asked for asked in ALL if asked.query.collection.split("/")[-1] == collection]
    assert {field for field, _ in composite} in [fields_of(asked) for asked in queries]


def fields_of(asked: Asked) -> set[object]:
    compared = {where.field for where in asked.query.where}
    ordered = {order.field for order in asked.query.order_by}
    # Every index ends with the name.
    named: set[object] = {*compared, *ordered, *asked.sums}
    return named - {"__name__"}


def test_every_document_has_a_collection() -> None:
    assert COLLECTIONS.keys() == set(DOCUMENTS)


@pytest.mark.parametrize(
    ("collection", "field"),
    [
        (collection, field)
        for model, collection in COLLECTIONS.items()
        if collection not in FEW
        for field in weighty(model)
    ],
)
def test_large_fields_are_indexed_only_for_a_query(collection: str, field: str) -> None:
    exempt = {**INDEXES.single.get(collection, {}), field: frozenset[str]()}
    without = replace(INDEXES, single={**INDEXES.single, collection: exempt})
    needed = any(without.missing(asked.query, asked.sums) for asked in ALL)
    assert bool(INDEXES.indexed(collection, field)) == needed


def test_an_index_over_a_group_is_needed_by_a_query() -> None:
    """Each costs a write's time at one place for all collections of that id together."""
    kept = {
        (collection, field)
        for collection, fields in INDEXES.group.items()
        for field, modes in fields.items()
        if modes
    }
    groups = [asked.query for asked in ALL if asked.query.is_group]
    assert kept == {(query.collection, where.field) for query in groups for where in query.where}


@pytest.mark.parametrize("entry", [*DECLARED["indexes"], *DECLARED["fieldOverrides"]], ids=str)
def test_every_index_is_on_a_collection_with_rules(entry: Document) -> None:
    # These are the server's alone: no rule opens them.
    closed = {paths.REPLIES, paths.VERSIONS, paths.CAMPAIGN_SMS, paths.SMS_SENDERS}
    closed |= {paths.PAST, paths.DIGEST_QUEUE, paths.BLOCKED_BY, paths.HOLDS}
    collections = {*re.findall(r"/(\w+)/\{\w+\}", RULES.read_text()), *closed}
    assert entry["collectionGroup"] in collections


def test_the_outbox_has_an_index_by_shard_and_time_but_not_by_time() -> None:
    assert INDEXES.composite[paths.MESSAGE_QUEUE] == [
        (("shard", ASCENDING), ("createdAt", ASCENDING))
    ]
    assert INDEXES.indexed(paths.MESSAGE_QUEUE, "createdAt") == frozenset()
