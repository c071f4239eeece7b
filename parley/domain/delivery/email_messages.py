"""Build the data of an email: headers of our own, and a MIME body by the email package. Pure.

The same email gives the same bytes, whichever process builds it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import mimetypes
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime

from parley.domain.delivery.email_addresses import InvalidEmail, Mailbox
from parley.domain.delivery.email_headers import LongWord, list_header, own_header, text_header
from schema.explain import describe_value

_POLICY = policy.SMTP.clone(cte_type="7bit")
"""Lines end as SMTP wants them, and every part is ASCII: no server has to take 8 bits."""

_CONTENT_TYPE = re.compile(r"([a-z0-9!#$&^_.+-]+)/([a-z0-9!#$&^_.+-]+)(;.*)?")
_PARAMETER = re.compile(r';\s*([a-z0-9!#$&^_.+-]+)=(?:"([^"\\]*)"|([^\s;"]+))\s*')
_BASE64_LINE = 76
_PIECE = 57 * 4_096
"""Bytes of a file that are encoded at once: whole lines of base64."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

_FIELDS = {
    "from": "from",
    "to": "to",
    "cc": "cc",
    "bcc": "bcc",
    "reply-to": "replyTo",
    "subject": "message.subject",
}
_OURS = re.compile(
    r"(?:date|message-id|mime-version|content-.*|sender|return-path|received|resent-.*)"
)


@dataclass(frozen=True, slots=True)
class MailFile:
    """A file that goes out with an email."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """One email, before it is data. At least one of ``text`` and ``html`` is set."""

    sender: Mailbox
    to: Sequence[Mailbox]
    subject: str
    cc: Sequence[Mailbox] = ()
    bcc: Sequence[Mailbox] = ()
    reply_to: Sequence[Mailbox] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    text: str | None = None
    html: str | None = None
    files: Sequence[MailFile] = ()

    @property
    def recipients(self) -> tuple[str, ...]:
        """Everybody it is handed over for, each once."""
        return tuple(dict.fromkeys(one.address for one in (*self.to, *self.cc, *self.bcc)))


def message_id(path: str, domain: str) -> str:
    """Return the Message-ID of a job, which is the same for every attempt."""
    return f"<{hashlib.sha256(path.encode()).hexdigest()[:32]}@{domain}>"


def build(mail: Mail, *, message_id: str, date: datetime) -> bytes:
    """Return the data of an email; nothing in it tells of ``bcc``.

    Raise :class:`InvalidEmail` for a header that cannot be one.
    """
    headers = [
        list_header("From", [mail.sender.header()]),
        *(
            list_header(name, [one.header() for one in mailboxes])
            for name, mailboxes in (("To", mail.to), ("Cc", mail.cc), ("Reply-To", mail.reply_to))
            if mailboxes
        ),
        *([] if mail.to or mail.cc else ["To: undisclosed-recipients:;"]),
        text_header("Subject", mail.subject),
        f"Date: {format_datetime(date)}",
        f"Message-ID: {message_id}",
        *(_own_header(name, value) for name, value in mail.headers.items()),
    ]
    seed = hashlib.sha256(message_id.encode()).hexdigest()[:24]
    body = _body(mail, seed).as_bytes(policy=_POLICY)
    before = "".join(f"{header}\r\n" for header in headers).encode()
    return b"".join([before, *_with_files(body, mail.files, seed)])


def decode_content(content: str, encoding: str | None, of: str) -> bytes:
    """Return the bytes of an attachment's ``content``."""
    name = (encoding or "utf-8").lower().replace("-", "")
    try:
        match name:
            case "utf8":
                return content.encode()
            case "base64":
                return base64.b64decode("".join(content.split()), validate=True)
            case "hex":
                return bytes.fromhex(content)
            case "latin1" | "binary":
                return content.encode("latin-1")
    except (ValueError, binascii.Error):
        raise InvalidEmail(f"{of}.content is no {encoding}; encode it so, or as utf-8.") from None
    raise InvalidEmail(
        f"{of}.encoding must be utf-8, base64, hex or latin1{describe_value(encoding)}."
    )


