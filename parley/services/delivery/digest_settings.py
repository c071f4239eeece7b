"""Which services tell of unread messages by email, known without a read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from parley.domain.delivery.digests import digest_wait


class DigestSettings:
    """Settings from the documents of services that are read for their names anyway."""

    def __init__(self) -> None:
        self._waits: dict[str, timedelta] = {}

    def wait(self, service_id: str) -> timedelta | None:
        """Return how long messages stay unread before an email, None for no emails."""
        return self._waits.get(service_id)

    def learn(self, service_id: str, fields: Mapping[str, Any]) -> None:
        """Use the settings of a service's document that was just read."""
        wait = digest_wait(fields)
        if wait is None:
            self._waits.pop(service_id, None)
        else:
            self._waits[service_id] = wait

    def replace(self, services: Mapping[str, Mapping[str, Any]]) -> None:
        """Use the settings of all services, by id, and forget those of others."""
        waits = {service_id: digest_wait(fields) for service_id, fields in services.items()}
        self._waits = {service_id: wait for service_id, wait in waits.items() if wait is not None}
