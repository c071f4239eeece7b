"""The Swift, Kotlin and Dart examples of the client contract write what the schema knows.

They are not compiled. Every write is taken out of the text, its path compared with those of
`schema/paths.py`, its fields with the exported schema, and its values with the models.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from schema import limits, paths
from schema.base import Document
from schema.chats import Chat
from schema.memberships import Member
from schema.messages import Message, MessageQueueEntry
from schema.push_tokens import PushTokens
from schema.receipts import ReadReceipt
from schema.user_chats import UserChat
from tests.documented_examples import PAGE
from tests.node_tools import ROOT

ANY = "{}"
MODELS: dict[str, type[Document]] = {
    paths.chat(ANY): Chat,
    paths.chat_member(ANY, ANY): Member,
    paths.message(ANY, ANY): Message,
    paths.message_queue(ANY, ANY): MessageQueueEntry,
    paths.read_receipt(ANY, ANY): ReadReceipt,
    paths.user_chat(ANY, ANY): UserChat,
    paths.push_tokens(ANY): PushTokens,
}
FOUR_CALLS = sorted(MODELS)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
VALUES: dict[str, Any] = {
    "me": "ann",
    "now": NOW,
    "newest": NOW,
    "chatId": "ann:bob",
    "messageId": "m1",
    "body": "Hello",
    "messageCount": 3,
    "installationId": "phone",
    "token": "t",
    "SHARD": limits.INBOX_SHARDS - 1,
}
"""What stands for each name in an example."""


@dataclass(frozen=True)
class Write:
    """One document that an example writes; `is_whole` if it is not an update of a few fields."""

    path: str
    fields: dict[str, Any]
    is_whole: bool


def block(language: str) -> str:
    found = re.search(rf"^```{language}\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.M | re.S)
    assert found
    text = re.sub(r"\s+", " ", re.sub(r"//.*", "", found[1]))
    if language == "dart":
        # Dart's own spelling of a reference and of quotes.
        return text.replace(".doc(", ".document(").replace("'", '"')
    return text


def swift_writes() -> Iterator[Write]:
    text = block("swift").replace(f"Int.random(in: 0...{limits.INBOX_SHARDS - 1})", "SHARD")
    text = re.sub(r"\\\(\w+\)", ANY, text)
    refs = dict(re.findall(r'let (\w+) = db\.document\("([^"]+)"\)', text))
    maps = dict(re.findall(r"let (\w+): \[String: Any\] = (\[[^\]]*\])", text))
    where = r"(?:forDocument: (.*?)\)(?= )|merge: true\))"
    for target, call, data, ref in re.findall(
        rf"([\w.()\"/{{}}:]+)\.(setData|updateData)\( ?(\[.*?\]), {where}", text
    ):
        fields = value(data, maps)
        yield Write(path_of(ref or target, refs), fields, call == "setData")


def kotlin_writes() -> Iterator[Write]:
    text = block("kotlin").replace(f"Random.nextInt({limits.INBOX_SHARDS})", "SHARD")
    text = re.sub(r"\$\w+", ANY, text)
    refs = dict(re.findall(r'val (\w+) = db\.document\("([^"]+)"\)', text))
    maps = dict(re.findall(r"val (\w+) = (mapOf\([^)]*\))", text))
    for ref, data in re.findall(r"batch\.set\( ?(.*?), (mapOf\(.*?\)),? ?\)", text):
        yield Write(path_of(ref, refs), value(data, maps), is_whole=True)
    for ref, name, given in re.findall(r'batch\.update\((.*?), "(\w+)", (\w+)\)', text):
        yield Write(path_of(ref, refs), {name: VALUES[given]}, is_whole=False)
    alone = r"(db\.document\(\"[^\"]+\"\)) \.set\((mapOf\(.*\)), SetOptions"
    for ref, data in re.findall(alone, text):
        yield Write(path_of(ref, refs), value(data, maps), is_whole=True)


def dart_writes() -> Iterator[Write]:
    text = block("dart").replace(f"Random().nextInt({limits.INBOX_SHARDS})", "SHARD")
    text = re.sub(r"\$\w+", ANY, text)
    refs = dict(re.findall(r'final (\w+) = db\.document\("([^"]+)"\)', text))
    maps = dict(re.findall(r"final (\w+) = (\{[^}]*\})", text))
    for ref, data in re.findall(r"batch\.set\( ?(.*?), (\{.*?\}),? ?\)", text):
        yield Write(path_of(ref, refs), value(data, maps), is_whole=True)
    for ref, data in re.findall(r"batch\.update\((.*?), (\{.*?\})\)", text):
        yield Write(path_of(ref, refs), value(data, maps), is_whole=False)
    alone = r"(db\.document\(\"[^\"]+\"\))\.set\((\{.*\}), SetOptions"
    for ref, data in re.findall(alone, text):
        yield Write(path_of(ref, refs), value(data, maps), is_whole=True)


def path_of(ref: str, refs: dict[str, str]) -> str:
    """A reference's path, with `{}` for each name in it."""
    if below := re.fullmatch(r'(\w+)\.collection\("(\w+)"\)\.document\(\w+\)', ref):
        return f"{refs[below[1]]}/{below[2]}/{ANY}"
    literal = re.fullmatch(r'db\.document\("([^"]+)"\)', ref)
    return literal[1] if literal else refs[ref]


def value(literal: str, maps: dict[str, str]) -> dict[str, Any]:
    """A map's literal with sample values, in either language."""
    for name, there in maps.items():
        literal = re.sub(rf"(?<![\w\"]){name}(?![\w\"])", there, literal)
    for theirs, ours in (("mapOf(", "{"), (")", "}"), ("[", "{"), ("]", "}"), (" to ", ": ")):
        literal = literal.replace(theirs, ours)
    found = eval(literal, {"__builtins__": {}}, VALUES)
    assert isinstance(found, dict)
    return found


LANGUAGES = {"swift": swift_writes, "kotlin": kotlin_writes, "dart": dart_writes}
WRITES = [(language, write) for language, writes in LANGUAGES.items() for write in writes()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_four_calls_write_all_their_documents(language: str) -> None:
    assert sorted(write.path for of, write in WRITES if of == language) == FOUR_CALLS


@pytest.mark.parametrize(("language", "write"), WRITES, ids=lambda each: str(each)[:60])
def test_every_field_is_one_of_the_exported_schema(language: str, write: Write) -> None:
    exported = json.loads((ROOT / "schema/exported/parley.schema.json").read_text())["$defs"]
    model = exported[MODELS[write.path].__name__]

    assert set(write.fields) <= set(model["properties"])
    if write.is_whole:
        assert set(write.fields) >= set(model.get("required", []))


@pytest.mark.parametrize(("language", "write"), WRITES, ids=lambda each: str(each)[:60])
def test_every_value_is_valid_by_the_schema(language: str, write: Write) -> None:
    others = {"serviceId": "default", "kind": "direct", "updatedAt": NOW}
    there = {} if write.is_whole else {**others, "messageCount": 3, "readCount": 0}

    MODELS[write.path].model_validate({**there, **write.fields})


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_path_exists_in_the_tree(language: str) -> None:
    text = re.sub(r"\\\(\w+\)|\$\w+", ANY, block(language))

    assert set(re.findall(r'document\("([^"]+)"\)', text)) <= set(MODELS)
