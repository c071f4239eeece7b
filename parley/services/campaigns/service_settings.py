"""What services say about their campaigns, read at most every ten seconds in a process."""

from __future__ import annotations

from cachetools import TTLCache

from parley.domain.campaigns.played_pace import RULES_SECONDS
from parley.domain.campaigns.service_rules import ServiceRules
from parley.domain.ports import Clock
from parley.store import Store
from schema import paths

_CACHE_SIZE = 1_000


class ServiceSettings:
    """Reads the rules of services."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._rules: TTLCache[str, ServiceRules] = TTLCache(
            _CACHE_SIZE, RULES_SECONDS, timer=lambda: clock.now().timestamp()
        )

    async def of(self, service_id: str) -> ServiceRules:
        """Return a service's rules; one that does not exist has a name and no rules."""
        known = self._rules.get(service_id)
        if known is not None:
            return known
        (service,) = await self._store.get_many([paths.service(service_id)])
        rules = ServiceRules.read(service_id, service.fields if service is not None else {})
        self._rules[service_id] = rules
        return rules
