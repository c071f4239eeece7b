"""What all commands share: their options, and how one is run."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine
from contextlib import redirect_stdout
from typing import Annotated, Any, NoReturn

import typer

from parley.cli.invocation import Invocation
from parley.cli.output import Failed
from parley.errors import ParleyError
from parley.settings import SettingsError

Json = Annotated[bool, typer.Option("--json", help="print JSON")]
Project = Annotated[str | None, typer.Option(help="act on this project of Google Cloud")]
Local = Annotated[bool, typer.Option("--local", help="act on the local stack of this checkout")]


def group(text: str) -> typer.Typer:
    """Return an empty group of commands. Without a command it shows them, as wrong usage."""
    return typer.Typer(
        help=text,
        callback=_show_commands,
        invoke_without_command=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )


def _show_commands(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        # Typer prints help where output goes; a pipe wants none of it.
        with redirect_stdout(sys.stderr):
            context.get_help()
        raise typer.Exit(2)


def invocation_of(
    context: typer.Context, as_json: bool, project: str | None, local: bool
) -> Invocation:
    """Return the invocation of a command from its options."""
    if local and project is not None:
        raise typer.BadParameter("--local and --project exclude each other")
    return Invocation(context.obj, as_json, project, local)


def run_command(command: Coroutine[Any, Any, int]) -> NoReturn:
    """Run a command and exit with its status."""
    try:
        exit_status = asyncio.run(command)
    except (Failed, ParleyError, SettingsError) as error:
        print(f"parley: {error}", file=sys.stderr)
        exit_status = 1
    except KeyboardInterrupt:
        exit_status = 130
    raise typer.Exit(exit_status)
