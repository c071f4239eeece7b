"""Render JSON Schema as TypeScript: the subset that the models use, an error for the rest."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

HEADER = """\
// Generated from schema/ by `make schema`. Do not edit.
// Field names and types as they stand in Firestore.

/** A Firestore timestamp, as the SDKs for the web, React Native and Node all have it. */
export interface Timestamp {
  readonly seconds: number;
  readonly nanoseconds: number;
  toDate(): Date;
  toMillis(): number;
}
"""

_IDENTIFIER = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_SIMPLE = {
    "string": "string",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "null": "null",
}


def render(definitions: dict[str, dict[str, Any]]) -> str:
    """Return one exported interface or type for each definition, in the order given."""
    parts = [HEADER]
    for name, node in definitions.items():
        comment = _comment(node.get("description"), "")
        if "properties" in node:
            parts.append(f"{comment}export interface {name} {_object(node, '')}\n")
        else:
            parts.append(f"{comment}export type {name} = {_type(node, '')};\n")
    return "\n".join(parts)


def constant(name: str, values: Mapping[str, int | str], comment: str) -> str:
    """Return an exported constant, which apps check before they write."""
    lines = [f"  {key}: {json.dumps(value)}," for key, value in values.items()]
    body = "\n".join(lines)
    return f"{_comment(comment, '')}export const {name} = {{\n{body}\n}} as const;\n"


def _type(node: dict[str, Any], indent: str) -> str:
    if "$ref" in node:
        return str(node["$ref"]).rsplit("/", 1)[-1]
    if "const" in node:
        return json.dumps(node["const"])
    if "enum" in node:
        return " | ".join(json.dumps(value) for value in node["enum"])
    for union in ("anyOf", "oneOf"):
        if union in node:
            branches = dict.fromkeys(_type(branch, indent) for branch in node[union])
            return " | ".join(branches)
    kind = node.get("type")
    if kind == "array":
        items = _type(node["items"], indent)
        return f"{items}[]" if _IDENTIFIER.fullmatch(items) else f"({items})[]"
    if kind == "object":
        return _object(node, indent)
    if kind == "string" and node.get("format") == "date-time":
        return "Timestamp"
    if kind is None:
        return "unknown"
    if kind not in _SIMPLE:
        raise ValueError(f"no TypeScript for {node!r}")
    return _SIMPLE[kind]


def _object(node: dict[str, Any], indent: str) -> str:
    if "properties" not in node:
        keys = node.get("propertyNames", {})
        # TypeScript cannot express the pattern of a key.
        patterns = list(node.get("patternProperties", {}).values())
        values = patterns[0] if patterns else node.get("additionalProperties", {})
        value = _type(values, indent) if isinstance(values, dict) else "unknown"
        key = _type(keys, indent) if "$ref" in keys or "enum" in keys else "string"
        # A map keyed by a closed list may lack some of its keys.
        return f"Record<string, {value}>" if key == "string" else f"{{ [K in {key}]?: {value} }}"
    inner = indent + "  "
    lines = ["{"]
    for name, field in node["properties"].items():
        key = name if _IDENTIFIER.fullmatch(name) else json.dumps(name)
        mark = "" if name in node.get("required", ()) or "const" in field else "?"
        comment = _comment(field.get("description"), inner) if "$ref" not in field else ""
        lines.append(f"{comment}{inner}{key}{mark}: {_type(field, inner)};")
    return "\n".join([*lines, f"{indent}}}"])


def _comment(text: str | None, indent: str) -> str:
    if not text:
        return ""
    lines = text.replace("*/", "* /").replace("``", "`").splitlines()
    if len(lines) == 1:
        return f"{indent}/** {lines[0]} */\n"
    body = "".join(f"{indent} * {line}".rstrip() + "\n" for line in lines)
    return f"{indent}/**\n{body}{indent} */\n"
