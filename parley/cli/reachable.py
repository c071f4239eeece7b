"""Check that the emulators answer, before a command waits for one that is gone."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from parley.cli.output import Failed
from parley.cli.target import AUTH, FIRESTORE, PUBSUB, STARTS_ONE
from parley.settings import Settings

CONNECT_SECONDS = 2.0


async def require_answers(settings: Settings, needs: Sequence[str]) -> None:
    """Raise `Failed` with the name of each emulator that does not answer."""
    addresses = {
        FIRESTORE: settings.firestore_emulator_host,
        PUBSUB: settings.pubsub_emulator_host,
        AUTH: settings.auth_emulator_host,
    }
    asked = [(name, address) for name in needs if (address := addresses[name])]
    accepted = await asyncio.gather(*(_accepts(address) for _, address in asked))
    silent = [
        f"{address} ({name})"
        for (name, address), is_up in zip(asked, accepted, strict=True)
        if not is_up
    ]
    if silent:
        raise Failed(
            f"nothing answers at {', '.join(silent)}. {STARTS_ONE}: unset these variables, or "
            "correct them. If a stack runs, one of its emulators may be restarting."
        )


async def _accepts(address: str) -> bool:
    host, _, port = address.rpartition(":")
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            _, writer = await asyncio.open_connection(host.strip("[]"), int(port))
    except OSError:
        return False
    writer.close()
    return True
