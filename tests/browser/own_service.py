"""A service of its own for one test, so that other tests leave nothing in its numbers."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from parley.store import SERVER_TIME, Set, Snapshot, Value, Write
from schema import paths
from tests.browser.site import Language, Pages, Scheme, Visitor

EMPTY: Mapping[str, Value] = {
    "attributes": {},
    "tags": [],
    "consents": {},
    "createdAt": SERVER_TIME,
}


@dataclass(frozen=True)
class OwnService:
    """A service that one test has for itself, and those who work there."""

    service_id: str
    pages: Pages

    def staff(
        self,
        name: str,
        role: str = "owner",
        *,
        language: Language = "en",
        scheme: Scheme = "light",
    ) -> Visitor:
        """Return somebody of the staff, who sees the inbox."""
        return self.pages.working(
            name, service=self.service_id, role=role, language=language, scheme=scheme
        )

    def add_people(self, people: Iterable[Mapping[str, Value]]) -> None:
        """Write the records of people as the server keeps them."""
        self.pages.site.write(
            Set(paths.service_user(self.service_id, str(one["uid"])), {**EMPTY, **one})
            for one in people
        )

    def read(self) -> Snapshot:
        """Return the document of the service."""
        return self.pages.site.read(paths.service(self.service_id))


def own_service(pages: Pages, name: str, **settings: Value) -> OwnService:
    """Create a service without people."""
    service_id = f"{name.lower()}-{uuid.uuid4().hex[:6]}"
    document: Write = Set(paths.service(service_id), {"name": name, "kind": "dashboard"} | settings)
    pages.site.write([document])
    return OwnService(service_id, pages)
