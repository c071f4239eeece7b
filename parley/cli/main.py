"""The ``parley`` command line: its commands and options.

A command imports its modules when it runs, so help and usage errors are answered fast.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parley.cli.campaign_group import campaign
from parley.cli.command_options import Json, Local, Project, group
from parley.cli.command_options import invocation_of as _invocation
from parley.cli.command_options import run_command as _run
from parley.cli.consents_group import consents
from parley.cli.invocation import Surroundings
from parley.cli.output import show_json
from parley.cli.service_group import service
from parley.cli.target import running_stacks

if TYPE_CHECKING:
    from emulator.stack_state import RunningStack

app = group(
    "Chat and campaigns on your own Firebase project. Commands act on the local stack that runs in "
    "this checkout, or on the project of Google Cloud that GCLOUD_PROJECT or --project names, and "
    "say which."
)
schema = group("the schema of documents and payloads")
dlq = group("messages that were taken off their queues, and why")
app.add_typer(campaign, name="campaign")
app.add_typer(consents, name="consents")
app.add_typer(dlq, name="dlq")
app.add_typer(schema, name="schema")
app.add_typer(service, name="service")


def main(
    argv: Sequence[str] | None = None,
    *,
    environment: Mapping[str, str] = os.environ,
    find_stacks: Callable[[], Sequence[RunningStack]] = running_stacks,
) -> int:
    """Run one command and return its exit status. Errors are sentences on standard error."""
    try:
        app(args=argv, prog_name="parley", obj=Surroundings(environment, find_stacks))
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


@app.command(help="check this machine, the settings, and the servers they point to")
def doctor(
    context: typer.Context, json: Json = False, project: Project = None, local: Local = False
) -> None:
    from parley.cli import commands

    _run(commands.doctor(_invocation(context, json, project, local)))


@app.command(help="show what waits, what stands still and what was parked, with the ways out")
def health(
    context: typer.Context, json: Json = False, project: Project = None, local: Local = False
) -> None:
    from parley.cli import health_command

    _run(health_command.health(_invocation(context, json, project, local)))


@app.command(help="create topics and subscriptions, and repair those that differ")
def provision(
    context: typer.Context, json: Json = False, project: Project = None, local: Local = False
) -> None:
    from parley.cli import commands

    _run(commands.provision(_invocation(context, json, project, local)))


@app.command(help="create people for trials")
def seed(
    context: typer.Context,
    users: Annotated[int, typer.Option(help="the number of people")],
    service: Annotated[str, typer.Option(help="their service")] = "default",
    prefix: Annotated[str, typer.Option(help="the beginning of their uids")] = "seed",
    sign_ins: Annotated[
        bool,
        typer.Option("--sign-ins", help="also create accounts on the Auth emulator"),
    ] = False,
    json: Json = False,
    project: Project = None,
    local: Local = False,
) -> None:
    from parley.cli import commands

    invocation = _invocation(context, json, project, local)
    _run(commands.seed(invocation, users=users, service=service, prefix=prefix, sign_ins=sign_ins))


@app.command("import", help="import people from a CSV file (- for standard input)")
def import_file(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", allow_dash=True)],
    service: Annotated[str, typer.Option(help="the service that gets to know them")],
    list_id: Annotated[
        str | None, typer.Option("--list", help="also put them on this distribution list")
    ] = None,
    mapping: Annotated[
        list[str] | None,
        typer.Option(
            "--mapping", metavar="COLUMN=FIELD", help="the field of a column; none leaves it out"
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="check and count, and write nothing")
    ] = False,
    failed: Annotated[
        Path | None, typer.Option("--failed", help="write the lines that failed to this file")
    ] = None,
    json: Json = False,
    project: Project = None,
    local: Local = False,
) -> None:
    from parley.cli import import_command

    options = import_command.Options(file, service, list_id, mapping or [], dry_run, failed)
    _run(import_command.import_people(_invocation(context, json, project, local), options))


@app.command(help="print a token for tests on the Auth emulator")
def token(
    context: typer.Context,
    uid: Annotated[str, typer.Argument(metavar="UID")],
    custom: Annotated[
        bool, typer.Option("--custom", help="a token for signInWithCustomToken")
    ] = False,
    json: Json = False,
    project: Project = None,
    local: Local = False,
) -> None:
    from parley.cli import commands

    _run(commands.token(_invocation(context, json, project, local), uid=uid, custom=custom))


@app.command(help="repair the lost work of a week: messages, campaigns, cases, people, devices")
def sweep(
    context: typer.Context, json: Json = False, project: Project = None, local: Local = False
) -> None:
    from parley.cli import commands

    _run(commands.sweep(_invocation(context, json, project, local)))


@app.command(help="say how many worker processes each pool needs, by what waits")
def scale(
    context: typer.Context,
    chat: Annotated[int, typer.Option(min=0, help="processes that the pool has now")] = 1,
    campaigns: Annotated[int, typer.Option(min=0, help="processes that the pool has now")] = 1,
    every: Annotated[
        float | None,
        typer.Option(min=1, metavar="SECONDS", help="look again, and say when to shrink, too"),
    ] = None,
    json: Json = False,
    project: Project = None,
    local: Local = False,
) -> None:
    from parley.cli import scale_command

    invocation = _invocation(context, json, project, local)
    running = {"chat": chat, "campaigns": campaigns}
    _run(scale_command.scale(invocation, running=running, every=every))


@app.command(help="recount what is derived: unread, last messages, members, campaigns")
def reconcile(
    context: typer.Context,
    service: Annotated[str | None, typer.Option(help="only this service")] = None,
    repair: Annotated[bool, typer.Option("--repair", help="correct what has drifted")] = False,
    json: Json = False,
    project: Project = None,
    local: Local = False,
) -> None:
    from parley.cli import upkeep_commands

    invocation = _invocation(context, json, project, local)
    _run(upkeep_commands.reconcile(invocation, service=service, repair=repair))


@dlq.command("list", help="list dead letters, oldest first")
def list_letters(
    context: typer.Context,
    queue: Annotated[str | None, typer.Option(help="only of this queue")] = None,
    json: Json = False,
    project: Project = None,
    local: Local = False,
) -> None:
    from parley.cli import upkeep_commands

    _run(upkeep_commands.list_letters(_invocation(context, json, project, local), queue=queue))


@dlq.command(help="show a dead letter with its payload, its error and the way out")
def show(
    context: typer.Context,
    letter_id: Annotated[str, typer.Argument(metavar="ID")],
    json: Json = False,
    project: Project = None,
    local: Local = False,
) -> None:
    from parley.cli import upkeep_commands

    invocation = _invocation(context, json, project, local)
    _run(upkeep_commands.show_letter(invocation, letter_id=letter_id))


@dlq.command(help="delete a dead letter that can never be redriven")
def delete(
    context: typer.Context,
    letter_id: Annotated[str, typer.Argument(metavar="ID")],
    json: Json = False,
    project: Project = None,
    local: Local = False,
) -> None:
    from parley.cli import upkeep_commands

    invocation = _invocation(context, json, project, local)
    _run(upkeep_commands.delete_letter(invocation, letter_id=letter_id))


@dlq.command(help="put dead letters back on their queues, once their cause is repaired")
def redrive(
    context: typer.Context,
    letter_id: Annotated[str | None, typer.Argument(metavar="ID")] = None,
    queue: Annotated[str | None, typer.Option(help="all of this queue")] = None,
    every: Annotated[bool, typer.Option("--all", help="all that were not redriven yet")] = False,
    json: Json = False,
    project: Project = None,
    local: Local = False,
) -> None:
    from parley.cli import upkeep_commands

    invocation = _invocation(context, json, project, local)
    _run(upkeep_commands.redrive(invocation, letter_id=letter_id, queue=queue, every=every))


@schema.command(help="write JSON Schema and TypeScript")
def export(
    folder: Annotated[Path, typer.Option()] = Path("schema/exported"), json: Json = False
) -> None:
    from schema import export as exported

    exported.write(folder)
    if json:
        show_json({"folder": str(folder)})
    else:
        print(f"written to {folder}")


if __name__ == "__main__":
    sys.exit(main())
