"""Export the models: JSON Schema for tools, TypeScript for apps and the dashboard.

Both derive from the models alone, so the same models give the same bytes.
"""

from __future__ import annotations

import json
import re
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.alias_generators import to_camel

from schema import (
    audience_filters,
    audit,
    base,
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
    events,
    ids,
    limits,
    mass_messages,
    memberships,
    messages,
    push_tokens,
    reasons,
    receipts,
    received_sms,
    replies,
    reports,
    services,
    sms,
    staff_notes,
    staff_shelf,
    typescript,
    user_chats,
    users,
)

FOLDER = Path(__file__).parent / "exported"
"""The folder of the exported files, under version control."""

JSON_SCHEMA = "parley.schema.json"
TYPESCRIPT = "parley.ts"

DOCUMENTS: tuple[type[BaseModel], ...] = (
    audit.AuditEntry,
    services.Service,
    services.Staff,
    services.DistributionList,
    services.ListMember,
    staff_shelf.CannedAnswer,
    staff_shelf.SavedView,
    staff_shelf.CampaignDraft,
    users.ServiceUser,
    users.User,
    users.Profile,
    users.UserBlock,
    consent_history.ConsentChange,
    consent_history.SmsOptOut,
    received_sms.ReceivedSms,
    chats.Chat,
    memberships.Member,
    memberships.PastMember,
    staff_notes.Note,
    staff_notes.Desk,
    user_chats.UserChat,
    bulk_jobs.BulkJob,
    receipts.ReadReceipt,
    receipts.TypingIndicator,
    messages.Message,
    messages.Reaction,
    messages.MessageQueueEntry,
    push_tokens.PushTokens,
    reports.Report,
    campaigns.CampaignJob,
    campaign_status.CampaignStatus,
    batches.Batch,
    campaign_plan.Plan,
    replies.ReplyMarks,
    mass_messages.MassMessageJob,
    sms.SmsJob,
    campaign_sms.CampaignSmsJob,
    email.EmailJob,
    email.StoredEmailTemplate,
    dead_letters.DeadLetter,
)

PAYLOADS: tuple[type[BaseModel], ...] = (
    events.MessageQueued,
    events.CampaignQueued,
    events.CampaignBatchReady,
    events.CampaignBatchSent,
    events.MassMessageQueued,
    events.SmsQueued,
    events.EmailQueued,
    events.BulkQueued,
)

CLOSED_LISTS: tuple[type[StrEnum], ...] = (
    events.QueueName,
    reasons.CampaignState,
    reasons.RecipientState,
    reasons.RecipientReason,
    reasons.PushOutcome,
    reasons.CampaignError,
    reasons.CallableReason,
    reasons.ReportReason,
    reasons.ReportResolution,
    reasons.DeadLetterCode,
    reasons.SystemEvent,
    consent_history.ConsentSource,
    received_sms.ReceivedSmsState,
)


LIMITS = {name: limit for name, limit in vars(limits).items() if name.isupper()}

PATTERNS = {
    "uid": ids.NAME_PATTERN,
    "drawnId": ids.DRAWN_ID_PATTERN,
    "documentId": rf"^(?!(?:{ids.NOT_AN_ID})$)[^/]+$",
    "phone": base.PHONE_PATTERN,
}

_FIELD_NAME = re.compile(r"``([a-z]+(?:_[a-z]+)+)``")
"""Matches a field as docstrings name it, in Python's spelling."""


def json_schema() -> dict[str, Any]:
    """Return one JSON Schema whose ``$defs`` are all documents, their parts, payloads and lists."""
    exported: list[Any] = [*DOCUMENTS, *PAYLOADS, *CLOSED_LISTS, audience_filters.Filter]
    adapters = [(kind, "validation", TypeAdapter(kind)) for kind in exported]
    _, schema = TypeAdapter.json_schemas(adapters, by_alias=True)  # type: ignore[arg-type]
    definitions = {name: _tidy(schema["$defs"][name]) for name in sorted(schema["$defs"])}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$comment": "Generated from schema/. A date-time stands in Firestore as a timestamp.",
        "$defs": definitions,
    }


def exports() -> dict[str, str]:
    """Return the exported files: name to text."""
    schema = json_schema()
    constants = (
        typescript.constant("LIMITS", LIMITS, "Every limit. Lengths are in UTF-16 code units."),
        typescript.constant("PATTERNS", PATTERNS, "Regular expressions, of flag `u`."),
    )
    return {
        JSON_SCHEMA: json.dumps(schema, indent=2, ensure_ascii=False) + "\n",
        TYPESCRIPT: "\n".join((typescript.render(schema["$defs"]), *constants)),
    }


def write(folder: Path = FOLDER) -> list[Path]:
    """Write the exported files into a folder; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in exports().items():
        path = folder / name
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written


def _tidy(node: Any) -> Any:
    """Return the schema without generated titles; optional fields may be missing, not null."""
    if isinstance(node, list):
        return [_tidy(item) for item in node]
    if not isinstance(node, dict):
        return node
    tidied = {key: _tidy(value) for key, value in node.items() if not _is_title(key, value)}
    if isinstance(tidied.get("description"), str):
        tidied["description"] = _FIELD_NAME.sub(_stored_spelling, tidied["description"])
    for name, field in tidied.get("properties", {}).items():
        if isinstance(field, dict) and "default" in field and field["default"] is None:
            tidied["properties"][name] = _not_null(field)
    return tidied


def _stored_spelling(match: re.Match[str]) -> str:
    return f"``{to_camel(match[1])}``"


def _is_title(key: str, value: Any) -> bool:
    # A field may also be called "title"; then the value is that field's schema.
    return key == "title" and isinstance(value, str)


def _not_null(field: dict[str, Any]) -> dict[str, Any]:
    rest = {key: value for key, value in field.items() if key not in ("default", "anyOf")}
    branches = [branch for branch in field.get("anyOf", []) if branch != {"type": "null"}]
    if len(branches) == 1:
        return {**branches[0], **rest}
    return {**rest, "anyOf": branches} if branches else rest
