"""``parley seed``: people to try things on.

The same numbers give the same people, so a second run changes nothing that matters.
"""

from __future__ import annotations

import asyncio

from parley.bootstrap import App
from parley.cli.output import Failed
from parley.domain.ports import SERVER_TIME, Set, Write
from schema import ids, paths

_CITIES = ("Berlin", "Lagos", "Lima", "Oslo", "Pune")
_LOCALES = ("de-DE", "en-NG", "es-PE", "nb-NO", "en-IN")
_ZONES = ("Europe/Berlin", "Africa/Lagos", "America/Lima", "Europe/Oslo", "Asia/Kolkata")
_PLANS = ("free", "free", "pro")
_PEOPLE_A_COMMIT = 200
_COMMITS_AT_ONCE = 4


async def seed(app: App, *, service_id: str, users: int, prefix: str) -> int:
    """Write a service, its owner and ``users`` people with a device each; the documents written."""
    for name, value in (("--service", service_id), ("--prefix", prefix)):
        if not ids.is_name(value):
            raise Failed(f"{name}: {value!r} cannot be part of an id; it may hold no ':' or '/'")
    if users < 0:
        raise Failed(f"--users: {users} is less than none")
    is_default = service_id == ids.DEFAULT_SERVICE
    writes: list[Write] = [
        Set(
            paths.service(service_id),
            {
                "name": "Parley" if is_default else service_id.title(),
                "kind": "default" if is_default else "dashboard",
            },
        ),
        Set(paths.staff(service_id, f"{prefix}-owner"), {"role": "owner", "displayName": "Owner"}),
    ]
    count = len(writes)
    await app.store.commit(writes)
    slots = asyncio.Semaphore(_COMMITS_AT_ONCE)

    async def commit(first: int) -> int:
        batch = [
            write
            for number in range(first, min(first + _PEOPLE_A_COMMIT, users))
            for write in _person(service_id, f"{prefix}-{number:06d}", number)
        ]
        async with slots:
            await app.store.commit(batch)
        return len(batch)

    written = await asyncio.gather(*map(commit, range(0, users, _PEOPLE_A_COMMIT)))
    return count + sum(written)


def _person(service_id: str, uid: str, number: int) -> list[Write]:
    place = number % len(_CITIES)
    return [
        Set(
            paths.service_user(service_id, uid),
            {
                "uid": uid,
                "displayName": f"Person {number}",
                "locale": _LOCALES[place],
                "timeZone": _ZONES[place],
                "attributes": {
                    "city": _CITIES[place],
                    "plan": _PLANS[number % len(_PLANS)],
                    "visits": number % 7,
                },
                "tags": ["customer"] if number % 2 else ["customer", "beta"],
                "consents": {},
                "createdAt": SERVER_TIME,
            },
        ),
        Set(
            paths.push_tokens(uid),
            {
                "devices": {
                    f"{uid}-phone": {
                        "token": f"token-{uid}",
                        "kind": "fcmToken",
                        "platform": "android" if number % 2 else "ios",
                        "updatedAt": SERVER_TIME,
                    }
                }
            },
        ),
    ]
