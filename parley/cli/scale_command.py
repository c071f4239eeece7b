"""``parley scale``: how many processes each pool of workers needs, by what waits for it.

It changes nothing. A program that reads its lines tells the platform.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from parley.app import App
from parley.cli.invocation import Invocation
from parley.cli.output import show_json, show_table
from parley.cli.target import FIRESTORE, PUBSUB
from parley.connect import build
from parley.domain.upkeep.worker_pools import CAMPAIGNS, CHAT, PoolMemory, advise
from parley.services.upkeep.pool_figures import PoolReports

RULES = (CHAT, CAMPAIGNS)


class Scaler:
    """Looks at the pools of a project, and remembers what it saw."""

    def __init__(self, app: App, running: dict[str, int]) -> None:
        self._clock = app.clock
        self._reports = PoolReports(store=app.store, clock=app.clock, ramp=app.settings.ramp)
        self._running = dict(running)
        self._memory: dict[str, PoolMemory] = {}

    async def look(self) -> list[dict[str, Any]]:
        """Return a row for each pool; the next look takes it that the advice was followed."""
        found = await self._reports.look(self._running)
        rows = []
        for rule in RULES:
            figures = found[rule.name]
            advice = advise(rule, figures, self._clock.now(), self._memory.get(rule.name))
            self._memory[rule.name] = advice.memory
            self._running[rule.name] = advice.wanted
            rows.append(
                {
                    "pool": rule.name,
                    "waiting": figures.backlog,
                    "oldestSeconds": figures.oldest_seconds,
                    "running": figures.running,
                    "wanted": advice.wanted,
                    "why": advice.why,
                }
            )
        return rows


async def scale(invocation: Invocation, *, running: dict[str, int], every: float | None) -> int:
    async with build(await invocation.connect(FIRESTORE, PUBSUB)) as app:
        scaler = Scaler(app, running)
        if every is None:
            show = show_json if invocation.as_json else show_table
            show(await scaler.look())
            return 0
        while True:
            rows = await scaler.look()
            if invocation.as_json:
                print(json.dumps(rows), flush=True)
            else:
                show_table(rows)
            await asyncio.sleep(every)
