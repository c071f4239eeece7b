"""`python -m bench [CASE...]`: run benchmarks, all or some; `page` puts the results into the docs.

Each case writes its runs into `bench/results.json` when it ends and keeps the other cases. `page`
measures nothing. `dearest-minute` counts, for `docs/threats.md`. The profiles show where our own
Python spends its time.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from pathlib import Path
from types import FrameType

from bench import campaign_fan_out, dearest_minute, page, results, sms_sending
from bench.cases import CASES, chosen
from bench.frame import ROUNDS, Options, measure, rows
from parley.cli.output import show_table

PAGE, COUNTED = "page", "dearest-minute"
PROFILES = {"profile": campaign_fan_out.profile, "sms-profile": sms_sending.profile}


def main() -> int:
    """Run what is named; the results of what did not run are kept."""
    arguments = _parser().parse_args()
    which: list[str] = arguments.which
    if which == [COUNTED]:
        return dearest_minute.main(write=arguments.write)
    if which == [PAGE]:
        return page.main()
    if len(which) == 1 and which[0] in PROFILES:
        PROFILES[which[0]](arguments.amount)
        return 0
    try:
        cases = chosen(which)
    except KeyError as error:
        print(f"there is no benchmark {error}; there are {_known()}", file=sys.stderr)
        return 2
    # A run that is told to stop ends its emulators.
    signal.signal(signal.SIGTERM, _stop)
    options = Options(arguments.rounds, arguments.amount, tuple(arguments.against))
    for case in cases:
        print(f"\n{case.name}", flush=True)
        measured = asyncio.run(measure(case, options))
        kept = results.keep(measured, arguments.out, adds=arguments.more)
        print()
        print(kept["title"])
        show_table(rows(kept))
    return 0


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + signal.SIGTERM)


def _known() -> str:
    groups = sorted({case.group for case in CASES.values()} - set(CASES))
    return ", ".join([*CASES, *groups, PAGE, COUNTED, *PROFILES])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("which", nargs="*", help=_known())
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument(
        "--amount", type=int, default=0, help="messages, people, SMS or pushes of a round"
    )
    parser.add_argument(
        "--against",
        type=lambda path: Path(path).resolve(),
        action="append",
        default=[],
        metavar="TREE",
        help="another checkout with an environment of its own, for the cases of whole workers",
    )
    parser.add_argument("--more", action="store_true", help="add the rounds to those that are kept")
    parser.add_argument("--write", action="store_true", help=f"{COUNTED}: into docs/threats.md")
    parser.add_argument("--out", type=Path, default=results.RESULTS)
    return parser


if __name__ == "__main__":
    sys.exit(main())
