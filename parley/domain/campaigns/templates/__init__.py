"""Liquid in campaign bodies: compiled once, rendered for each person, bounded.

A template sees only plain values (``user``, ``service``, ``campaign``). An email's template may
render others of its service. Loops, intermediate values and output are limited. The result is that
of Ruby's Liquid 5.13, or an error with a reason. python-liquid parses the text; this package
evaluates it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from liquid import BoundTemplate
from liquid.builtin.content import ContentNode
from liquid.builtin.expressions import FilteredExpression, Path
from liquid.builtin.output import OutputNode
from liquid.exceptions import LiquidError

from parley.domain.campaigns.templates.compiling import compile_body, parse
from parley.domain.campaigns.templates.nodes import Body
from parley.domain.campaigns.templates.partials import check_partials, rendered_names
from parley.domain.campaigns.templates.refusals import (
    OutOfBudget,
    OverAllowance,
    Refused,
    TemplateError,
    TooMuch,
)
from parley.domain.campaigns.templates.rendering import Allowance, Rendering
from parley.domain.campaigns.templates.source import place_of
from schema import limits

__all__ = [
    "Allowance",
    "BodyTemplate",
    "OutOfBudget",
    "OverAllowance",
    "TemplateError",
    "rendered_by",
]

Parts = tuple[str | tuple[str, ...], ...]
"""A text in order: literal text, and paths of names to a person's values."""


class BodyTemplate:
    """A campaign's text. Raises :class:`TemplateError` if it cannot be compiled.

    ``partials``: the texts of the templates that it may render, by name; None if it renders none.
    """

    def __init__(self, text: str, partials: Mapping[str, str] | None = None) -> None:
        self._text = text
        self._partials: dict[str, Body] = {}
        self._template: BoundTemplate | None = None
        self._body = Body(())
        self._parts: Parts | None = None
        if "{{" in text or "{%" in text:
            try:
                self._template = parse(text, with_render=partials is not None)
                self._body = compile_body(self._template.nodes)
                if partials is not None:
                    self._partials = _compile_partials(self._template, partials)
            except TemplateError:
                raise
            except Exception as error:  # The parser fails on some texts with errors of its own.
                raise TemplateError(f"the text is not valid Liquid: {_cause(error)}") from error
            self._parts = _plain_parts(self._template)

    def named_fields(self, of: str) -> frozenset[str]:
        """Return the top-level fields of a variable such as ``user`` that the text may show.

        They contain ``"*"`` if the text uses the variable as a whole.
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

    def render(
        self,
        context: Mapping[str, Any],
        *,
        now: datetime | None = None,
        as_html: bool = False,
        longest: int = limits.RENDERED_TEXT,
        allowance: Allowance | None = None,
    ) -> str:
        """Return the text for one person; raise :class:`TemplateError`.

        ``now`` is the time that ``'now' | date`` shows, by default the current time. ``as_html``
        escapes every value. ``longest``: the most characters of the whole text. ``allowance``:
        steps that this and other renderings may take; raise :class:`OverAllowance` above it.
        """
        if self._template is None:
            return self._text
        if self._parts is not None and not as_html:
            text = _join_plain(self._parts, context)
            if text is not None:
                return text
        run = Rendering(
            context,
            now,
            escapes=as_html,
            longest=longest,
            partials=self._partials,
            steps=limits.RENDERED_STEPS if allowance is None else allowance.steps,
        )
        try:
            self._body.render(run)
            return run.output()
        except OverAllowance:
            raise
        except Exception as error:  # Any error fails this person alone, never the batch.
            kind = OutOfBudget if isinstance(error, TooMuch) else TemplateError
            raise kind(f"rendering failed: {run.where}: {_cause(error)}") from error
        finally:
            if allowance is not None:
                allowance.steps -= run.spent


def rendered_by(text: str) -> list[str]:
    """Return the names of the templates that a text renders; none if it is not valid Liquid."""
    if "{%" not in text:
        return []
    try:
        return list(dict.fromkeys(rendered_names(parse(text, with_render=True).nodes)))
    except Exception:  # Compiling it tells what is wrong.
        return []


def _compile_partials(template: BoundTemplate, texts: Mapping[str, str]) -> dict[str, Body]:
    """Compile the templates that a template renders, directly or not."""
    names = list(rendered_names(template.nodes))
    found: dict[str, list[str]] = {}
    compiled: dict[str, Body] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in compiled:
            continue
        if name not in texts:
            raise TemplateError(f"template '{name}' does not exist or lacks this field; write it")
        try:
            parsed = parse(texts[name], with_render=True)
            compiled[name] = compile_body(parsed.nodes)
        except Exception as error:
            told = str(error) if isinstance(error, TemplateError) else _cause(error)
            raise TemplateError(f"template '{name}': {told}") from error
        found[name] = list(dict.fromkeys(rendered_names(parsed.nodes)))
        waiting += found[name]
    check_partials(dict.fromkeys(names), found)
    return compiled


def _plain_parts(template: BoundTemplate) -> Parts | None:
    """Return the parts of a template that only shows values, with or without a default, else None.

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


def _join_plain(parts: Parts, context: Mapping[str, Any]) -> str | None:
    """Return the joined text if every named value is a text that is not empty, else None.

    Such a text is shown unchanged, and its default is not used. All others need a rendering.
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
    return text if len(text) <= limits.CHAT_BODY else None


def _cause(error: Exception) -> str:
    """Return a sentence for the template's author."""
    if isinstance(error, Refused):
        return str(error)
    if isinstance(error, LiquidError):
        token = error.token
        if token is not None and token.start_index >= 0:
            place = f"{place_of(token.source, token.start_index)}: {error.message}"
            named = "expected an identifier" in place and token.value.isidentifier()
            return f"{place}; a field of that name is ['{token.value}']" if named else place
        return str(error)
    if isinstance(error, RecursionError):
        return "it is nested too deeply; nest fewer conditions or tags"
    return f"this part cannot be evaluated ({type(error).__name__}); write it in another way"
