"""The callables of the table, as functions that Firebase deploys."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from app_check import enforces_app_check
from body_limits import limiting_bodies
from callable_answers import (
    Answer,
)
from callable_requests import caller_of, parse_arguments
from callable_table import TABLE, Row
from firebase_functions.https_fn import CallableRequest, on_call
from http_errors import answering_errors
from pydantic import ValidationError
from runtime import run

from parley.app import App
from parley.domain.access import Caller
from parley.errors import PermanentError
from parley.structured_logging import error_text
from schema.base import Model

M = TypeVar("M", bound=Model)


async def answer_call(
    app: App, row: Row[M, Any], caller: Caller, request: CallableRequest[Any]
) -> Answer:
    """Admit one call, do what its row says, and return the answer."""
    app.call_budgets.admit(caller)
    arguments = parse_arguments(request, row.model)
    await app.bans.require_not_banned(caller.id)
    try:
        result = await app.call_budgets.run(
            caller,
            lambda: row.call(app, caller, arguments),
            reserve=row.reserves(arguments),
            is_metered=row.is_metered,
        )
    except ValidationError as error:
        # Of a document that others may have written; an error of arguments repeats the value.
        raise PermanentError(f"{row.name} read a wrong document: {error_text(error)}") from error
    return row.answer(arguments, result)


def endpoint(row: Row[Any, Any], environment: Mapping[str, str]) -> Callable[..., Any]:
    """Return the function that Firebase deploys for a row, under its ``__name__``."""
    is_enforced = enforces_app_check(environment)

    def handle(request: CallableRequest[Any]) -> Answer:
        caller = caller_of(request)
        return run(lambda app: answer_call(app, row, caller, request))

    handle.__name__ = handle.__qualname__ = row.name
    called: Any = on_call(timeout_sec=row.timeout_seconds, enforce_app_check=is_enforced)(
        answering_errors(handle)
    )
    return limiting_bodies(called, max_bytes=row.max_bytes)


ENDPOINTS: Mapping[str, Callable[..., Any]] = {row.name: endpoint(row, os.environ) for row in TABLE}
