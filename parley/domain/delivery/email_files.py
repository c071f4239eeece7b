"""Which files of Storage an email of a service may carry. Pure.

The server reads a file for the author of the job. So a path may only lead to files that staff of
that service may read: those of its own cases and broadcasts, of its campaigns and of its emails.
"""

from __future__ import annotations

import re

from parley.domain.delivery.email_addresses import InvalidEmail
from schema.explain import describe_value

_PATH = re.compile(r"(attachments|campaigns|emails)/([^/]+)/([^/]+)/[A-Za-z0-9_-][A-Za-z0-9._-]*")
_CHAT = re.compile(r"[^:/]+:(?:service|broadcast):([^:/]+)")


def check_file_path(path: str, service_id: str, of: str) -> None:
    """Raise :class:`InvalidEmail` unless staff of the service may read the file."""
    found = _PATH.fullmatch(path)
    owner = None
    if found is not None and found[1] == "attachments":
        chat = _CHAT.fullmatch(found[2])
        owner = chat[1] if chat is not None else None
    elif found is not None:
        owner = found[2]
    if owner != service_id or "/../" in f"/{path}/" or "/./" in f"/{path}/":
        raise InvalidEmail(
            f"{of}.path must be a file of this service{describe_value(path)}; upload it to "
            f"emails/{service_id}/{{your uid}}/{{name}}, or use one of a case, a broadcast or a "
            "campaign of the service, or write it into content."
        )
