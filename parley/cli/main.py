"""The ``parley`` command: parses, calls, prints."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parley.adapters.pubsub.channel import PubSubChannel
from parley.adapters.pubsub.provisioning import provision
from parley.bootstrap import App, build
from parley.cli import campaign_commands as campaigns
from parley.cli import doctor
from parley.cli.accounts import TOKEN_SECONDS, AuthEmulator, custom_token, require_emulator
from parley.cli.names import require_name
from parley.cli.output import Failed, show_json, show_table
from parley.cli.reachable import require_answers
from parley.cli.seed import seed
from parley.cli.target import AUTH, FIRESTORE, PUBSUB, Target, choose, running_stacks
from parley.domain.age_windows import WEEK_SECONDS
from parley.errors import ParleyError
from parley.queues import QUEUES
from parley.settings import Settings, SettingsError
from schema import export

if TYPE_CHECKING:
    from emulator.stack_state import RunningStack

Command = Callable[[argparse.Namespace], Coroutine[Any, Any, int]]


def main(
    argv: Sequence[str] | None = None,
    *,
    environment: Mapping[str, str] = os.environ,
    find_stacks: Callable[[], Sequence[RunningStack]] = running_stacks,
) -> int:
    """Run one command; its exit status. Errors are sentences on standard error."""
    arguments = _parser().parse_args(argv)
    arguments.choose = lambda needs: choose(
        environment,
        find_stacks(),
        project=arguments.project,
        local=arguments.local,
        needs=needs,
    )
    command: Command = arguments.command
    try:
        return asyncio.run(command(arguments))
    except (Failed, ParleyError, SettingsError) as error:
        print(f"parley: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


async def _target(arguments: argparse.Namespace, *needs: str) -> Settings:
    """The settings to act by; says where that is, and fails at once if nothing answers there."""
    target: Target = arguments.choose(needs)
    print(f"parley: on {target}", file=sys.stderr)
    await require_answers(target.settings, needs)
    return target.settings


def _on_app(call: Callable[[App, argparse.Namespace], Awaitable[None]]) -> Command:
    async def run(arguments: argparse.Namespace) -> int:
        async with build(await _target(arguments, FIRESTORE, PUBSUB)) as app:
            await call(app, arguments)
        return 0

    return run


async def _doctor(arguments: argparse.Namespace) -> int:
    findings = await doctor.examine(lambda: arguments.choose((FIRESTORE, PUBSUB)))
    amiss = [finding for finding in findings if not finding.is_well]
    if arguments.json:
        show_json([asdict(finding) for finding in findings])
    else:
        show_table([finding.row() for finding in findings])
        for finding in amiss:
            print(f"\n{finding.what}: {finding.way_out}")
    return 1 if amiss else 0


async def _provision(arguments: argparse.Namespace) -> int:
    settings = await _target(arguments, PUBSUB)
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


async def _seed(arguments: argparse.Namespace) -> int:
    needs = [FIRESTORE, PUBSUB]
    if arguments.sign_ins:
        # Before anything is asked of a project that must not be touched.
        require_emulator(arguments.choose(needs).settings, "sign-ins")
        needs.append(AUTH)
    async with build(await _target(arguments, *needs)) as app:
        seeded = await seed(
            app,
            service_id=arguments.service,
            users=arguments.users,
            prefix=arguments.prefix,
            sign_ins=arguments.sign_ins,
        )
    rows = [sign_in.row() for sign_in in seeded.sign_ins]
    if arguments.json:
        show_json({"documents": seeded.documents, **({"signIns": rows} if rows else {})})
        return 0
    print(f"{seeded.documents} documents written into service {arguments.service}")
    if rows:
        show_table(rows)
    return 0


async def _token(arguments: argparse.Namespace) -> int:
    uid = require_name("UID", arguments.uid)
    target: Target = arguments.choose((FIRESTORE,))
    address = require_emulator(target.settings, "test tokens")
    settings = await _target(arguments, FIRESTORE, AUTH)
    if arguments.custom:
        token, is_new = custom_token(uid), False
    else:
        async with AuthEmulator.connect(address, settings.project_id) as accounts:
            token, is_new = await accounts.id_token(uid)
    if is_new:
        print(f"parley: made an account for {uid}, which had none", file=sys.stderr)
    if arguments.json:
        kind = "custom" if arguments.custom else "id"
        told = {"uid": uid, "kind": kind, "token": token, "expiresInSeconds": TOKEN_SECONDS}
        show_json(told)
    else:
        print(token)
    return 0


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
    count += await app.sweep_push_tokens().sweep_all()
    if arguments.json:
        show_json({"putBack": count})
    else:
        print(f"{count} put back on their queues, woken, mirrored or passed on")


async def _schema_export(arguments: argparse.Namespace) -> int:
    export.write(arguments.folder)
    print(f"written to {arguments.folder}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="parley", description="Chat and campaigns on your own Firebase project."
    )
    parser.set_defaults(json=False, project=None, local=False)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(
        where: argparse._SubParsersAction[argparse.ArgumentParser],
        name: str,
        told: str,
        command: Command,
        *,
        acts: bool = True,
    ) -> argparse.ArgumentParser:
        made = where.add_parser(name, help=told, description=told)
        made.add_argument("--json", action="store_true", help="print JSON")
        if acts:
            where_to = made.add_mutually_exclusive_group()
            where_to.add_argument("--project", help="act on this project of Google Cloud")
            where_to.add_argument(
                "--local", action="store_true", help="act on the local stack of this checkout"
            )
        made.set_defaults(command=command)
        return made

    add(commands, "doctor", "look at this machine and at what the settings point to", _doctor)
    add(
        commands,
        "provision",
        "make the topics and subscriptions, mend those that drifted",
        _provision,
    )
    made = add(commands, "seed", "write people to try things on", _seed)
    made.add_argument("--users", type=int, required=True, help="how many people")
    made.add_argument("--service", default="default", help="of which service (default: default)")
    made.add_argument("--prefix", default="seed", help="their uids begin with this")
    made.add_argument(
        "--sign-ins",
        action="store_true",
        help="make accounts too, on the Auth emulator, and print them",
    )
    made = add(commands, "token", "print a test token, on the Auth emulator", _token)
    made.add_argument("uid", metavar="UID")
    made.add_argument(
        "--custom", action="store_true", help="one for signInWithCustomToken, not an ID token"
    )

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
        "put lost work of a week back on its queue, wake cases, mirror people, pass on devices",
        _on_app(_sweep),
    )
    schema = commands.add_parser("schema", help="the schema of documents and payloads")
    verbs = schema.add_subparsers(required=True, metavar="VERB")
    made = add(verbs, "export", "write JSON Schema and TypeScript", _schema_export, acts=False)
    made.add_argument("--folder", type=Path, default=Path("schema/exported"))
    return parser


if __name__ == "__main__":
    sys.exit(main())
