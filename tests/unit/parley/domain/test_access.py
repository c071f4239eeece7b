import pytest

from parley.domain.access import (
    SYSTEM,
    ApiKeyCaller,
    Caller,
    RefusalKind,
    Refused,
    StaffCaller,
    UserCaller,
    can_read_chat,
    require_staff,
    require_user,
    role_in,
)
from parley.store import Snapshot
from parley.testing.clock import FixedClock
from schema import paths
from schema.ids import ChatKind
from schema.services import StaffRole


def staff(role: StaffRole) -> Snapshot:
    now = FixedClock().now()
    return Snapshot(paths.staff("acme", "ann"), {"role": role, "displayName": "Ann"}, now)


@pytest.mark.parametrize(
    ("caller", "role"),
    [
        (UserCaller("ann"), "viewer"),
        (StaffCaller("ann", "acme", "admin"), "admin"),
        (StaffCaller("ann", "other", "admin"), None),
        (ApiKeyCaller("k1", "acme"), "agent"),
        (ApiKeyCaller("k1", "other"), None),
        (SYSTEM, "owner"),
    ],
    ids=str,
)
def test_only_a_users_role_comes_from_the_staff_document(
    caller: Caller, role: StaffRole | None
) -> None:
    assert role_in(caller, "acme", staff("viewer")) == role


@pytest.mark.parametrize("document", [None, staff("viewer")])
def test_an_insufficient_role_is_forbidden_with_the_field(document: Snapshot | None) -> None:
    with pytest.raises(Refused, match=r"^serviceId: .* admin or agent or owner ") as refused:
        require_staff(UserCaller("ann"), "acme", document, field="serviceId")
    assert (refused.value.kind, refused.value.reason) == (RefusalKind.FORBIDDEN, "notStaff")


def test_an_agent_may_act_for_the_dashboard() -> None:
    require_staff(UserCaller("ann"), "acme", staff("agent"), field="serviceId")


@pytest.mark.parametrize("caller", [ApiKeyCaller("k1", "acme"), SYSTEM], ids=str)
def test_programs_cannot_act_as_people(caller: Caller) -> None:
    with pytest.raises(Refused) as refused:
        require_user(caller)
    assert refused.value.kind == RefusalKind.FORBIDDEN


@pytest.mark.parametrize(
    ("kind", "role", "has_dashboard", "can_read"),
    [
        ("case", "viewer", False, True),
        ("broadcast", "viewer", False, True),
        ("group", "viewer", True, True),
        ("group", "owner", False, False),
        ("direct", "owner", True, False),
        ("case", None, True, False),
    ],
)
def test_staff_read_the_chats_of_their_dashboard(
    kind: ChatKind, role: StaffRole | None, has_dashboard: bool, can_read: bool
) -> None:
    assert can_read_chat(kind, role, has_dashboard=has_dashboard) is can_read
