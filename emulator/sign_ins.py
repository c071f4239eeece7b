"""The ready-made people of a local stack: three who chat, and one of the staff.

`make up` and `make demo` create them and print how to sign in. They are documents and accounts as
an app and the server write them, so everything works with them that works with others.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from parley.cli.accounts import AuthEmulator, SignIn, require_emulator
from parley.connect import build
from parley.settings import Settings
from parley.store import SERVER_TIME, Set, Write
from schema import ids, paths

PASSWORD = "parley-demo"
"""The password of all of them. An emulator keeps no secrets."""
SERVICE = "acme"
SERVICE_NAME = "Acme"
SMS = {"from": "+12025550142", "segmentsPerSecond": 500}
EMAIL = {"senders": ["Acme <hello@acme.example>"]}


@dataclass(frozen=True, slots=True)
class Resident:
    """Somebody who has an account on every stack that a person starts."""

    uid: str
    email: str
    name: str
    locale: str
    time_zone: str
    phone: str | None = None
    is_staff: bool = False

    @property
    def sign_in(self) -> SignIn:
        return SignIn(self.uid, self.email, PASSWORD)


RESIDENTS = (
    Resident("ann", "ann@example.com", "Ann Lee", "en-GB", "Europe/London", "+447700900101"),
    Resident("ben", "ben@example.com", "Ben Vogt", "de-DE", "Europe/Berlin", "+4915123456701"),
    Resident("dina", "dina@example.com", "Dina Haddad", "ar-EG", "Africa/Cairo", "+201001234567"),
    Resident("sam", "sam@acme.example", "Sam of Acme", "en-GB", "Europe/London", is_staff=True),
)


def settle(environment: Mapping[str, str]) -> None:
    """Create accounts and documents of all residents; those that are there are replaced."""
    asyncio.run(settle_in(Settings.from_environment(environment), RESIDENTS))


async def settle_in(settings: Settings, residents: Sequence[Resident]) -> None:
    """Create accounts and documents of these residents, and the services that they know."""
    address = require_emulator(settings, "sign-ins")
    async with AuthEmulator.connect(address, settings.project_id) as accounts:
        await accounts.create(resident.sign_in for resident in residents)
    writes: list[Write] = [
        Set(paths.service(ids.DEFAULT_SERVICE), {"name": "Parley", "kind": "default"}),
        Set(
            paths.service(SERVICE),
            {"name": SERVICE_NAME, "kind": "dashboard", "sms": SMS, "email": EMAIL},
        ),
    ]
    for resident in residents:
        writes += _documents(resident)
    async with build(settings) as app:
        await app.store.commit(writes)


def _documents(resident: Resident) -> list[Write]:
    known: dict[str, object] = {
        "displayName": resident.name,
        "email": resident.email,
        "locale": resident.locale,
        "timeZone": resident.time_zone,
        "createdAt": SERVER_TIME,
    }
    if resident.phone:
        known["phone"] = resident.phone
    services = [ids.DEFAULT_SERVICE, SERVICE]
    writes: list[Write] = [
        Set(paths.user(resident.uid), known | {"serviceIds": services}),
        Set(paths.profile(resident.uid), {"displayName": resident.name}),
    ]
    if resident.is_staff:
        role = {"role": "owner", "displayName": resident.name}
        return writes + [Set(paths.staff(service, resident.uid), role) for service in services]
    customer = {"attributes": {"plan": "pro", "visits": 4}, "tags": ["customer"], "consents": {}}
    record = Set(
        paths.service_user(SERVICE, resident.uid), known | {"uid": resident.uid} | customer
    )
    return [*writes, record]


def rows() -> list[str]:
    """Return a line for each resident: where to sign in, and with what."""
    return [
        f"{'dashboard' if one.is_staff else 'chat':<10} {one.email:<18} {PASSWORD}  ({one.name})"
        for one in RESIDENTS
    ]
