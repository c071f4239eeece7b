"""``parley seed``: create people for trials.

The same arguments create the same people, so a second run changes nothing of importance.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass

from parley.app import App
from parley.cli.accounts import AuthEmulator, SignIn, require_emulator
from parley.cli.names import require_name
from parley.cli.output import Failed, Progress
from parley.cli.service_group import Role, create_service, set_staff
from parley.store import SERVER_TIME, Set, Write
from schema import ids, paths

_CITIES = ("Berlin", "Lagos", "Lima", "Oslo", "Pune")
_LOCALES = ("de-DE", "en-NG", "es-PE", "nb-NO", "en-IN")
_ZONES = ("Europe/Berlin", "Africa/Lagos", "America/Lima", "Europe/Oslo", "Asia/Kolkata")
_PLANS = ("free", "free", "pro")
_PEOPLE_A_COMMIT = 100
_COMMITS_AT_ONCE = 4
_MOST_USERS = 1_000_000
"""The most people that six digits can number."""

_EMAIL_PREFIX = re.compile(r"[A-Za-z0-9_-]{1,57}")
"""A prefix that makes an email address with a number after it (RFC 5321: 64 before the @)."""


@dataclass(frozen=True, slots=True)
class Seeded:
    """The number of documents written, and the accounts created."""

    documents: int
    sign_ins: tuple[SignIn, ...] = ()


async def seed(
    app: App,
    *,
    service_id: str,
    users: int,
    prefix: str,
    sign_ins: bool = False,
    on_progress: Progress = lambda done, total: None,
) -> Seeded:
    """Write a service, its owner, and ``users`` people with one device each.

    With ``sign_ins``, the owner and the people also get an account and the documents that their app
    would write. ``on_progress`` gets the number of people written and the total.
    """
    require_name("--service", service_id)
    require_name("--prefix", prefix)
    if not 0 <= users <= _MOST_USERS:
        raise Failed(f"--users: {users} is not between 0 and {_MOST_USERS}")
    owner = f"{prefix}-owner"
    uids = [f"{prefix}-{number:06d}" for number in range(users)]
    for uid in (owner, *uids[-1:]):
        require_name("--prefix: the uid", uid)
    auth = None
    if sign_ins:
        auth = require_emulator(app.settings, "sign-ins")
        if not _EMAIL_PREFIX.fullmatch(prefix):
            raise Failed(
                f"--prefix: {prefix!r} cannot begin the email address of a sign-in; use "
                "up to 57 of A-Z, a-z, 0-9, _ and -"
            )
    count = await _write_service(app, service_id, owner)
    slots = asyncio.Semaphore(_COMMITS_AT_ONCE)
    written = 0

    async def commit(first: int) -> int:
        batch: list[Write] = []
        numbers = range(first, min(first + _PEOPLE_A_COMMIT, users))
        for number in numbers:
            batch += _person(service_id, uids[number], number)
            if auth:
                batch += _own_documents(service_id, uids[number], number)
        async with slots:
            await app.store.commit(batch)
        nonlocal written
        written += len(numbers)
        on_progress(written, users)
        return len(batch)

    count += sum(await asyncio.gather(*map(commit, range(0, users, _PEOPLE_A_COMMIT))))
    if auth is None:
        return Seeded(count)
    made = tuple(map(SignIn.of, (owner, *uids)))
    async with AuthEmulator.connect(auth, app.settings.project_id) as accounts:
        await accounts.create(made)
    own = _own_documents(service_id, owner, None)
    await app.store.commit(own)
    return Seeded(count + len(own), made)


async def _write_service(app: App, service_id: str, owner: str) -> int:
    """Write the service with its owner; one that exists keeps its settings."""
    is_default = service_id == ids.DEFAULT_SERVICE
    name = "Parley" if is_default else service_id.title()
    is_new = await create_service(app, service_id, name)
    await set_staff(app, service_id, owner, Role.OWNER, "Owner")
    return 2 if is_new else 1


def _own_documents(service_id: str, uid: str, number: int | None) -> list[Write]:
    """Return the documents that a person's app writes: the private record and the profile.

    The private record already contains the service, so the server mirrors it there.
    """
    name = "Owner" if number is None else f"Person {number}"
    place = (number or 0) % len(_CITIES)
    return [
        Set(
            paths.user(uid),
            {
                "displayName": name,
                "locale": _LOCALES[place],
                "timeZone": _ZONES[place],
                "serviceIds": list(dict.fromkeys((ids.DEFAULT_SERVICE, service_id))),
                "createdAt": SERVER_TIME,
            },
        ),
        Set(paths.profile(uid), {"displayName": name}),
    ]


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
