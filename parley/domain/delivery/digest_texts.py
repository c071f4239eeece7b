"""What the email about unread messages says. Pure.

The job stands in the service's emails, which its staff read. So it names the chats that they may
read too, counts the others together, and holds no word of any message.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from parley.domain.campaigns.templates import BodyTemplate
from parley.domain.delivery.digests import UnreadChat
from schema.email import digest_job_fields, email_template_fields, email_text_fields
from schema.users import UNNAMED
from schema.visible import as_line

TEMPLATE: Final = "digest"
"""The template of a service that replaces the text."""

_MOST_NAMED = 20

_COUNT = "{% if unread == 1 %}1 unread message{% else %}{{ unread }} unread messages{% endif %}"
_OTHERS = (
    "{% if others.chats == 1 %}another conversation{% else %}{{ others.chats }} other "
    "conversations{% endif %}"
)
_SUBJECT = BodyTemplate(f"{_COUNT} in {{{{ service.name }}}}")
_TEXT = BodyTemplate(
    'Hello {{ user.displayName | default: "there" }},\n\n'
    f"you have {_COUNT} in {{{{ service.name }}}}.\n"
    "{% for chat in chats %}\n- {{ chat.title }}: {{ chat.unread }}{% endfor %}"
    f"{{% if others.chats > 0 %}}\n- {_OTHERS}: {{{{ others.unread }}}}{{% endif %}}\n"
)
_HTML = BodyTemplate(
    '<p>Hello {{ user.displayName | default: "there" }},</p>\n'
    f"<p>you have {_COUNT} in {{{{ service.name }}}}.</p>\n<ul>"
    "{% for chat in chats %}\n<li>{{ chat.title }}: {{ chat.unread }}</li>{% endfor %}"
    f"{{% if others.chats > 0 %}}\n<li>{_OTHERS}: {{{{ others.unread }}}}</li>{{% endif %}}\n</ul>"
)


def digest_data(
    service_id: str,
    service: Mapping[str, Any],
    record: Mapping[str, Any],
    unread: Sequence[UnreadChat],
) -> dict[str, Any]:
    """Return what a template sees. ``service`` and ``record`` are stored fields."""
    titled = [chat for chat in unread if chat.title is not None][:_MOST_NAMED]
    others = [chat for chat in unread if chat not in titled]
    name, own = service.get("name"), record.get("displayName")
    return {
        "user": {"displayName": as_line(own) if isinstance(own, str) and own != UNNAMED else ""},
        "service": {"id": service_id, "name": as_line(name) if isinstance(name, str) else ""},
        "unread": sum(chat.unread for chat in unread),
        "chats": [
            {
                "chatId": chat.chat_id,
                "kind": chat.kind,
                "title": as_line(chat.title or ""),
                "unread": chat.unread,
            }
            for chat in titled
        ],
        "others": {"chats": len(others), "unread": sum(chat.unread for chat in others)},
    }


def digest_job(
    uid: str,
    service_id: str,
    data: Mapping[str, Any],
    *,
    has_template: bool,
    created_at: Any,
    now: datetime,
) -> dict[str, Any]:
    """Return the job; by the service's own template if it has one, else with a text of ours."""
    if has_template:
        return digest_job_fields(
            service_id=service_id,
            uid=uid,
            created_at=created_at,
            template=email_template_fields(name=TEMPLATE, data=dict(data)),
        )
    message = email_text_fields(
        subject=as_line(_SUBJECT.render(data, now=now)),
        text=_TEXT.render(data, now=now),
        html=_HTML.render(data, now=now, as_html=True),
    )
    return digest_job_fields(service_id=service_id, uid=uid, created_at=created_at, message=message)
