"""`python -m bench [fan-out|latency|sms|dearest-minute|profile]`: run benchmarks.

Those that measure write `bench/results.json`; `dearest-minute` counts, for `docs/threats.md`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench import campaign_fan_out, dearest_minute, push_latency, sms_sending
from emulator.ports import HOST, free_port
from emulator.single import start_single
from parley.cli.output import show_table
from workers.runtime.process import collect_less_often

BENCHMARKS = frozenset({"fan-out", "latency", "sms"})
PROFILES = frozenset({"profile", "sms-profile"})
COUNTED = "dearest-minute"
RESULTS = Path(__file__).parent / "results.json"


def main() -> int:
    """Run what is named, or all; the results of what did not run are kept."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "which", nargs="*", help=", ".join(sorted({COUNTED, *BENCHMARKS, *PROFILES}))
    )
    parser.add_argument("--people", type=int, default=3_000, help="of a campaign, in each round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--messages", type=int, default=push_latency.MESSAGES)
    parser.add_argument("--sms", type=int, default=10_000, help="SMS in each round")
    parser.add_argument("--write", action="store_true", help=f"{COUNTED}: into docs/threats.md")
    parser.add_argument("--out", type=Path, default=RESULTS)
    arguments = parser.parse_args()
    which = set(arguments.which) or BENCHMARKS
    if COUNTED in which:
        return dearest_minute.main(write=arguments.write)
    if unknown := which - BENCHMARKS - PROFILES:
        parser.error(f"no benchmark called {', '.join(sorted(unknown))}")
    # Above 1 before we begin, others share the cores and the ratios say less.
    load_before = round(os.getloadavg()[0], 2)
    tables: dict[str, Any] = {}
    if "profile" in which:
        with _fresh_emulator(arguments) as plan:
            campaign_fan_out.profile(plan)
    if "fan-out" in which:
        tables |= _fan_out(arguments)
    if "latency" in which:
        tables["push latency"] = asyncio.run(push_latency.measure(arguments.messages))
    if "sms" in which:
        for case, delay_ms in sms_sending.CASES.items():
            with sms_sending.serving(messages=arguments.sms, rounds=arguments.rounds) as sms:
                rows = sms_sending.measure(sms, delay_ms=delay_ms)
            tables[f"SMS, the stand-in {case}"] = rows
    if "sms-profile" in which:
        with sms_sending.serving(messages=arguments.sms, rounds=1) as sms:
            sms_sending.profile(sms)
    if tables:
        _show_and_keep(tables, arguments.out, load_before)
    return 0


def _fan_out(arguments: argparse.Namespace) -> dict[str, Any]:
    # As in a worker process.
    collect_less_often()
    tables = {}
    for case, has_chats in campaign_fan_out.CASES.items():
        with _fresh_emulator(arguments) as plan:
            rows = asyncio.run(campaign_fan_out.measure(plan, has_chats=has_chats))
        tables[f"campaign fan-out, {case}"] = rows
    return tables


@contextmanager
def _fresh_emulator(arguments: argparse.Namespace) -> Iterator[campaign_fan_out.Plan]:
    port = free_port()
    emulator = start_single("firestore", port)
    try:
        yield campaign_fan_out.Plan(
            f"{HOST}:{port}",
            people=arguments.people,
            rounds=arguments.rounds,
            emulator_pid=emulator.pid,
        )
    finally:
        emulator.end()


def _show_and_keep(tables: dict[str, Any], out: Path, load_before: float) -> None:
    for title, rows in tables.items():
        print(f"\n{title}")
        show_table(rows)
    kept = json.loads(out.read_text()) if out.exists() else {}
    results = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {
            "cores": os.cpu_count(),
            "processor": platform.machine(),
            "python": sys.version.split()[0],
            "google-cloud-firestore": version("google-cloud-firestore"),
            "grpcio": version("grpcio"),
            "load average before": load_before,
            "our peak memory MiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        },
        "tables": kept.get("tables", {}) | tables,
    }
    out.write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    sys.exit(main())
