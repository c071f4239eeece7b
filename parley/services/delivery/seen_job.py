"""A job document as read: its fence, and what its ``delivery`` says."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import ValidationError

from parley.store import Snapshot, Store, Update, UpdatedAt, Write
from schema.delivery import Delivery, delivery_patch


@dataclass(frozen=True, slots=True)
class SeenJob:
    """A job document as read. ``is_readable``: its ``delivery`` is missing or well-formed."""

    snapshot: Snapshot
    delivery: Delivery | None
    is_readable: bool = True

    def change(self, delivery: Delivery) -> list[Write]:
        """Return the write of another ``delivery``, if nobody has changed the job since."""
        fence = UpdatedAt(self.snapshot.update_time)
        return [Update(self.snapshot.path, delivery_patch(delivery), fence)]


async def load_job(store: Store, path: str) -> SeenJob | None:
    """Read a job; None if it is gone."""
    (snapshot,) = await store.get_many([path])
    if snapshot is None:
        return None
    fields = snapshot.fields.get("delivery")
    if fields is None:
        return SeenJob(snapshot, None)
    try:
        return SeenJob(snapshot, Delivery.parse(fields))
    except ValidationError:
        return SeenJob(snapshot, None, is_readable=False)
