"""Send what staff answer in a case as SMS too, to a person who wrote by SMS. Pure.

The jobs are created by the commit that fans the message out, under ids derived from it, so each
message goes out once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from parley.domain.chats.chat_state import ChatState, Post
from parley.domain.delivery.consent import is_granted
from parley.store import MUST_EXIST, MUST_NOT_EXIST, SERVER_TIME, Set, Snapshot, Update, Write
from schema import ids, limits, paths
from schema.addressees import Addressee, UnreadableField
from schema.messages import sent_by_sms_patch
from schema.push_tokens import PushTokens
from schema.sms import sms_job_fields
from schema.visible import is_blank

_NUMBERING = len("(10/10) ")
_BREAKABLE = 200
"""How many characters before the limit a part may end early, between two words."""


def answers_by_sms(state: ChatState, posts: Iterable[Post]) -> list[Post]:
    """Return the posts that may go out as SMS: what staff say in a case that is led by SMS.

    Messages of campaigns and mass messages are not fanned out by the message worker, and are none.
    """
    if state.chat.kind != "case" or not state.chat.by_sms:
        return []
    dashboard = ids.service_member(state.service_id)
    return [
        post
        for post in posts
        if post.message.sender_id == dashboard
        and post.message.staff_id is not None
        and post.message.campaign_id is None
        and post.message.event is None
        and post.message.deleted_at is None
        and post.preview
    ]


def is_reached_by_sms(person: Snapshot | None, tokens: Snapshot | None) -> bool:
    """Return whether answers go to a person by SMS: no device, a phone, and consent.

    The SMS worker checks number and consent again when it sends.
    """
    if person is None or (tokens is not None and PushTokens.readable(tokens.fields).devices):
        return False
    if not isinstance(person.fields.get("phone"), str):
        return False
    try:
        return is_granted(Addressee(person.fields), "sms", "transactional")
    except UnreadableField:
        return False


def sms_answers(state: ChatState, post: Post, taken: frozenset[str]) -> list[Write]:
    """Return the SMS jobs of one message, and the mark that it has them.

    ``taken``: job ids that exist already, which stand for a message that is out.
    """
    (uid,) = ids.parse_chat_id(state.id).uids
    job_id = ids.sms_answer_id(state.id, post.id)
    if job_id in taken or post.message.staff_id is None:
        return []
    parts = sms_parts(_text(post))
    jobs = [
        Set(
            paths.non_chat_sms(part_id(job_id, number)),
            sms_job_fields(
                service_id=state.service_id,
                created_by=post.message.staff_id,
                created_at=SERVER_TIME,
                uid=uid,
                body=part,
            ),
            MUST_NOT_EXIST,
        )
        for number, part in enumerate(parts, start=1)
    ]
    mark = sent_by_sms_patch(sms_job_id=job_id)
    return [*jobs, Update(paths.message(state.id, post.id), mark, MUST_EXIST)]


def part_id(job_id: str, number: int) -> str:
    """Return the id of the job of a part; the first has the id that the message names."""
    return job_id if number == 1 else f"{job_id}-{number}"


def sms_parts(text: str) -> list[str]:
    """Return a text as SMS of at most 1,600 characters; several are numbered, as ``(1/3)``.

    A part ends between two words if there is a space near its end.
    """
    if limits.length(text) <= limits.SMS_BODY:
        return [text]
    parts = []
    rest = text
    while rest:
        part = _head(rest, limits.SMS_BODY - _NUMBERING)
        rest = rest[len(part) :].lstrip()
        parts.append(part.rstrip())
    return [f"({number}/{len(parts)}) {part}" for number, part in enumerate(parts, start=1)]


def _head(text: str, limit: int) -> str:
    """Return the beginning of a text that fits, in UTF-16 units; no character is split."""
    used, end = 0, 0
    for character in text:
        used += 2 if ord(character) > 0xFFFF else 1
        if used > limit:
            break
        end += 1
    if end == len(text):
        return text
    space = max((text.rfind(one, max(end - _BREAKABLE, 1), end + 1) for one in " \n"), default=-1)
    return text[: space if space > 0 else end]


def _text(post: Post) -> str:
    body = post.message.body or ""
    files: Sequence[object] = post.message.attachments or ()
    count = len(files)
    note = "" if not count else f"[{count} attachment{'' if count == 1 else 's'}]"
    return "\n".join(line for line in ("" if is_blank(body) else body, note) if line)
