"""Look at dead letters, and put them back on their queues."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from parley.domain.ports import Publisher
from parley.domain.upkeep.redriving import NotRedrivable, payload_of
from parley.errors import CommitOutcomeUnknown, Conflict
from parley.store import SERVER_TIME, Query, Snapshot, Store, Update, UpdatedAt, Where
from schema import paths
from schema.dead_letters import DeadLetter, redriven_patch

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter with its id, and its document as found."""

    id: str
    letter: DeadLetter
    found: Snapshot


@dataclass(frozen=True, slots=True)
class Redriven:
    """What became of one letter; ``why_not`` says why it stays where it is."""

    id: str
    queue: str
    why_not: str | None = None


class RedriveLetters:
    """Publishes payloads of dead letters again. Repeating is safe: each work has its fence."""

    def __init__(self, *, store: Store, publisher: Publisher) -> None:
        self._store = store
        self._publisher = publisher

    async def find(self, *, queue: str | None = None, waiting: bool = False) -> list[Letter]:
        """Return the letters of one queue or of all, oldest first.

        ``waiting``: only those that were not redriven since they were parked.
        """
        found = [one async for one in self._letters(queue)]
        some = [one for one in found if not (waiting and one.letter.redriven_at)]
        return sorted(some, key=lambda one: (one.letter.parked_at, one.id))

    async def get(self, letter_id: str) -> Letter | None:
        """Return one letter, None if there is none or it cannot be read."""
        (found,) = await self._store.get_many([paths.dead_letter(letter_id)])
        letter = DeadLetter.parse_or_none(found.fields) if found is not None else None
        return Letter(letter_id, letter, found) if found is not None and letter else None

    async def redrive(self, letters: list[Letter]) -> list[Redriven]:
        """Publish the payloads again, and mark the letters.

        A process that dies in between leaves a letter unmarked, so it may be redriven twice.
        """
        done: list[Redriven] = []
        for first in range(0, len(letters), _AT_ONCE):
            payloads = []
            sent: list[Letter] = []
            for one in letters[first : first + _AT_ONCE]:
                try:
                    payloads.append(payload_of(one.letter))
                except NotRedrivable as error:
                    done.append(Redriven(one.id, one.letter.queue, str(error)))
                else:
                    sent.append(one)
            await self._publisher.publish(payloads)
            for one in sent:
                await self._mark(one)
                done.append(Redriven(one.id, one.letter.queue))
        return done

    async def _mark(self, one: Letter) -> None:
        """Mark a letter, unless it was parked again or deleted meanwhile."""
        mark = redriven_patch(redriven_at=SERVER_TIME)
        try:
            await self._store.commit(
                [Update(one.found.path, mark, UpdatedAt(one.found.update_time))]
            )
        except (Conflict, CommitOutcomeUnknown):
            return

    async def _letters(self, queue: str | None) -> AsyncIterator[Letter]:
        where = (Where("queue", "==", queue),) if queue is not None else ()
        async for page in self._store.stream(Query(paths.DEAD_LETTERS, where=where)):
            for found in page:
                letter = DeadLetter.parse_or_none(found.fields)
                if letter is not None:
                    yield Letter(found.id, letter, found)
