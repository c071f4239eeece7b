"""The kinds of functions, each in a module that only its own processes import."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any

KINDS: Mapping[str, str] = {
    "triggers": "on_",
    "webhooks.twilio_webhooks": "twilio",
    "callables": "",
}
"""A module with ``ENDPOINTS``, and how the names of its functions begin; the first that fits."""


def module_of(function: str) -> str:
    """Return the module of a function."""
    return next(module for module, start in KINDS.items() if function.startswith(start))


def load(function: str | None) -> dict[str, Callable[..., Any]]:
    """Return the functions by name: all of them, or those of this function's kind."""
    endpoints: dict[str, Callable[..., Any]] = {}
    for module in [module_of(function)] if function else KINDS:
        endpoints |= importlib.import_module(module).ENDPOINTS
    return endpoints
