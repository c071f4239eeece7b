"""Liquid in campaign bodies: compiled once, rendered for each person, bounded.

A template sees plain values only (``user``, ``service``, ``campaign``), loops and output are
limited, and it includes nothing from elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from liquid import BoundTemplate, Environment
from liquid.builtin.content import ContentNode
from liquid.builtin.expressions import FilteredExpression, Path
from liquid.builtin.output import OutputNode
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


Parts = tuple[str | tuple[str, ...], ...]
"""A text in order: what stands as it is, and the names that lead to what a person has."""


class BodyTemplate:
    """A campaign's text. Raises :class:`TemplateError` if it cannot be compiled."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._template = None
        self._parts: Parts | None = None
        if "{{" in text or "{%" in text:
            try:
                self._template = _ENVIRONMENT.from_string(text)
            except (LiquidError, RecursionError) as error:
                raise TemplateError(f"the text is not valid Liquid: {_sentence(error)}") from error
            self._parts = _plain_parts(self._template)

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
        if self._parts is not None:
            text = _joined(self._parts, context)
            if text is not None:
                return text
        try:
            return self._template.render(**context)
        except (LiquidError, ArithmeticError, TypeError, ValueError, RecursionError) as error:
            raise TemplateError(f"rendering failed: {_sentence(error)}") from error


def _plain_parts(template: BoundTemplate) -> Parts | None:
    """The parts of a template that only names values, with a default or without; None for others.

    Most campaigns are such a text, and joining it costs a tenth of rendering it.
    """
    parts: list[str | tuple[str, ...]] = []
    for node in template.nodes:
        if isinstance(node, ContentNode):
            parts.append(node.text)
            continue
        shown = node.expression if isinstance(node, OutputNode) else None
        if not (isinstance(shown, FilteredExpression) and isinstance(shown.left, Path)):
            return None
        names = tuple(name for name in shown.left.path if isinstance(name, str))
        filters = {applied.name for applied in shown.filters or ()}
        if len(names) != len(shown.left.path) or not filters <= {"default"}:
            return None
        parts.append(names)
    return tuple(parts)


def _joined(parts: Parts, context: Mapping[str, Any]) -> str | None:
    """The parts with what they name, where each is a text that is there and short; else None.

    Such a text is shown as it is, and no default stands in for it; Liquid decides on all others.
    So it does on a carriage return, which its bounded output turns into a line feed.
    """
    shown = []
    for part in parts:
        value: Any = part
        if type(part) is tuple:
            value = context
            for name in part:
                if not isinstance(value, Mapping) or name not in value:
                    return None
                value = value[name]
            if type(value) is not str or not value:
                return None
        shown.append(value)
    text = "".join(shown)
    return text if len(text) <= limits.CHAT_BODY and "\r" not in text else None


def _sentence(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
