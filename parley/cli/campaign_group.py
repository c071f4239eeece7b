"""The commands below ``parley campaign``, and their options."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from parley.cli.command_options import Json, Local, Project, group, invocation_of, run_command
from parley.cli.invocation import Invocation

if TYPE_CHECKING:
    from parley.app import App

CampaignId = Annotated[str, typer.Argument(metavar="CAMPAIGN_ID")]
JobFile = Annotated[Path, typer.Argument(metavar="FILE.json", allow_dash=True)]
Wait = Annotated[bool, typer.Option("--wait", help="wait until it is final")]
Timeout = Annotated[float, typer.Option(help="the most seconds to wait")]

campaign = group("send campaigns, control them, and see what became of them")


@campaign.command(help="write a campaign from a JSON file (- for standard input)")
def send(
    context: typer.Context,
    file: JobFile,
    campaign_id: Annotated[
        str | None, typer.Option("--id", help="the campaign's id (default: generated)")
    ] = None,
    wait: Wait = False,
    timeout: Timeout = 3_600.0,
    json: Json = False,
    project: Project = None,
    local: Local = False,
) -> None:
    from parley.cli import campaign_commands as commands

    async def act(app: App) -> None:
        sent = await commands.send(
            app, file=file, campaign_id=campaign_id, as_json=json, is_quiet=wait
        )
        if wait:
            await commands.status(
                app, campaign_id=sent, wait=True, timeout_seconds=timeout, as_json=json
            )

    _act(invocation_of(context, json, project, local), act)


@campaign.command(help="show the state of a campaign")
def status(
    context: typer.Context,
    campaign_id: CampaignId,
    wait: Wait = False,
    timeout: Timeout = 3_600.0,
    json: Json = False,
    project: Project = None,
    local: Local = False,
) -> None:
    from parley.cli import campaign_commands as commands

    async def act(app: App) -> None:
        await commands.status(
            app, campaign_id=campaign_id, wait=wait, timeout_seconds=timeout, as_json=json
        )

    _act(invocation_of(context, json, project, local), act)


def _add_command(name: str, text: str) -> None:
    """Add a command that changes the campaign's ``command``."""

    @campaign.command(name=name, help=text)
    def command(
        context: typer.Context,
        campaign_id: CampaignId,
        timeout: Annotated[float, typer.Option(help="the most seconds to wait")] = 60.0,
        json: Json = False,
        project: Project = None,
        local: Local = False,
    ) -> None:
        from parley.cli.campaign_control import give_command
        from parley.domain.campaigns.lifecycle import Command

        async def act(app: App) -> None:
            await give_command(
                app,
                campaign_id=campaign_id,
                command=Command(name),
                timeout_seconds=timeout,
                as_json=json,
            )

        _act(invocation_of(context, json, project, local), act)


_add_command("pause", "pause a campaign: no batch begins after it is answered")
_add_command("resume", "let a paused campaign go on from where it stopped")
_add_command("cancel", "end a campaign: everybody who got nothing yet is skipped")


@campaign.command(help="show what a campaign would do, without sending it")
def preview(
    context: typer.Context,
    file: JobFile,
    user: Annotated[
        list[str] | None, typer.Option("--user", help="show this person's text; up to 3 times")
    ] = None,
    json: Json = False,
    project: Project = None,
    local: Local = False,
) -> None:
    from parley.cli import campaign_reports

    async def act(app: App) -> None:
        await campaign_reports.preview(app, file=file, uids=user or [], as_json=json)

    _act(invocation_of(context, json, project, local), act)


@campaign.command(help="explain what became of one person, and why")
def explain(
    context: typer.Context,
    campaign_id: CampaignId,
    uid: Annotated[str, typer.Argument(metavar="UID")],
    json: Json = False,
    project: Project = None,
    local: Local = False,
) -> None:
    from parley.cli import campaign_reports

    async def act(app: App) -> None:
        await campaign_reports.explain(app, campaign_id=campaign_id, uid=uid, as_json=json)

    _act(invocation_of(context, json, project, local), act)


@campaign.command(help="write the result of everybody as CSV")
def export(
    context: typer.Context,
    campaign_id: CampaignId,
    output: Annotated[
        Path | None, typer.Option(help="the file to write (default: standard output)")
    ] = None,
    json: Json = False,
    project: Project = None,
    local: Local = False,
) -> None:
    from parley.cli import campaign_reports

    async def act(app: App) -> None:
        await campaign_reports.export(app, campaign_id=campaign_id, output=output, as_json=json)

    _act(invocation_of(context, json, project, local), act)


@campaign.command(name="retry-failed", help="give everybody who failed another attempt")
def retry_failed(
    context: typer.Context,
    campaign_id: CampaignId,
    json: Json = False,
    project: Project = None,
    local: Local = False,
) -> None:
    from parley.cli import campaign_reports

    async def act(app: App) -> None:
        await campaign_reports.retry_failed(app, campaign_id=campaign_id, as_json=json)

    _act(invocation_of(context, json, project, local), act)


def _act(invocation: Invocation, act: Callable[[App], Awaitable[None]]) -> NoReturn:
    """Run a command on the app of its target, and exit."""

    async def command() -> int:
        from parley.cli.target import FIRESTORE, PUBSUB
        from parley.connect import build

        async with build(await invocation.connect(FIRESTORE, PUBSUB)) as app:
            await act(app)
        return 0

    run_command(command())
