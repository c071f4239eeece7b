"""``parley dlq list|show|redrive|delete``: dead letters, why they are there, and the way out."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from parley.app import App
from parley.cli.output import Failed, show_json, show_table
from parley.domain.upkeep.redriving import way_out
from parley.services.upkeep.redrive_letters import Letter, RedriveLetters
from parley.store import Delete
from schema import paths
from schema.events import QueueName

_ERROR_CHARACTERS = 120
"""How much of an error a table shows; ``show`` has all of it."""


def letters_of(app: App) -> RedriveLetters:
    """Return the service that finds and redrives dead letters."""
    return RedriveLetters(store=app.store, publisher=app.publisher)


async def list_letters(app: App, *, queue: str | None, as_json: bool) -> None:
    """Print the dead letters, oldest first."""
    found = await letters_of(app).find(queue=_queue(queue))
    if as_json:
        show_json([_described(one) for one in found])
    else:
        show_table([_row(one) for one in found])


async def show_letter(app: App, *, letter_id: str, as_json: bool) -> None:
    """Print one dead letter with its payload, its error and the way out."""
    described = _described(await _require(app, letter_id))
    if as_json:
        show_json(described)
        return
    for name, value in described.items():
        print(f"{name}: {_shown(value)}")


async def delete(app: App, *, letter_id: str, as_json: bool) -> None:
    """Delete a dead letter. The work that waited for it has ended already."""
    letter = await _require(app, letter_id)
    await app.store.commit([Delete(paths.dead_letter(letter_id))])
    if as_json:
        show_json({"id": letter_id, "queue": letter.letter.queue, "deleted": True})
    else:
        print(f"{letter_id} of {letter.letter.queue} is deleted")


async def redrive(
    app: App, *, letter_id: str | None, queue: str | None, every: bool, as_json: bool
) -> int:
    """Publish dead letters again; return 1 if one of them cannot be published."""
    service = letters_of(app)
    if letter_id is not None:
        if queue is not None or every:
            raise Failed("give a letter's ID, or --queue, or --all: they exclude each other")
        letters = [await _require(app, letter_id)]
    elif queue is not None or every:
        letters = await service.find(queue=_queue(queue), waiting=True)
    else:
        raise Failed(
            "nothing is named: give the ID of a letter (`parley dlq list`), --queue QUEUE, or --all"
        )
    done = await service.redrive(letters)
    stuck = [one for one in done if one.why_not is not None]
    if as_json:
        show_json(
            [
                {"id": one.id, "queue": one.queue, "redriven": one.why_not is None}
                | ({"error": one.why_not} if one.why_not else {})
                for one in done
            ]
        )
    else:
        print(f"redriven: {len(done) - len(stuck)}, not redriven: {len(stuck)}")
        if stuck:
            show_table([{"id": one.id, "queue": one.queue, "why": one.why_not} for one in stuck])
    return 1 if stuck else 0


async def _require(app: App, letter_id: str) -> Letter:
    if not letter_id or "/" in letter_id:
        raise Failed(f"ID: {letter_id!r} cannot be a letter's id; see `parley dlq list`")
    found = await letters_of(app).get(letter_id)
    if found is None:
        raise Failed(f"deadLetters/{letter_id} does not exist; see `parley dlq list`")
    return found


def _queue(name: str | None) -> str | None:
    if name is not None and name not in set(QueueName):
        raise Failed(f"--queue: {name!r} is not a queue; the queues are {', '.join(QueueName)}")
    return name


def _described(one: Letter) -> dict[str, Any]:
    return {"id": one.id, **one.letter.fields(), "wayOut": way_out(one.letter)}


def _shown(value: Any) -> str:
    """Return a field for people: an error as one line, a map as JSON, a time as ISO 8601."""
    if isinstance(value, dict) and set(value) == {"code", "message"}:
        return f"{value['code']}: {value['message']}"
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return json.dumps(value, default=str) if isinstance(value, dict | list) else str(value)


def _row(one: Letter) -> dict[str, Any]:
    letter = one.letter
    return {
        "id": one.id,
        "queue": letter.queue,
        "service": letter.service_id,
        "error": f"{letter.error.code}: {letter.error.message[:_ERROR_CHARACTERS]}",
        "attempts": letter.attempts,
        "parked": letter.parked_at.isoformat(timespec="seconds"),
        "redriven": letter.redriven_at and letter.redriven_at.isoformat(timespec="seconds"),
    }
