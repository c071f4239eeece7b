"""The errors of templates: one for callers, one that unwinds a rendering."""

from __future__ import annotations


class TemplateError(ValueError):
    """The template cannot be compiled, or not rendered for this person; says where and why."""


class Refused(Exception):
    """Something in the template has no right result. The message is a sentence for its author.

    Raised by filters, operators and limits, which do not know where in the text they stand;
    ``BodyTemplate`` adds that and raises ``TemplateError``.
    """
