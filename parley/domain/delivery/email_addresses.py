"""Addresses of an email: read as nodemailer reads them, written as headers need them. Pure.

Trigger Email hands its documents to nodemailer, so a text of addresses reaches the same people
here, or nobody: what cannot be read for certain is refused, and nothing is dropped in silence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from parley.domain.delivery.email_headers import encode_words
from schema import limits
from schema.delivery import DeliveryReason
from schema.explain import describe_value

_TOKEN = re.compile(
    r'"(?P<quoted>(?:[^"\\]|\\.)*)"'
    r"|\((?P<comment>[^()]*)\)"
    r"|<(?P<address>[^<>]*)>"
    r"|(?P<end>[,;])"
    r"|(?P<group>:)"
    r'|(?P<text>[^"(<,;:)>]+)'
)
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_LOCAL = re.compile(r'[^\s@<>()\[\],;:\\"]+')
_STOPS = re.compile("[.\u3002\uff0e\uff61]")
"""What stands between the labels of a domain: an East Asian keyboard has stops of its own."""
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")

_LOCAL_BYTES = 64
_DOMAIN_BYTES = 253


class InvalidEmail(ValueError):
    """A job that must not be sent; the message names the field, its value and the way out."""

    def __init__(self, message: str, reason: DeliveryReason = DeliveryReason.INVALID_JOB) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One address, its domain in punycode, and the name before it, which may be empty."""

    address: str
    name: str = ""

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]

    def header(self) -> str:
        """Return the mailbox for a header; long names are several words on lines of their own."""
        if not self.name:
            return self.address
        return f"{_header_name(self.name)} <{self.address}>"


def parse_mailboxes(value: str | Sequence[str] | None, of: str) -> list[Mailbox]:
    """Return the mailboxes of a field, each address once, in order.

    Raise :class:`InvalidEmail` naming the field ``of``.
    """
    texts = [(of, value)] if isinstance(value, str) else _numbered(value or (), of)
    found: dict[str, Mailbox] = {}
    for place, text in texts:
        for mailbox in _parse(text, place):
            found.setdefault(mailbox.address, mailbox)
    return list(found.values())


def parse_mailbox(value: str, of: str) -> Mailbox:
    """Return the only mailbox of a field."""
    found = parse_mailboxes(value, of)
    if len(found) != 1:
        raise InvalidEmail(f"{of} must have one address{describe_value(value)}.")
    return found[0]


def _numbered(values: Sequence[str], of: str) -> Iterator[tuple[str, str]]:
    return ((f"{of}[{place}]", text) for place, text in enumerate(values))


@dataclass(slots=True)
class _Part:
    """What stands between two commas."""

    words: list[str] = field(default_factory=list)
    quoted: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)

    def is_empty(self) -> bool:
        return not (self.words or self.quoted or self.comments or self.addresses)


def _parse(text: str, of: str, *, in_group: bool = False) -> list[Mailbox]:
    if _CONTROL.search(text):
        raise InvalidEmail(f"{of} must hold no control characters{describe_value(text)}.")
    found: list[Mailbox] = []
    part, at = _Part(), 0
    before: list[str] = []
    """Names before a comma, as in ``Miller, Ann <ann@a.example>``."""
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            raise InvalidEmail(
                f"{of} has a bracket or quote without its other half{describe_value(text)}; "
                "write each address as Name <name@example.com>."
            )
        at = token.end()
        match token.lastgroup:
            case "quoted":
                part.quoted.append(re.sub(r"\\(.)", r"\1", token["quoted"]).strip())
            case "comment":
                part.comments.append(token["comment"].strip())
            case "address":
                part.addresses.append(token["address"].strip())
            case "text":
                part.words += token["text"].split()
            case "end":
                _end(part, before, found, of, text)
                part = _Part()
            case "group":
                if in_group:
                    raise InvalidEmail(f"{of} has a group in a group{describe_value(text)}.")
                end = text.find(";", at)
                end = len(text) if end < 0 else end
                found += _parse(text[at:end], of, in_group=True)
                part, at = _Part(), end + 1
    _end(part, before, found, of, text)
    if before or not found:
        raise InvalidEmail(
            f"{of} must be an address such as ann@example.com{describe_value(text)}; write names "
            "as Ann <ann@example.com>, and nothing else between the commas."
        )
    return found


def _end(part: _Part, before: list[str], found: list[Mailbox], of: str, text: str) -> None:
    """Add the mailbox of a part that ends, or keep its words as the begin of the next name."""
    if part.is_empty():
        return
    words, addresses = part.words, list(part.addresses)
    bare = [word for word in words if "@" in word]
    if not addresses and bare:
        addresses = bare
        words = [word for word in words if "@" not in word]
    elif bare:
        # A name with an address in it: mail programs show it in place of the real one.
        raise InvalidEmail(f"{of} has two addresses without a comma{describe_value(text)}.")
    name = " ".join([*part.quoted, *words] or part.comments)
    if not addresses:
        before.append(name)
        return
    if len(addresses) > 1:
        raise InvalidEmail(f"{of} has two addresses without a comma{describe_value(text)}.")
    if before and not name:
        raise InvalidEmail(f"{of} has {before[0]!r}, which is no address{describe_value(text)}.")
    whole = ", ".join([*before, name])
    before.clear()
    found.append(Mailbox(checked_address(addresses[0], of), whole))


def checked_address(address: str, of: str) -> str:
    """Return an address with its domain in punycode, as nodemailer writes it."""
    local, _, domain = address.rpartition("@")
    encoded = _punycode(domain)
    if (
        not _LOCAL.fullmatch(local)
        or len(local.encode()) > _LOCAL_BYTES
        or encoded is None
        or len(address) > limits.EMAIL
    ):
        raise InvalidEmail(
            f"{of} must be an address such as ann@example.com{describe_value(address)}."
        )
    return f"{local}@{encoded}"


def _punycode(domain: str) -> str | None:
    """Return a domain in ASCII, None for one that cannot be a domain."""
    labels = []
    for label in _STOPS.split(unicodedata.normalize("NFC", domain.lower())):
        encoded = label
        if not label.isascii():
            if any(unicodedata.category(sign)[0] in "CZ" for sign in label):
                return None
            encoded = f"xn--{label.encode('punycode').decode('ascii')}"
        if not _LABEL.fullmatch(encoded):
            return None
        labels.append(encoded)
    whole = ".".join(labels)
    return whole if len(whole) <= _DOMAIN_BYTES else None


def _header_name(name: str) -> str:
    if not name.isascii() or "=?" in name:
        return encode_words(name)
    if _PLAIN_NAME.fullmatch(name):
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
