"""Partial writes: the named fields that a commit changes, in the stored spelling.

The whole documents stand beside their models; here stand the changes that fan-out, campaigns and
receipts make to documents that are there. Values may be transforms of the store (an increment, the
server's time); this module does not look at them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Changes = dict[str, Any]
PathChanges = dict[str | tuple[str, ...], Any]
"""Changes that lead into maps by a tuple of names."""


def chat_posted(*, last_message: Mapping[str, Any] | None, message_count: Any) -> Changes:
    """New messages stand in a chat; ``last_message`` None keeps the one that is there.

    No time of its own: a rising value that is indexed would bound all chats together to some 500
    writes a second, and lists are ordered by their rows.
    """
    changes: Changes = {"messageCount": message_count}
    if last_message is not None:
        changes["lastMessage"] = last_message
    return changes


def chat_people(*, member_ids: list[str], member_count: int) -> Changes:
    """Who is in a chat, for chats up to 100 members."""
    return {"memberIds": member_ids, "memberCount": member_count}


def chat_grown_large(*, member_count: int, delete_field: Any) -> Changes:
    """A chat has more than 100 members, and is large for good; its list of members goes."""
    return {"memberCount": member_count, "large": True, "memberIds": delete_field}


def member_counted(*, member_count: int) -> Changes:
    """How many are in a large chat."""
    return {"memberCount": member_count}


def chat_joined(at: Any) -> Changes:
    """Somebody was added to a chat just now."""
    return {"lastJoinedAt": at}


def member_role(role: str) -> Changes:
    """A member's new role."""
    return {"role": role}


def case_state(*, state: str, snoozed_until: Any) -> Changes:
    """A case's state; ``snoozed_until`` is a time, or removes the one that stands."""
    return {"state": state, "snoozedUntil": snoozed_until}


def case_assigned(assignee_id: Any) -> Changes:
    """Who works on a case; the store's transform removes whoever does."""
    return {"assigneeId": assignee_id}


def batch_sent(
    *,
    state: str,
    recipients: Mapping[str, Any],
    counts: Mapping[str, int],
    skipped_by: Mapping[str, int],
    failed_by: Mapping[str, int],
    attempt: Any,
    at: Any,
) -> Changes:
    """What became of the people of a batch.

    With ``state`` ``sent`` it stands in its chats; while it is ``planned``, a part of it does.
    """
    changes = {
        "state": state,
        "recipients": recipients,
        "counts": counts,
        "skippedBy": skipped_by,
        "failedBy": failed_by,
        "attempt": attempt,
        "updatedAt": at,
    }
    return changes | {"sentAt": at} if state == "sent" else changes


def batch_push_claimed(*, attempt: Any, at: Any) -> Changes:
    """Somebody begins to push for this batch; what has no outcome afterwards is in doubt.

    ``attempt`` rises, since the server's time alone may be that of the claim before.
    """
    return {"pushClaimedAt": at, "updatedAt": at, "attempt": attempt}


def batch_notified(
    *, outcomes: Mapping[str, str], is_done: bool, at: Any, delete_field: Any
) -> PathChanges:
    """What became of the pushes for these people; the claim is given back.

    ``is_done``: no push is left to do.
    """
    changes: PathChanges = {
        ("recipients", uid, "push"): str(push) for uid, push in outcomes.items()
    }
    changes |= {"updatedAt": at, "pushClaimedAt": delete_field}
    if is_done:
        changes |= {"state": "done", "notifiedAt": at}
    return changes


def plan_advanced(
    *,
    state: str,
    epoch: int,
    cursor: str | None,
    read_time: Any,
    audience_count: int,
    batch_count: int,
    at: Any,
) -> Changes:
    """A planner froze a page, finished, or took the plan over (a higher ``epoch``)."""
    return {
        "state": state,
        "epoch": epoch,
        "cursor": cursor,
        "readTime": read_time,
        "audienceCount": audience_count,
        "batchCount": batch_count,
        "updatedAt": at,
    }


def plan_given_up(*, epoch: Any, at: Any) -> Changes:
    """No planner is to go on with this plan; ``epoch`` rises, which fences the one that may."""
    return {"state": "givenUp", "epoch": epoch, "updatedAt": at}


def nudged(*, count: int, at: Any) -> Changes:
    """A campaign on which nothing moved was put back on its queue, so often without effect."""
    return {"count": count, "nudgedAt": at}


def lease_renewed(*, renewals: Any, at: Any) -> Changes:
    """A process sweeps, or goes on sweeping; ``renewals`` rises, so that it changes something."""
    return {"renewals": renewals, "renewedAt": at}


def message_given_up(code: str) -> Changes:
    """The queue message that would have fanned this entry's message out was parked."""
    return {"givenUp": code}


def status_changed(**fields: Any) -> Changes:
    """Fields of a campaign's status by their Python names.

    None leaves a field as it is; the store's transform removes it.
    """
    spelled = {
        "state": "state",
        "audience_count": "audienceCount",
        "counts": "counts",
        "skipped_by": "skippedBy",
        "failed_by": "failedBy",
        "rate": "rate",
        "eta_at": "etaAt",
        "started_at": "startedAt",
        "finished_at": "finishedAt",
        "updated_at": "updatedAt",
        "notice": "notice",
        "error": "error",
    }
    return {spelled[name]: value for name, value in fields.items() if value is not None}


def device_removed(installation_id: str, delete_field: Any) -> PathChanges:
    """One device of a person is gone; ``delete_field`` is the store's transform for that."""
    return {("devices", installation_id): delete_field}


def user_service_joined(array_union: Any) -> Changes:
    """A person is known in one more service."""
    return {"serviceIds": array_union}
