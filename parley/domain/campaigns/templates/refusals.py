"""Errors of templates: one for callers, one for internal use."""

from __future__ import annotations


class TemplateError(ValueError):
    """The template cannot be compiled, or rendered for this person; says where and why."""


class Refused(Exception):
    """A part of the template has no result. The message is a sentence for its author.

    Raised by filters, operators and limits, which do not know their place in the text.
    ``BodyTemplate`` adds the place and raises ``TemplateError``.
    """