def content_type_of(file_name: str, content_type: str | None, of: str) -> str:
    """Return the type of a file, guessed by its name if none is given."""
    if content_type is None:
        guessed, compression = mimetypes.guess_type(file_name)
        return guessed if guessed and not compression else "application/octet-stream"
    found = _CONTENT_TYPE.fullmatch(content_type.strip().lower())
    if found is None or not content_type.isascii() or found[1] in ("multipart", "message"):
        raise InvalidEmail(
            f"{of}.contentType must be a type of one file, such as application/pdf"
            f"{describe_value(content_type)}."
        )
    return content_type.strip()


def _own_header(name: str, value: str) -> str:
    lower = name.lower()
    if (instead := _FIELDS.get(lower)) is not None:
        raise InvalidEmail(f"headers.{name} cannot be set here; use {instead}.")
    if _OURS.fullmatch(lower):
        raise InvalidEmail(f"headers.{name} is set by the server; leave it out.")
    if _CONTROL.search(value) or "\n" in value or "\r" in value:
        raise InvalidEmail(f"headers.{name} must be one line without control characters.")
    try:
        return own_header(name, value)
    except LongWord as error:
        raise InvalidEmail(f"headers.{name} {error}.") from None


def _with_files(body: bytes, files: Sequence[MailFile], seed: str) -> Iterator[bytes]:
    """Yield a body with the content of its files in the places that were kept for them.

    The email package would take seconds for 20 MB, and let no other thread run for half of one.
    """
    for number, file in enumerate(files):
        before, _, body = body.partition(_place_of_file(seed, number))
        yield before
        yield from _base64_lines(file.content)
    yield body


def _base64_lines(content: bytes) -> Iterator[bytes]:
    """Yield the content in base64, in lines of 76 characters."""
    for start in range(0, len(content), _PIECE):
        encoded = base64.b64encode(content[start : start + _PIECE])
        yield b"".join(
            encoded[at : at + _BASE64_LINE] + b"\r\n" for at in range(0, len(encoded), _BASE64_LINE)
        )


def _place_of_file(seed: str, number: int) -> bytes:
    """Return the line that stands for a file; no encoded text has such a line."""
    return f"=_{seed}_file_{number}\r\n".encode()


def _body(mail: Mail, seed: str) -> EmailMessage:
    message = EmailMessage(policy=_POLICY)
    if mail.text is not None:
        message.set_content(mail.text, cte=_encoding(mail.text))
        if mail.html is not None:
            message.add_alternative(mail.html, subtype="html", cte=_encoding(mail.html))
    elif mail.html is not None:
        message.set_content(mail.html, subtype="html", cte=_encoding(mail.html))
    for number, file in enumerate(mail.files):
        _attach(message, file, _place_of_file(seed, number))
    parts = [part for part in message.walk() if part.is_multipart()]
    for place, part in enumerate(parts):
        # "=_" stands in no base64 and in no quoted-printable text.
        part.set_boundary(f"=_{seed}_{place}")
    return message


def _encoding(text: str) -> str | None:
    """Return the encoding of a text that 7 bits would carry and some servers would not."""
    return "quoted-printable" if _CONTROL.search(text) or "=_" in text else None


def _attach(message: EmailMessage, file: MailFile, place: bytes) -> None:
    found = _CONTENT_TYPE.fullmatch(file.content_type.lower())
    assert found is not None, "checked by content_type_of"
    parameters = {
        name: quoted or plain
        for name, quoted, plain in _PARAMETER.findall(
            file.content_type[len(f"{found[1]}/{found[2]}") :]
        )
        if name.lower() not in ("name", "boundary")
    }
    message.add_attachment(
        b"", maintype=found[1], subtype=found[2], filename=file.name, params=parameters
    )
    *_, part = message.iter_attachments()
    part.set_payload(place.decode())
