"""A minute of what staff of a service may ask for again and again; others' reads are none of it."""

from __future__ import annotations

from typing import Any, Final

from bench.minute_world import Minute, SmallWorld
from parley.domain.access import UserCaller
from parley.domain.campaign_requests import PreviewCampaign
from parley.domain.inbox_requests import FindCases
from parley.services.chats.matching_cases import PEOPLE_AT_ONCE
from parley.store import SERVER_TIME
from schema import ids, limits, paths

_SERVICE: Final = "acme"
_STAFF: Final = UserCaller("sam")
_PREVIEWED: Final = 500
"""People of the preview that is played; a larger one costs as much for each."""


async def played_staff() -> list[Minute]:
    """Return a minute of the dearest acts of a viewer and of an admin."""
    return [await _find_cases(), await _preview()]


async def _find_cases() -> Minute:
    world = await _service(PEOPLE_AT_ONCE + 1, role="viewer")
    where = {"field": "locale", "op": "==", "value": "en"}
    request = FindCases.model_validate({"serviceId": _SERVICE, "where": where})

    async def find(_: int) -> None:
        await world.app.find_cases.find(caller=_STAFF, request=request)

    passed = 0

    async def play() -> None:
        nonlocal passed
        passed = await world.call_all_minute(find, caller=_STAFF)

    counts = await world.counted(play())
    return Minute(
        "`findCases` by a viewer, in whose service everybody matches",
        times=passed,
        writes=counts.writes + counts.deletes,
        reads=counts.reads,
        held_by=f"120 calls a minute, and {PEOPLE_AT_ONCE} people a page",
    )


async def _preview() -> Minute:
    world = await _service(_PREVIEWED, role="admin")
    job: dict[str, Any] = {
        "serviceId": _SERVICE,
        "name": "News",
        "kind": "individual",
        "channels": ["chat"],
        "purpose": "transactional",
        "audience": {"all": True},
        "message": {"body": "Hello"},
    }
    request = PreviewCampaign.model_validate({"job": job})
    counts = await world.counted(
        world.app.preview_campaigns.preview(caller=_STAFF, request=request)
    )
    times = limits.PREVIEWED_PER_MINUTE // _PREVIEWED
    return Minute(
        f"`previewCampaign` by an admin of a service of {limits.PREVIEWED_PER_MINUTE:,} people",
        times=1,
        writes=0,
        reads=counts.reads * times,
        held_by="so many people of a service a minute",
        is_held=False,
    )


async def _service(people: int, *, role: str) -> SmallWorld:
    """Return a service with people who have a case each, and one of its staff."""
    world = SmallWorld()
    staff = {"role": role, "displayName": "Sam"}
    await world.write(
        {
            paths.service(_SERVICE): {"name": "Acme", "kind": "dashboard"},
            paths.staff(_SERVICE, _STAFF.uid): staff,
        }
    )
    for number in range(people):
        uid = f"u{number:04d}"
        known = {"uid": uid, "displayName": uid, "locale": "en", "attributes": {}, "tags": []}
        case = {"serviceId": _SERVICE, "kind": "case", "createdBy": uid, "state": "open"}
        await world.write(
            {
                paths.service_user(_SERVICE, uid): known
                | {"consents": {}, "createdAt": SERVER_TIME},
                paths.chat(ids.case_chat_id(uid, _SERVICE)): case
                | {"createdAt": SERVER_TIME, "stateAt": SERVER_TIME},
            }
        )
    return world
