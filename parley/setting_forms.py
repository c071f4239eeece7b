"""The forms that settings have; a wrong value raises an error that says how to write it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr

from parley.blocked_ports import is_blocked

_SMTP_EXAMPLE = "smtps://user:password@mail.example.com:465"


def _address(value: str) -> str:
    host, _, port = value.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65_536:
        raise ValueError("write it as host:port, for example 127.0.0.1:8080")
    return value


def _url(value: str) -> str:
    if not value.startswith(("http://", "https://")):
        raise ValueError("write it as a URL, for example http://127.0.0.1:9970")
    return value.rstrip("/")


def _smtp_url(value: SecretStr) -> SecretStr:
    url = value.get_secret_value()
    if not url.startswith(("smtp://", "smtps://")):
        raise ValueError(f"write it as a URL, for example {_SMTP_EXAMPLE}")
    # The parser's own words would show a part of the password.
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise ValueError(
            "percent-encode user and password (a # is %23, a / is %2F, a ? is %3F), and write the "
            f"port as a number, for example {_SMTP_EXAMPLE}"
        ) from None
    if not parts.hostname or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ValueError(
            "it has more or less than a user, a password, a host and a port; percent-encode user "
            f"and password, for example {_SMTP_EXAMPLE}"
        )
    return value


def _webhook_keys(value: SecretStr) -> SecretStr:
    for pair in value.get_secret_value().split(","):
        key, _, secret = pair.strip().partition(":")
        if not key or not secret:
            raise ValueError("write it as key:secret, several with commas between them")
    return value


def _callable_port(port: int) -> int:
    if is_blocked(port):
        raise ValueError("browsers and Node's fetch refuse to call this port; choose another")
    return port


def _emulator_url(value: str) -> str:
    """Return the address with its scheme: Google's libraries take it with and without."""
    return _url(value if "://" in value else f"http://{value}")


def _matching(pattern: str, form: str) -> Callable[[str], str]:
    """Return a validator whose error says the form in words."""
    wanted = re.compile(pattern)

    def check(value: str) -> str:
        if not wanted.fullmatch(value):
            raise ValueError(form)
        return value

    return check


Address = Annotated[str, AfterValidator(_address)]
Url = Annotated[str, AfterValidator(_url)]
EmulatorUrl = Annotated[str, AfterValidator(_emulator_url)]
SmtpUrl = Annotated[SecretStr, AfterValidator(_smtp_url)]
WebhookKeys = Annotated[SecretStr, AfterValidator(_webhook_keys)]
Port = Annotated[int, Field(ge=1, le=65_535), AfterValidator(_callable_port)]
ProjectId = Annotated[
    str,
    AfterValidator(
        _matching(
            r"[a-z][a-z0-9-]{4,28}[a-z0-9]",
            "a project id has 6 to 30 small letters, digits and hyphens, begins with a letter and "
            "does not end with a hyphen; the Firebase console shows it",
        )
    ),
]
Bucket = Annotated[
    str,
    AfterValidator(
        _matching(
            r"[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]",
            "write the bucket's name alone, for example my-project.firebasestorage.app",
        )
    ),
]
AccountSid = Annotated[
    str,
    AfterValidator(
        _matching(
            r"AC[0-9a-f]{32}",
            "an account SID is AC and 32 hexadecimal digits; Twilio's console shows it",
        )
    ),
]
