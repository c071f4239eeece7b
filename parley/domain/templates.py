"""Liquid in campaign bodies: compiled once, rendered for each person, bounded.

A template sees plain values only (``user``, ``service``, ``campaign``), loops and output are
limited, and it includes nothing from elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from liquid import Environment
from liquid.exceptions import LiquidError

from schema import limits

_OUTPUT_BYTES = 4 * limits.CHAT_BODY
"""A UTF-16 unit is at most three bytes of UTF-8; what passes here is then checked to the unit."""


class _BoundedEnvironment(Environment):
    loop_iteration_limit = limits.RENDERED_LOOP_ITERATIONS
    output_stream_limit = _OUTPUT_BYTES
    local_namespace_limit = 10_000
    context_depth_limit = 10


_ENVIRONMENT = _BoundedEnvironment(extra=False)


class TemplateError(ValueError):
    """The template cannot be compiled, or not rendered for this person; says where and why."""


class BodyTemplate:
    """A campaign's text. Raises :class:`TemplateError` if it cannot be compiled."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._template = None
        if "{{" in text or "{%" in text:
            try:
                self._template = _ENVIRONMENT.from_string(text)
            except (LiquidError, RecursionError) as error:
                raise TemplateError(f"the text is not valid Liquid: {_sentence(error)}") from error

    def fields_named(self, of: str) -> frozenset[str]:
        """The fields of a variable such as ``user`` that the text may show, at the top level.

        Those that it names; ``"*"`` among them where it takes the variable as a whole.
        """
        if self._template is None:
            return frozenset()
        found = self._template.analyze(include_partials=False).globals.get(of, [])
        return frozenset(
            str(one.segments[1])
            if len(one.segments) > 1 and isinstance(one.segments[1], str)
            else "*"
            for one in found
        )

    def render(self, context: Mapping[str, Any]) -> str:
        """The text for one person; raises :class:`TemplateError`."""
        if self._template is None:
            return self._text
        try:
            return self._template.render(**context)
        except (LiquidError, ArithmeticError, TypeError, ValueError, RecursionError) as error:
            raise TemplateError(f"rendering failed: {_sentence(error)}") from error


def _sentence(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
