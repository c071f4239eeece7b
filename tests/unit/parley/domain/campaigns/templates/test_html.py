"""Templates of HTML: values are escaped once, and markup of the template is not."""

from __future__ import annotations

import html
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.domain.campaigns.templates import BodyTemplate, TemplateError

SIGNS = '<b>"O\'N" & co'
ESCAPED = "&lt;b&gt;&quot;O&#39;N&quot; &amp; co"


@pytest.mark.parametrize(
    ("template", "shown"),
    [
        ("<p>{{ name }}</p>", f"<p>{ESCAPED}</p>"),
        ("{{ name | escape }}", ESCAPED),
        ("{{ name | h }}", ESCAPED),
        ("{{ name | escape_once }}", ESCAPED),
        ("{{ name | default: 'you' }}", ESCAPED),
        ("{{ gone | default: name }}", ESCAPED),
        ("{{ name | append: '<i>' }}", f"{ESCAPED}&lt;i&gt;"),
        ("{{ name | escape | upcase }}", "&amp;LT;B"),
        ("{{ names }}", f"{ESCAPED}{ESCAPED}"),
        ("{% for one in names %}<li>{{ one }}</li>{% endfor %}", f"<li>{ESCAPED}</li>" * 2),
        ("{% cycle name, 'b' %}", ESCAPED),
        ("{% capture x %}<b>{{ name }}</b>{% endcapture %}{{ x }}", f"<b>{ESCAPED}</b>"),
        ("{% assign x = name %}{{ x }}", ESCAPED),
        ("{% echo name %}", ESCAPED),
        ("{{ lines | newline_to_br }}", "a &lt;<br />\nb"),
        ("{{ 3 | plus: 4 }} {{ true }} {{ nothing }}", "7 true "),
        ("{% ifchanged %}<b>{{ name }}</b>{% endifchanged %}", f"<b>{ESCAPED}</b>"),
        ("{% raw %}{{ <b> }}{% endraw %}", "{{ <b> }}"),
    ],
)
def test_values_are_escaped_once_in_html(template: str, shown: str) -> None:
    data: dict[str, Any] = {"name": SIGNS, "names": [SIGNS, SIGNS], "lines": "a <\nb"}
    rendered = BodyTemplate(template).render(data, as_html=True)
    assert rendered.startswith(shown) if shown == "&amp;LT;B" else rendered == shown


def test_a_text_is_not_escaped() -> None:
    assert BodyTemplate("Hello {{ name }}").render({"name": SIGNS}) == f"Hello {SIGNS}"


def test_a_long_text_is_allowed_where_the_caller_allows_it() -> None:
    body = BodyTemplate("x" * 50_000 + "{{ name }}")

    assert len(body.render({"name": "Ann"}, longest=60_000)) == 50_003
    with pytest.raises(TemplateError, match="longer than 40000 characters"):
        body.render({"name": 7})


@given(st.text(), st.sampled_from(["{{ v }}", "{{ v | newline_to_br }}", "{{ v | escape }}"]))
def test_no_value_becomes_markup(value: str, template: str) -> None:
    rendered = BodyTemplate(f"<p>{template}</p>").render({"v": value}, as_html=True)

    tags: list[str] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: tags.append(tag)  # type: ignore[method-assign]
    parser.feed(rendered)
    parser.close()
    assert set(tags) <= {"p", "br"}
    inner = rendered.removeprefix("<p>").removesuffix("</p>").replace("<br />\n", "\n")
    assert html.unescape(inner).replace("\r\n", "\n") == value.replace("\r\n", "\n")
