"""The state of one rendering for one person: variables, output, and remaining steps."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final, Protocol, cast

from parley.domain.campaigns.templates.liquid_values import Span, describe, to_text
from parley.domain.campaigns.templates.refusals import Refused
from schema import limits

_TEXT_PER_STEP = 100
"""Characters that cost as much as one step: about a microsecond."""


_HTML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})


class Html(str):
    """A text that is HTML already, in a rendering that escapes."""

    __slots__ = ()


def escape_html(text: str) -> str:
    """Return a text for HTML, escaped as Ruby's ``CGI.escapeHTML`` does."""
    return text.translate(_HTML)


class Renderable(Protocol):
    """The body of a compiled template."""

    def render(self, run: Rendering) -> object:
        """Write what it shows."""
        ...


NO_PARTIALS: Final[Mapping[str, Renderable]] = {}


class Rendering:
    """Scopes, output and limits. Every loop, filter and text costs steps (:meth:`spend`)."""

    __slots__ = (
        "_captures",
        "_globals",
        "_longest",
        "_steps",
        "_written",
        "assigned",
        "changed",
        "counters",
        "cycles",
        "data",
        "escapes",
        "loops",
        "now",
        "offsets",
        "partials",
        "where",
    )

    def __init__(
        self,
        data: Mapping[str, Any],
        now: datetime | None,
        *,
        escapes: bool = False,
        longest: int = limits.RENDERED_TEXT,
        partials: Mapping[str, Renderable] = NO_PARTIALS,
    ) -> None:
        self.data = self._globals = data
        self.partials = partials
        """The compiled templates that this one renders, by name."""
        self.escapes = escapes
        """Whether values are shown as HTML; texts of :class:`Html` are shown as they are."""
        self.now = now
        self.where = ""
        """The part of the text that is being rendered, for errors."""
        self.assigned: dict[str, object] = {}
        self.counters: dict[str, int] = {}
        self.loops: list[dict[str, object]] = []
        """The variables of each loop around the part, the innermost last."""
        self.offsets: dict[str, int] = {}
        """Where a loop with ``offset: continue`` begins, by the loop's name."""
        self.cycles: dict[str, int] = {}
        self.changed = ""
        """What ``ifchanged`` showed last."""
        self._captures: list[list[str]] = [[]]
        self._written = 0
        self._steps = limits.RENDERED_STEPS
        self._longest = longest

    def look_up(self, name: str) -> object:
        """Return the variable in scope, or None."""
        for scope in reversed(self.loops):
            if name in scope:
                return scope[name]
        if name in self.assigned:
            return self.assigned[name]
        return self.counters[name] if name in self.counters else self.data.get(name)

    @contextmanager
    def isolated(self, given: Mapping[str, object]) -> Iterator[None]:
        """Show the data and ``given`` values alone, for a template within the template."""
        kept = (self.data, self.assigned, self.counters, self.loops, self.offsets, self.cycles)
        self.data = ChainMap(dict(given), cast("dict[str, Any]", self._globals))
        self.assigned, self.counters, self.loops, self.offsets, self.cycles = {}, {}, [], {}, {}
        try:
            yield
        finally:
            self.data, self.assigned, self.counters, self.loops, self.offsets, self.cycles = kept

    def current_time(self) -> datetime:
        """Return the time of this rendering: the same for every part of the text."""
        if self.now is None:
            self.now = datetime.now(UTC)
        return self.now

    def spend(self, steps: int) -> None:
        """Count steps; raise :class:`Refused` when one person's text takes too many."""
        self._steps -= steps
        if self._steps < 0:
            raise Refused(
                "the text takes too much work for one person; use fewer or shorter loops and "
                "smaller values in between"
            )

    def charge(self, value: object) -> None:
        """Count the cost of a value that a filter makes or reads; refuse one that is too large."""
        if isinstance(value, str):
            check_length(len(value))
            self.spend(1 + len(value) // _TEXT_PER_STEP)
        elif isinstance(value, list):
            self.spend(1 + len(value))
        else:
            self.spend(1)

    def write(self, value: object) -> None:
        """Write the text of a value; for a list, the texts of its items one after another."""
        if isinstance(value, list | tuple):
            for item in value:
                self.spend(1)
                self.write(item)
            return
        text = to_text(value)
        self._written += len(text)
        check_length(self._written, self._longest)
        self._captures[-1].append(text)

    def show(self, value: object) -> None:
        """Write a value that a part shows, escaped if this is HTML."""
        if self.escapes and not isinstance(value, Html):
            if isinstance(value, list | tuple):
                for item in value:
                    self.spend(1)
                    self.show(item)
                return
            value = escape_html(to_text(value))
        self.write(value)

    def html(self, text: str) -> str:
        """Return what a part or a filter has written as HTML, so that it is not escaped again."""
        return Html(text) if self.escapes else text

    def begin_capture(self) -> None:
        """Collect output separately until :meth:`end_capture`."""
        self._captures.append([])

    def end_capture(self) -> str:
        """Return the output since :meth:`begin_capture`."""
        text = "".join(self._captures.pop())
        self._written -= len(text)
        self.charge(text)
        return self.html(text)

    def output(self) -> str:
        """Return the whole output."""
        return "".join(self._captures[0])

    def items(self, value: object) -> list[Any]:
        """Return the items that a list filter works on: nested lists flattened, nil as no item."""
        return list(self._flattened(value))

    def _flattened(self, value: object) -> Iterator[object]:
        if isinstance(value, list | tuple):
            for item in value:
                if isinstance(item, list | tuple):
                    yield from self._flattened(item)
                else:
                    self.charge(item)
                    yield item
        elif isinstance(value, Span):
            self.spend(value.count)
            yield from range(value.first, value.last + 1)
        elif value is not None:
            yield value


def check_length(length: int, longest: int = limits.RENDERED_TEXT) -> None:
    """Raise :class:`Refused` for a text that is too long to be built."""
    if length > longest:
        raise Refused(f"a text is longer than {longest} characters; show less of it")


def whole_number(value: object, of_what: str) -> int:
    """Return an argument as a whole number, read as Ruby's ``Integer()`` reads it."""
    number = _integer(value)
    if number is None:
        raise Refused(f"{of_what} must be a whole number, not {describe(value)}")
    return number


def _integer(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if not isinstance(value, str | float):
        return None
    text = to_text(value).strip(" \t\n\v\f\r")
    if not text.isascii() or len(text) > 40:
        return None
    octal = text.lstrip("+-")
    if len(octal) > 1 and octal[0] == "0" and octal[1].isdigit():
        text = text.replace("0", "0o", 1)
    try:
        return int(text, 0)
    except ValueError:
        return None
