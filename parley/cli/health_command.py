"""``parley health``: what waits, what stands still, and what was parked, with the ways out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from parley.cli.invocation import Invocation
from parley.cli.output import show_json, show_table
from parley.cli.target import FIRESTORE
from parley.connect import build
from parley.queues import QUEUES
from parley.services.upkeep.health_reports import HealthReports
from schema import paths
from schema.events import QueueName

Report = Mapping[str, Any]
_LETTERS = paths.DEAD_LETTERS
"""The report names them as their collection."""


async def health(invocation: Invocation) -> int:
    """Print the report that the dashboard shows; the status is 1 if somebody has to act."""
    # The documents tell it, also while Pub/Sub is down.
    async with build(await invocation.connect(FIRESTORE)) as app:
        report = await HealthReports(store=app.store, clock=app.clock).report()
    problems = list(problems_of(report))
    if invocation.as_json:
        show_json({**report, "problems": problems})
        return 1 if problems else 0
    show_table([_row(queue) for queue in report["queues"]])
    for problem in problems:
        print(f"\n{problem}")
    if not problems:
        print("\nnothing stands still, and there are no dead letters")
    return 1 if problems else 0


def problems_of(report: Report) -> Iterator[str]:
    """Yield a sentence for each problem: what it is, and what to do."""
    for queue in report["queues"]:
        if queue["isStill"]:
            yield (
                f"{_name(queue)} stands still: its oldest work waits for "
                f"{queue.get('oldestSeconds', 0):.0f} s. Look whether workers run for it "
                f"(`python -m workers {_pool(queue['queue'])}`), what their /healthz answers, and "
                "for worker.stalled and queue.unavailable in their logs"
            )
        if waits_for := queue.get("waitsFor"):
            yield (
                f"{_name(queue)} has jobs that wait for another attempt: {waits_for}. Look for "
                "this symptom in docs/operations.md"
            )
    for campaign in report["campaigns"]:
        if campaign["isStill"]:
            yield (
                f"campaign {campaign['campaignId']} is {campaign['state']} and has not moved for "
                f"{campaign['idleSeconds']:.0f} s: see `parley campaign status "
                f"{campaign['campaignId']}`, and whether workers run for campaigns "
                "(`python -m workers campaigns`)"
            )
    if (recount := report.get("recount")) and recount["drifted"] > recount["repaired"]:
        yield (
            f"{recount['drifted'] - recount['repaired']} values had drifted when "
            f"{recount['checked']} chats and campaigns were recounted at {recount['at']}: "
            "`parley reconcile` names them, and `parley reconcile --repair` corrects them"
        )
    for letters in report[_LETTERS]:
        yield (
            f"{letters['queue']} has {letters['count']} of its messages among the dead letters: "
            f"`parley dlq list --queue {letters['queue']}` names them, and `parley dlq show ID` "
            "says what to do. Once the cause is repaired, `parley dlq redrive --queue "
            f"{letters['queue']}` puts them back"
        )


def _row(queue: Report) -> dict[str, Any]:
    oldest = queue.get("oldestSeconds")
    return {
        "": "!!" if queue["isStill"] else "ok",
        "queue": _name(queue),
        "waiting": queue["waiting"],
        "oldest": "" if oldest is None else f"{oldest:.0f} s",
    }


def _name(queue: Report) -> str:
    """Return the queue; two inboxes of SMS share one."""
    inbox = queue.get("inbox")
    return str(queue["queue"]) if inbox is None else f"{queue['queue']} ({inbox})"


def _pool(queue: str) -> str:
    return "campaigns" if QUEUES[QueueName(queue)].gives_way else "chat"
