"""``parley consents``: the consents of a service's people."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from parley.cli.command_options import Json, Local, Project, group, invocation_of, run_command
from parley.cli.invocation import Invocation
from parley.cli.output import Failed, opened, show_json

if TYPE_CHECKING:
    from parley.app import App

consents = group("what people of a service agreed to")


@consents.command(help="write everybody's consents as CSV, which `parley import` reads")
def export(
    context: typer.Context,
    service: Annotated[str, typer.Argument(metavar="SERVICE")],
    output: Annotated[Path | None, typer.Option(help="a file; standard output if none")] = None,
    json: Json = False,
    project: Project = None,
    local: Local = False,
) -> None:
    invocation = invocation_of(context, json, project, local)
    run_command(export_consents(invocation, service, output))


async def export_consents(invocation: Invocation, service_id: str, output: Path | None) -> int:
    """Write the consents page by page; with ``--json``, tell how many lines a file has."""
    from parley.cli.target import FIRESTORE, PUBSUB
    from parley.connect import build

    if invocation.as_json and output is None:
        raise Failed("--json needs --output FILE: the CSV itself goes to standard output")
    async with build(await invocation.connect(FIRESTORE, PUBSUB)) as app:
        with opened(output) as out:
            people = await write_consents(app, service_id, out)
    if invocation.as_json:
        show_json({"file": str(output), "people": people})
    return 0


async def write_consents(app: App, service_id: str, out: TextIO) -> int:
    """Write a service's consents into an open file; return the number of people."""
    from parley.domain.access import SYSTEM, Refused

    people = 0
    try:
        async for page in app.export_consents.export(caller=SYSTEM, service_id=service_id):
            out.write(page.csv)
            people += page.people
    except Refused as refused:
        raise Failed(refused.message) from refused
    return people
