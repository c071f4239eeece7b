"""``parley reconcile``: recount what is derived, show what has drifted, and correct it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from parley.app import App
from parley.cli.output import Failed, show_json, show_table
from parley.domain.access import SYSTEM
from parley.services.upkeep.reconcile import Reconcile, Report
from schema import paths


async def reconcile(app: App, *, service_id: str | None, repair: bool, as_json: bool) -> int:
    """Print the drift by kind with examples; return 1 if some of it is still there."""
    if service_id is not None:
        (service,) = await app.store.get_many([paths.service(service_id)], select=())
        if service is None and service_id != "default":
            raise Failed(f"--service: there is no service {service_id!r}")
    service_of = Reconcile(store=app.store, clock=app.clock)
    report = await service_of.reconcile(service_id=service_id, repair=repair)
    if service_id is None:
        await service_of.note(report.sums(), by=SYSTEM.id)
    if as_json:
        show_json(_described(report))
    else:
        _show(report, repair=repair)
    return 1 if report.remaining or report.unreadable else 0


def _described(report: Report) -> dict[str, Any]:
    return {
        "chats": report.chats,
        "campaigns": report.campaigns,
        "drift": {
            kind: {
                "count": count,
                "repaired": report.repaired[kind],
                "examples": [
                    {name: value for name, value in asdict(one).items() if name != "kind"}
                    for one in report.examples[kind]
                ],
            }
            for kind, count in sorted(report.drift.items())
        },
        "unreadable": report.unreadable,
    }


def _show(report: Report, *, repair: bool) -> None:
    print(f"recounted: {report.chats} chats and {report.campaigns} campaigns")
    for path in report.unreadable:
        print(f"unreadable, left alone: {path}")
    if not report.drift:
        print("nothing has drifted")
        return
    show_table(
        [
            {
                "drift": kind,
                "count": count,
                "repaired": report.repaired[kind],
                "example": f"{one.path}: {one.found} should be {one.expected}",
            }
            for kind, count in sorted(report.drift.items())
            for one in report.examples[kind][:1]
        ]
    )
    if not repair:
        print("\nRun it again with --repair to correct this.")
