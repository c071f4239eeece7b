"""The parts of a compiled template.

A part is a function of a :class:`Rendering`. It writes to the rendering, and may return an
:class:`Interrupt` for the loop around it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from parley.domain.campaigns.templates.expressions import Evaluate
from parley.domain.campaigns.templates.liquid_values import is_true
from parley.domain.campaigns.templates.refusals import Refused
from parley.domain.campaigns.templates.rendering import Rendering


class Interrupt(Enum):
    """What ``break`` and ``continue`` tell the loop around them."""

    BREAK = auto()
    CONTINUE = auto()


Render = Callable[[Rendering], Interrupt | None]


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its function, its place in the text, and whether it shows only white space."""

    render: Render
    where: object
    """Its place, for errors; worked out when it is shown."""
    blank: bool = False
    content: bool = False
    """Whether it is text between tags."""


@dataclass(frozen=True, slots=True)
class Body:
    """The parts between a tag and its end, in order."""

    parts: tuple[Part, ...]

    @property
    def blank(self) -> bool:
        """Whether it can show only white space."""
        return all(part.blank for part in self.parts)

    def without_blanks(self) -> Body:
        """Return the body without its text; a tag with only blank bodies shows no text."""
        return Body(tuple(part for part in self.parts if not part.content))

    def render(self, run: Rendering) -> Interrupt | None:
        """Render each part, up to the first interrupt."""
        for part in self.parts:
            run.where = part.where
            run.spend(1)
            interrupt = part.render(run)
            if interrupt is not None:
                return interrupt
        return None


@dataclass(frozen=True, slots=True)
class Branch:
    """A body and its condition. Without a condition, it is shown if no branch before it was."""

    condition: Evaluate | None
    body: Body


def trimmed(bodies: Sequence[Body]) -> tuple[list[Body], bool]:
    """Return the bodies of one tag, without text if all are blank, and whether they are."""
    blank = all(body.blank for body in bodies)
    return [body.without_blanks() if blank else body for body in bodies], blank


def content(text: str) -> Render:
    def render(run: Rendering) -> None:
        run.write(text)

    return render


def output(value: Evaluate) -> Render:
    """An output: ``{{ value }}``, or ``echo``."""

    def render(run: Rendering) -> None:
        run.show(value(run))

    return render


def nothing(run: Rendering) -> None:
    """A comment."""


def assign(name: str, value: Evaluate) -> Render:
    def render(run: Rendering) -> None:
        run.assigned[name] = value(run)

    return render


def capture(name: str, body: Body) -> Render:
    def render(run: Rendering) -> Interrupt | None:
        run.begin_capture()
        interrupt = body.render(run)
        run.assigned[name] = run.end_capture()
        return interrupt

    return render


def choice(branches: Sequence[Branch]) -> Render:
    """``if`` and ``unless``: the first branch whose condition is true."""

    def render(run: Rendering) -> Interrupt | None:
        for branch in branches:
            if branch.condition is None or is_true(branch.condition(run)):
                return branch.body.render(run)
        return None

    return render


def case(branches: Sequence[Branch]) -> Render:
    """``case``: every branch that fits, and each ``else`` with no fitting branch before it."""

    def render(run: Rendering) -> Interrupt | None:
        fitted = False
        for branch in branches:
            if branch.condition is None:
                fits = not fitted
            else:
                fits = is_true(branch.condition(run))
                fitted = fitted or fits
            if fits:
                interrupt = branch.body.render(run)
                if interrupt is not None:
                    return interrupt
        return None

    return render


def ifchanged(body: Body) -> Render:
    def render(run: Rendering) -> Interrupt | None:
        run.begin_capture()
        interrupt = body.render(run)
        text = run.end_capture()
        if text != run.changed:
            run.changed = text
            run.write(text)
        return interrupt

    return render


def count(name: str, step: int) -> Render:
    """``increment`` shows a counter, then raises it; ``decrement`` lowers it, then shows it."""

    def render(run: Rendering) -> None:
        if name in run.data:
            raise Refused(f"'{name}' is not a counter; count by another name")
        before = run.counters.get(name, 0)
        run.counters[name] = before + step
        run.write(before if step > 0 else before + step)

    return render


def cycle(key: str, group: Evaluate | None, values: Sequence[Evaluate]) -> Render:
    """Show the next value; cycles with the same name or values take turns."""

    def render(run: Rendering) -> None:
        name = key
        if group is not None:
            named = group(run)
            run.charge_whole(named)
            name = f"group {named!r}"
        at = run.cycles.get(name, 0)
        run.cycles[name] = at + 1 if at + 1 < len(values) else 0
        if at < len(values):
            run.show(values[at](run))

    return render
