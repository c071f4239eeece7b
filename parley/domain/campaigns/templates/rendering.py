"""The state of one rendering for one person: variables, output, and remaining steps."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Protocol, cast

from parley.domain.campaigns.templates.liquid_values import Span, to_text
from parley.domain.campaigns.templates.refusals import OverAllowance, TooMuch
from schema import limits

_TEXT_PER_STEP = 100
"""Characters that cost as much as one step: about a microsecond."""

_COMPARED_PER_STEP = 10_000
"""Comparisons of characters within a search that cost as much as one step."""

_LINEAR_FROM = 30_000
"""From this length on Python searches any text in linear time, except for sought ones below 100."""

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


@dataclass(slots=True)
class Allowance:
    """Steps that some renderings may take together, and less is left after each.

    A text that takes more raises :class:`OverAllowance`, and has rendered nothing.
    """

    steps: int


class Rendering:
    """Scopes, output and limits. Every loop, filter and text costs steps (:meth:`spend`).

    ``steps``: how many it may take; with fewer than ``RENDERED_STEPS`` it raises
    :class:`OverAllowance` after them.
    """

    __slots__ = (
        "_between",
        "_captures",
        "_first_steps",
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
        steps: int = limits.RENDERED_STEPS,
    ) -> None:
        self.data = self._globals = data
        self.partials = partials
        """The compiled templates that this one renders, by name."""
        self.escapes = escapes
        """Whether values are shown as HTML; texts of :class:`Html` are shown as they are."""
        self.now = now
        self.where: object = ""
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
        self._first_steps = self._steps = min(steps, limits.RENDERED_STEPS)
        self._between = limits.RENDERED_BETWEEN
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
            if self._first_steps < limits.RENDERED_STEPS:
                raise OverAllowance
            raise TooMuch(
                "the text takes too much work for one person; use fewer or shorter loops and "
                "smaller values in between"
            )

    @property
    def spent(self) -> int:
        """The steps that this rendering has taken."""
        return self._first_steps - self._steps

    def charge_text(self, text: str, weight: int) -> None:
        """Count a text that is read character by character, at ``weight`` times the usual cost."""
        self.spend(weight * len(text) // _TEXT_PER_STEP)

    def charge_search(self, text: str, sought: str) -> None:
        """Count the search of a text in another; call it before the search.

        Python searches long texts in linear time, but shorter ones compare at worst all of the
        sought text at each place.
        """
        long = len(text) >= _LINEAR_FROM or (len(text) >= 2_500 and len(sought) >= 100)
        width = min(len(sought), 100) if long else len(sought)
        places = max(0, len(text) - width)
        self.spend(len(text) // _TEXT_PER_STEP + places * width // _COMPARED_PER_STEP)

    def charge_whole(self, value: object) -> None:
        """Count a value with all that it holds; call it before all of it is looked at."""
        if isinstance(value, list | tuple):
            self.spend(1 + len(value) // 2)
            for item in value:
                self.charge_whole(item)
        elif isinstance(value, Mapping):
            self.spend(1 + len(value))
            for item in value.values():
                self.charge_whole(item)
        elif isinstance(value, str):
            self.spend(1 + len(value) // _TEXT_PER_STEP)
        else:
            self.spend(1)

    def charge_made(self, value: object) -> None:
        """Count a value that was made and may never be shown; refuse one that is too large."""
        self.charge(value)
        if isinstance(value, str):
            self._between -= len(value)
            if self._between < 0:
                raise TooMuch(
                    f"the values in between have more than {limits.RENDERED_BETWEEN} characters "
                    "together; build less of what is not shown"
                )

    def charge(self, value: object) -> None:
        """Count the cost of a value that is read; refuse one that is too large."""
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
        self.charge_made(text)
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
                    self.spend(1)
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
        raise TooMuch(f"a text is longer than {longest} characters; show less of it")
