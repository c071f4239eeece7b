"""Find the services that a sender of SMS belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from parley.domain.delivery.inbound_sms import InboundSms
from parley.domain.delivery.phone_numbers import known_forms
from parley.store import Query, Snapshot, Store, Where
from schema import ids, paths
from schema.channel_settings import SmsSettings

MOST = 50
"""The most services of one sender."""


class SmsSenders:
    """Looks up who sends from a number or a messaging service.

    ``local_sender``: what services without SMS settings send from, on the local stack alone.
    """

    def __init__(self, *, store: Store, local_sender: str | None) -> None:
        self._store = store
        self._local_sender = local_sender

    async def services_of(
        self, inbound: InboundSms, known_in: Iterable[str]
    ) -> dict[str, Snapshot | None]:
        """Return the services whose sender was written to, by their ids; else ``default`` alone.

        ``known_in``: services that know the number of the person who wrote.
        """
        numbers = known_forms(inbound.to)
        sids = [sid for sid in (inbound.messaging_service_sid, inbound.to) if sid]
        found = await self._query(Where(("sms", "from"), "in", numbers))
        found |= await self._query(Where(("sms", "messagingServiceSid"), "in", sids))
        if not found and inbound.to == self._local_sender:
            found = await self._without_settings({*known_in, ids.DEFAULT_SERVICE})
        if not found:
            return dict(await self._read([ids.DEFAULT_SERVICE]))
        return dict(found)

    async def _query(self, is_sender: Where) -> dict[str, Snapshot | None]:
        query = Query(paths.SERVICES, where=(is_sender,), limit=MOST)
        return {one.id: one async for page in self._store.stream(query) for one in page}

    async def _without_settings(self, service_ids: Iterable[str]) -> dict[str, Snapshot | None]:
        services = await self._read(sorted(service_ids))
        return {
            service_id: service
            for service_id, service in services.items()
            if service is not None and not _has_sender(sms_settings(service))
        }

    async def _read(self, service_ids: list[str]) -> Mapping[str, Snapshot | None]:
        found = await self._store.get_many([paths.service(one) for one in service_ids])
        return dict(zip(service_ids, found, strict=True))


def sms_settings(service: Snapshot | None) -> SmsSettings | None:
    """Return a service's settings for SMS, None if there are none that can be read."""
    stored = service.fields.get("sms") if service is not None else None
    return SmsSettings.parse_or_none(stored) if isinstance(stored, Mapping) else None


def _has_sender(settings: SmsSettings | None) -> bool:
    return settings is not None and (
        settings.from_ is not None or settings.messaging_service_sid is not None
    )
