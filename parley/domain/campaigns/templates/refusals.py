"""Errors of templates: for callers, and for internal use."""

from __future__ import annotations


class TemplateError(ValueError):
    """The template cannot be compiled, or rendered for this person; says where and why."""


class OutOfBudget(TemplateError):
    """The text takes too much of something for this person, and so most likely for everybody."""


class OverAllowance(Exception):
    """Rendering takes more steps than the caller allows here; ask for it where it may take long."""


class Refused(Exception):
    """A part of the template has no result. The message is a sentence for its author.

    Raised by filters, operators and limits, which do not know their place in the text.
    ``BodyTemplate`` adds the place and raises ``TemplateError``.
    """


class TooMuch(Refused):
    """A limit of rendering is exceeded, not a value wrong."""
