"""Callers, what their roles allow, and how a request is refused."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from parley.errors import ParleyError
from parley.store import Snapshot
from schema import ids
from schema.ids import ChatKind
from schema.reasons import CallableReason
from schema.services import Staff, StaffRole

OWNERS: frozenset[StaffRole] = frozenset({"owner"})
ADMINS: frozenset[StaffRole] = frozenset({"owner", "admin"})
"""Staff who send campaigns, keep lists and import people."""
AGENTS: frozenset[StaffRole] = frozenset({"owner", "admin", "agent"})
"""Staff who act for their dashboard."""

STAFF: frozenset[StaffRole] = frozenset({"owner", "admin", "agent", "viewer"})
"""Everyone who reads what their dashboard shows."""


class RefusalKind(StrEnum):
    """Why a request is refused. Each entry point encodes it as its own status code."""

    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    INVALID = "invalid"
    CONFLICT = "conflict"
    """Something else already exists under that name."""
    FAILED_PRECONDITION = "failed_precondition"
    """The current state does not allow it."""
    CONTENDED = "contended"
    """Other writers kept winning; the same request may succeed later."""
    EXHAUSTED = "exhausted"


class Refused(ParleyError):
    """A refused request, with a reason from a closed list.

    ``message`` ends with ``way_out`` if there is one: what the caller can do instead.
    ``retry_after``: after how many seconds the same request may pass. ``about``: what else a
    program may want to know, such as who was first.
    """

    def __init__(
        self,
        kind: RefusalKind,
        reason: CallableReason,
        why: str,
        way_out: str | None = None,
        *,
        retry_after: int | None = None,
        about: Mapping[str, str] | None = None,
    ) -> None:
        self.message = why if way_out is None else f"{why}; {way_out}"
        super().__init__(self.message)
        self.kind = kind
        self.reason = reason
        self.way_out = way_out
        self.retry_after = retry_after
        self.about = dict(about or {})


@dataclass(frozen=True, slots=True)
class UserCaller:
    """A signed-in user. Staff documents tell their role in a service.

    ``is_anonymous``: signed in without an identity, so a ban or a limit costs them nothing.
    """

    uid: str
    is_anonymous: bool = False

    @property
    def id(self) -> str:
        """Who appears in audit entries."""
        return self.uid


@dataclass(frozen=True, slots=True)
class StaffCaller:
    """A member of a service's staff whose role was already verified."""

    uid: str
    service_id: str
    role: StaffRole

    @property
    def id(self) -> str:
        """Who appears in audit entries."""
        return self.uid


@dataclass(frozen=True, slots=True)
class ApiKeyCaller:
    """A program that holds an API key of a service. It acts as the service's dashboard."""

    key_id: str
    service_id: str
    role: StaffRole = "agent"

    @property
    def id(self) -> str:
        """Who appears in audit entries."""
        return ids.service_member(self.service_id)


@dataclass(frozen=True, slots=True)
class SystemCaller:
    """Parley itself: timers, sweeps and the command line. It may do what an owner may."""

    @property
    def id(self) -> str:
        """Who appears in audit entries."""
        return ids.SYSTEM_SENDER


Caller = UserCaller | StaffCaller | ApiKeyCaller | SystemCaller
SYSTEM = SystemCaller()


def require_user(caller: Caller) -> str:
    """Return the caller's uid; refuse callers that are not people."""
    match caller:
        case UserCaller(uid=uid) | StaffCaller(uid=uid):
            return uid
        case _:
            raise forbidden("only a signed-in user can do this")


def refuse_anonymous(caller: Caller, act: str) -> None:
    """Refuse anonymous people: they come back as somebody else when they are banned."""
    if isinstance(caller, UserCaller) and caller.is_anonymous:
        raise forbidden(
            f"{act} is not for people who signed in anonymously",
            "sign in with an email address, a phone number or a provider",
        )


def role_in(caller: Caller, service_id: str, staff: Snapshot | None) -> StaffRole | None:
    """Return the caller's role in a service; ``staff`` is ``services/{id}/staff/{caller.id}``."""
    match caller:
        case UserCaller():
            return staff_role(staff)
        case StaffCaller(service_id=own, role=role) | ApiKeyCaller(service_id=own, role=role):
            return role if own == service_id else None
        case SystemCaller():
            return "owner"


def staff_role(staff: Snapshot | None) -> StaffRole | None:
    """Return the role in a staff document, None if there is no document."""
    return None if staff is None else Staff.parse(staff.fields).role


BANNED: Final = "banned"
"""What an author has in place of a role who is banned from the project."""


def describe_author(role: object) -> str:
    """Return why a job's author may not send; ``role`` is None of one who is not on the staff."""
    if role == BANNED:
        return "is banned"
    return f"is {role} there" if isinstance(role, str) else "is not on its staff"


def require_staff(
    caller: Caller,
    service_id: str,
    staff: Snapshot | None,
    allowed: AbstractSet[StaffRole] = AGENTS,
    *,
    field: str,
) -> None:
    """Refuse callers without one of the ``allowed`` roles; ``field`` names the service's field."""
    if role_in(caller, service_id, staff) not in allowed:
        raise not_staff(field, service_id, allowed)


def require_assignable(service_id: str, staff: Snapshot | None, *, field: str) -> None:
    """Refuse an assignee who cannot answer cases of the service."""
    if staff_role(staff) not in AGENTS:
        raise not_staff(field, service_id, AGENTS, RefusalKind.FAILED_PRECONDITION)


def not_staff(
    field: str,
    service_id: str,
    allowed: AbstractSet[StaffRole],
    kind: RefusalKind = RefusalKind.FORBIDDEN,
) -> Refused:
    """Return the refusal that names the required roles."""
    roles = " or ".join(sorted(allowed))
    return Refused(
        kind,
        CallableReason.NOT_STAFF,
        f"{field}: this requires the role {roles} in service {service_id!r}",
    )


def can_read_chat(kind: ChatKind, role: StaffRole | None, *, has_dashboard: bool) -> bool:
    """Return whether staff who are not members may read a chat, as the security rules decide it.

    ``role``: the caller's in the chat's service. Cases and broadcasts belong to their service; a
    group is open to staff while their dashboard is a member (``has_dashboard``).
    """
    if role not in STAFF or kind == "direct":
        return False
    return kind in ("case", "broadcast") or has_dashboard


def not_in_chat(chat_id: str, way_out: str | None = None) -> Refused:
    """Return the refusal for strangers, which does not reveal whether the chat exists."""
    return Refused(
        RefusalKind.FORBIDDEN,
        CallableReason.NOT_A_MEMBER,
        f"chatId: you are in no chat {chat_id!r}",
        way_out,
    )


def not_in_service(uid: str, service_id: str) -> Refused:
    """Return the refusal for somebody who is no user of a service, be it that nobody is."""
    return not_found(
        CallableReason.UNKNOWN_USER,
        f"userId: {uid!r} is not a user of service {service_id!r}; a case with it or an import "
        "makes them one",
    )


def forbidden(why: str, way_out: str | None = None) -> Refused:
    """Return the refusal of something that the caller may never do."""
    return Refused(RefusalKind.FORBIDDEN, CallableReason.NOT_ALLOWED, why, way_out)


def not_found(reason: CallableReason, why: str) -> Refused:
    """Return the refusal for a missing document."""
    return Refused(RefusalKind.NOT_FOUND, reason, why)
