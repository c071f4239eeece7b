"""The mail server that ``PARLEY_SMTP_URL`` names."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

_PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where to connect, and who logs in.

    ``has_tls``: TLS from the first byte (``smtps://``), else STARTTLS. ``is_local``: this machine's
    own server, which alone may be reached without TLS. The password is in no text of it.
    """

    host: str
    port: int
    has_tls: bool
    user: str | None = None
    password: str = field(default="", repr=False)

    @property
    def is_local(self) -> bool:
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @classmethod
    def at(cls, url: str) -> MailServer:
        """Read ``smtps://user:password@host:port``; user and password may be percent-encoded."""
        parts = urlsplit(url)
        return cls(
            host=parts.hostname or "localhost",
            port=parts.port or _PORTS[parts.scheme],
            has_tls=parts.scheme == "smtps",
            user=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password or ""),
        )
