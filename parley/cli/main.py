"""The ``parley`` command: parses, calls, prints."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from parley.adapters.pubsub.channel import PubSubChannel
from parley.adapters.pubsub.provisioning import provision
from parley.bootstrap import App, build
from parley.cli import campaigns, doctor
from parley.cli.output import Failed, show_json, show_table
from parley.cli.seed import seed
from parley.domain.age_windows import WEEK_SECONDS
from parley.domain.errors import ParleyError
from parley.queues import QUEUES
from parley.settings import Settings, SettingsError
from schema import export

Command = Callable[[argparse.Namespace], Coroutine[Any, Any, int]]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; its exit status. Errors are sentences on standard error."""
    arguments = _parser().parse_args(argv)
    command: Command = arguments.command
    try:
        return asyncio.run(command(arguments))
    except (Failed, ParleyError, SettingsError) as error:
        print(f"parley: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _settings() -> Settings:
    return Settings.from_environment(os.environ)


def _on_app(call: Callable[[App, argparse.Namespace], Awaitable[None]]) -> Command:
    async def run(arguments: argparse.Namespace) -> int:
        async with build(_settings()) as app:
            await call(app, arguments)
        return 0

    return run


async def _doctor(arguments: argparse.Namespace) -> int:
    findings = await doctor.examine()
    amiss = [finding for finding in findings if not finding.is_well]
    if arguments.json:
        show_json([asdict(finding) for finding in findings])
    else:
        show_table([finding.row() for finding in findings])
        for finding in amiss:
            print(f"\n{finding.what}: {finding.way_out}")
    return 1 if amiss else 0


async def _provision(arguments: argparse.Namespace) -> int:
    settings = _settings()
    channel = PubSubChannel(settings.project_id, emulator_host=settings.pubsub_emulator_host)
    try:
        done = await provision(channel)
    finally:
        await channel.close()
    rows = [
        {
            "resource": f"{one.kind} {one.name}",
            "outcome": one.outcome,
            "fields": " ".join(one.fields),
        }
        for one in done
    ]
    show_json(rows) if arguments.json else show_table(rows)
    return 1 if any(one.outcome == "drifted" for one in done) else 0


async def _seed(app: App, arguments: argparse.Namespace) -> None:
    count = await seed(
        app, service_id=arguments.service, users=arguments.users, prefix=arguments.prefix
    )
    if arguments.json:
        show_json({"documents": count})
    else:
        print(f"{count} documents written into service {arguments.service}")


async def _send(app: App, arguments: argparse.Namespace) -> None:
    await campaigns.send(app, file=arguments.file, campaign_id=arguments.id, as_json=arguments.json)


async def _status(app: App, arguments: argparse.Namespace) -> None:
    await campaigns.status(
        app,
        campaign_id=arguments.campaign_id,
        wait=arguments.wait,
        timeout_seconds=arguments.timeout,
        as_json=arguments.json,
    )


async def _sweep(app: App, arguments: argparse.Namespace) -> None:
    count = await app.sweep(list(QUEUES), reach_seconds=WEEK_SECONDS).sweep()
    if arguments.json:
        show_json({"putBack": count})
    else:
        print(f"{count} put back on their queues, woken or mirrored")


async def _schema_export(arguments: argparse.Namespace) -> int:
    export.write(arguments.folder)
    print(f"written to {arguments.folder}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="parley", description="Chat and campaigns on your own Firebase project."
    )
    parser.set_defaults(json=False)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(
        where: argparse._SubParsersAction[argparse.ArgumentParser],
        name: str,
        told: str,
        command: Command,
    ) -> argparse.ArgumentParser:
        made = where.add_parser(name, help=told, description=told)
        made.add_argument("--json", action="store_true", help="print JSON")
        made.set_defaults(command=command)
        return made

    add(commands, "doctor", "look at this machine and at what the settings point to", _doctor)
    add(
        commands,
        "provision",
        "make the topics and subscriptions, mend those that drifted",
        _provision,
    )
    made = add(commands, "seed", "write people to try things on", _on_app(_seed))
    made.add_argument("--users", type=int, required=True, help="how many people")
    made.add_argument("--service", default="default", help="of which service (default: default)")
    made.add_argument("--prefix", default="seed", help="their uids begin with this")

    campaign = commands.add_parser("campaign", help="send campaigns and see how they stand")
    verbs = campaign.add_subparsers(required=True, metavar="VERB")
    made = add(
        verbs, "send", "write a campaign from a JSON file (- for standard input)", _on_app(_send)
    )
    made.add_argument("file", type=Path, metavar="FILE.json")
    made.add_argument("--id", help="the campaign's id (drawn if not given)")
    made = add(verbs, "status", "how a campaign stands", _on_app(_status))
    made.add_argument("campaign_id")
    made.add_argument("--wait", action="store_true", help="until it is final")
    made.add_argument("--timeout", type=float, default=3_600.0, help="seconds to wait at most")

    add(
        commands,
        "sweep",
        "put lost work of a week back on its queue, wake cases, mirror people",
        _on_app(_sweep),
    )
    schema = commands.add_parser("schema", help="the schema of documents and payloads")
    verbs = schema.add_subparsers(required=True, metavar="VERB")
    made = add(verbs, "export", "write JSON Schema and TypeScript", _schema_export)
    made.add_argument("--folder", type=Path, default=Path("schema/exported"))
    return parser


if __name__ == "__main__":
    sys.exit(main())
