"""Render the texts of an email: those of its job, or of a template of the service. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from parley.domain.campaigns.templates import TemplateError, rendered_by
from parley.domain.delivery.compiled_templates import CompiledTemplates
from parley.domain.delivery.email_addresses import InvalidEmail
from schema import limits, paths
from schema.email import EmailJob, StoredEmailTemplate
from schema.explain import explain

_COMPILED = CompiledTemplates()

Stored = Mapping[str, Any]
"""The stored fields of a template."""

_FIELDS = ("subject", "text", "html")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


def partials_of(template: Stored) -> set[str]:
    """Return the names of the templates that one renders itself, in any of its fields."""
    texts = [template.get(field) for field in _FIELDS]
    return {name for text in texts if isinstance(text, str) for name in rendered_by(text)}


def texts_of(
    job: EmailJob, stored: Stored | None, partials: Mapping[str, Stored], now: datetime
) -> tuple[str, str | None, str | None]:
    """Return subject, text and html; what a template renders comes before the message.

    ``stored``: the job's template, None if it is not there. ``partials``: those that it renders.
    Raise :class:`InvalidEmail`.
    """
    message = job.message
    subject = message.subject if message else None
    text = message.text if message else None
    html = message.html if message else None
    if job.template is not None:
        where = paths.email_template(job.service_id, job.template.name)
        template = _template(stored, where)
        render = _Rendering(where, job.template.data, partials, now)
        subject = one_line(render.field("subject", template.subject))
        if template.text is not None:
            text = render.field("text", template.text)
        if template.html is not None:
            html = render.field("html", template.html)
        if not subject:
            raise InvalidEmail(f"{where}: subject is empty for this data; give it a default")
        if text is None and html is None:
            raise InvalidEmail(f"{where} has neither text nor html, and message has none either")
    assert subject is not None, "the schema asks for one where there is no template"
    return _CONTROLS.sub(" ", subject), text, html


def one_line(text: object) -> str:
    """Return a value for a header: no line break of a person's data starts another header.

    Mail servers refuse other control characters too.
    """
    return " ".join(_CONTROLS.sub(" ", text).split()) if isinstance(text, str) else ""


def _template(stored: Stored | None, where: str) -> StoredEmailTemplate:
    if stored is None:
        raise InvalidEmail(f"template.name: there is no {where}; write it, or correct the name")
    try:
        return StoredEmailTemplate.parse(stored)
    except ValidationError as error:
        raise InvalidEmail(f"{where} cannot be used: {explain(error)} Correct it") from error


@dataclass(frozen=True, slots=True)
class _Rendering:
    """The data that one template is rendered with. ``where``: its path, for errors."""

    where: str
    data: Mapping[str, Any]
    partials: Mapping[str, Stored]
    now: datetime

    def field(self, name: str, text: str) -> str:
        """Return a field's text; a template that it renders is shown by its field of that name."""
        partials = tuple(
            (partial, stored[name])
            for partial, stored in sorted(self.partials.items())
            if isinstance(stored.get(name), str)
        )
        try:
            return _COMPILED.of(text, partials).render(
                self.data, now=self.now, as_html=name == "html", longest=limits.EMAIL_TEXT
            )
        except TemplateError as error:
            raise InvalidEmail(f"{self.where}: {name}: {error}") from error
