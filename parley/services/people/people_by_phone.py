"""Find the people of services by their phone number."""

from __future__ import annotations

from datetime import UTC, datetime

from parley.domain.delivery.phone_numbers import known_forms
from parley.domain.people.proven_phones import holders, is_proven
from parley.store import OrderBy, Query, Snapshot, Store, Where
from schema import paths

MOST = 100
"""The most people with one number that are looked at; any number of people may state one."""

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class PeopleByPhone:
    """Looks a number up in each form in which it may be stored."""

    def __init__(self, *, store: Store) -> None:
        self._store = store

    async def of_service(self, service_id: str, phone: str) -> list[Snapshot]:
        """Return the records of a service's people with this number."""
        return await self._with(phone, paths.service_users(service_id))

    async def proven_of_service(self, service_id: str, phone: str) -> list[Snapshot]:
        """Return those of a service's people whose number this surely is."""
        return await self._proven(phone, paths.service_users(service_id))

    async def holders_of_service(self, service_id: str, phone: str) -> list[Snapshot]:
        """Return those of a service's people whose consents count for this number."""
        return holders(await self.of_service(service_id, phone))

    async def of_all_services(self, phone: str) -> dict[str, list[Snapshot]]:
        """Return the records of people with this number by service."""
        found: dict[str, list[Snapshot]] = {}
        for snapshot in await self._with(phone, paths.USERS, is_group=True):
            service_id = paths.service_of_user(snapshot.path)
            if service_id is not None:
                found.setdefault(service_id, []).append(snapshot)
        return found

    async def written_to_last(self, people: list[tuple[str, Snapshot]]) -> tuple[str, Snapshot]:
        """Return whom of several people, each with their service, an SMS of this number is from.

        Of those who proved the number, or else of all, the one who got an SMS last; if none did,
        the one who was known first.
        """
        people = [one for one in people if is_proven(one[1].fields)] or people
        if len(people) == 1:
            return people[0]
        ranked = [
            (await self._last_sms(service_id, one.id), -_known_since(one), at)
            for at, (service_id, one) in enumerate(people)
        ]
        return people[max(ranked)[2]]

    async def _last_sms(self, service_id: str, uid: str) -> datetime:
        is_theirs = Where(("to", "userId"), "==", uid)
        newest = Query(
            paths.NON_CHAT_SMS_QUEUE,
            where=(Where("serviceId", "==", service_id), is_theirs),
            order_by=(OrderBy("createdAt", descending=True),),
            limit=1,
        )
        of_campaigns = Query(paths.CAMPAIGN_SMS, where=(is_theirs,), limit=MOST, is_group=True)
        jobs = [*await self._all(newest), *await self._all(of_campaigns)]
        return max(
            (_time(job, "createdAt") for job in jobs if job.fields.get("serviceId") == service_id),
            default=_LONG_AGO,
        )

    async def _with(self, phone: str, collection: str, *, is_group: bool = False) -> list[Snapshot]:
        """Return who has a number; those who proved it are among them, however many state it."""
        is_this = (Where("phone", "in", known_forms(phone)),)
        found = await self._all(Query(collection, where=is_this, limit=MOST, is_group=is_group))
        if len(found) < MOST:
            return found
        proven = await self._proven(phone, collection, is_group=is_group)
        return list({one.path: one for one in (*proven, *found)}.values())

    async def _proven(
        self, phone: str, collection: str, *, is_group: bool = False
    ) -> list[Snapshot]:
        is_this = (Where("provenPhone", "in", known_forms(phone)),)
        found = await self._all(Query(collection, where=is_this, limit=MOST, is_group=is_group))
        return [one for one in found if is_proven(one.fields)]

    async def _all(self, query: Query) -> list[Snapshot]:
        return [one async for page in self._store.stream(query) for one in page]


def _known_since(person: Snapshot) -> float:
    return _time(person, "createdAt").timestamp()


def _time(snapshot: Snapshot, name: str) -> datetime:
    value = snapshot.fields.get(name)
    return value if isinstance(value, datetime) else _LONG_AGO
