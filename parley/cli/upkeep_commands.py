"""``parley reconcile`` and ``parley dlq``. Each returns its exit status."""

from __future__ import annotations

from parley.cli import dead_letter_commands as letters
from parley.cli.invocation import Invocation
from parley.cli.names import require_name
from parley.cli.reconcile_command import reconcile as reconcile_tree
from parley.cli.target import FIRESTORE, PUBSUB
from parley.connect import build


async def reconcile(invocation: Invocation, *, service: str | None, repair: bool) -> int:
    if service is not None:
        require_name("--service", service)
    async with build(await invocation.connect(FIRESTORE, PUBSUB)) as app:
        return await reconcile_tree(
            app, service_id=service, repair=repair, as_json=invocation.as_json
        )


async def list_letters(invocation: Invocation, *, queue: str | None) -> int:
    async with build(await invocation.connect(FIRESTORE, PUBSUB)) as app:
        await letters.list_letters(app, queue=queue, as_json=invocation.as_json)
    return 0


async def show_letter(invocation: Invocation, *, letter_id: str) -> int:
    async with build(await invocation.connect(FIRESTORE, PUBSUB)) as app:
        await letters.show_letter(app, letter_id=letter_id, as_json=invocation.as_json)
    return 0


async def delete_letter(invocation: Invocation, *, letter_id: str) -> int:
    async with build(await invocation.connect(FIRESTORE)) as app:
        await letters.delete(app, letter_id=letter_id, as_json=invocation.as_json)
    return 0


async def redrive(
    invocation: Invocation, *, letter_id: str | None, queue: str | None, every: bool
) -> int:
    async with build(await invocation.connect(FIRESTORE, PUBSUB)) as app:
        return await letters.redrive(
            app, letter_id=letter_id, queue=queue, every=every, as_json=invocation.as_json
        )
