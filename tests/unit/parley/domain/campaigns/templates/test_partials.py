from __future__ import annotations

from typing import Any

import pytest

from parley.domain.campaigns.templates import BodyTemplate, TemplateError

DATA: dict[str, Any] = {
    "name": "Ann",
    "items": [{"title": "Tea"}, {"title": "<b>"}],
    "item": "theirs",
}


def shown(text: str, *, as_html: bool = False, **partials: str) -> str:
    return BodyTemplate(text, partials).render(DATA, as_html=as_html)


@pytest.mark.parametrize(
    ("text", "partial", "expected"),
    [
        ("a {% render 'p' %} c", "b", "a b c"),
        ("{% render 'p' %}", "Hello {{ name }}", "Hello Ann"),
        ("{% render 'p', name: 'Bob', n: 3 %}", "{{ name }}{{ n }}", "Bob3"),
        ("{% assign x = 1 %}{% render 'p' %}", "[{{ x }}]", "[]"),
        ("{% render 'p' %}{{ x }}", "{% assign x = 1 %}{{ x }}", "1"),
        ("{% for i in items %}{% render 'p' %}{% endfor %}", "[{{ i.title }}]", "[][]"),
        ("{% for i in items %}{% render 'p', i: i %}{% endfor %}", "{{ i.title }},", "Tea,<b>,"),
        ("{% render 'p' with items[0] %}", "{{ p.title }}", "Tea"),
        ("{% render 'p' with items[0] as i %}", "{{ i.title }}", "Tea"),
        ("{% render 'p' for items as i %}", "{{ forloop.index }}{{ i.title }} ", "1Tea 2<b> "),
        ("{% render 'p' for name as n %}", "{{ n }}", "Ann"),
        ("{% increment x %}{% render 'p' %}", "{% increment x %}", "00"),
        ("{% if name %}{% render 'p' %}{% endif %}", "in", "in"),
        ("{% liquid\nrender 'p'\n%}", "line", "line"),
        ("{% capture x %}{% render 'p' %}{% endcapture %}{{ x }}!", "kept", "kept!"),
        ("{% raw %}{% render 'q' %}{% endraw %}", "", "{% render 'q' %}"),
    ],
)
def test_a_template_renders_another(text: str, partial: str, expected: str) -> None:
    assert shown(text, p=partial) == expected


def test_values_are_escaped_once_in_html() -> None:
    text = "{% capture c %}{% render 'p' for items as i %}{% endcapture %}<ul>{{ c }}</ul>"
    expected = "<ul><li>Tea</li><li>&lt;b&gt;</li></ul>"
    assert shown(text, as_html=True, p="<li>{{ i.title }}</li>") == expected


def test_a_rendered_template_renders_others() -> None:
    assert shown("{% render 'a' %}", a="a{% render 'b', x: 1 %}", b="b{{ x }}") == "ab1"


def test_what_one_was_given_the_next_does_not_see() -> None:
    assert shown("{% render 'a', x: 1 %}", a="{{ x }}{% render 'b' %}", b="[{{ x }}]") == "1[]"


@pytest.mark.parametrize(
    ("text", "partials", "told"),
    [
        ("{% render 'p' %}", {}, "template 'p' does not exist or lacks this field"),
        ("{% render 'p' %}", {"p": "{% render 'p' %}"}, "in a circle: p > p"),
        (
            "{% render 'a' %}",
            {"a": "{% render 'b' %}", "b": "{% if x %}{% render 'a' %}{% endif %}"},
            "in a circle: a > b > a",
        ),
        (
            "{% render 'p1' %}",
            {f"p{n}": f"{{% render 'p{n + 1}' %}}" for n in range(1, 6)} | {"p6": ""},
            "nested 6 deep: p1 > p2 > p3 > p4 > p5 > p6; the limit is 5",
        ),
        ("{% render 'p' %}", {"p": "{% if %}"}, "template 'p': "),
        ("{% render 'p' %}", {"p": "a\n{{ b | nope }}"}, "template 'p': line 2, {{ b | nope }}"),
        ("{% render 'p' %}", {"p": "{% break %}"}, "template 'p': line 1"),
        ("{% render name %}", {}, "write the name of the template in quotes"),
        ("{% include 'p' %}", {"p": ""}, "unexpected tag 'include'"),
    ],
)
def test_what_cannot_be_rendered_is_told_before(
    text: str, partials: dict[str, str], told: str
) -> None:
    with pytest.raises(TemplateError) as refused:
        BodyTemplate(text, partials)
    assert told in str(refused.value)


def test_an_error_while_rendering_names_the_template() -> None:
    with pytest.raises(TemplateError) as refused:
        shown("{% render 'a' %}", a="\n{% render 'b' %}", b="\n\n{{ 1 | divided_by: 0 }}")
    assert "template 'a', template 'b', line 3, {{ 1 | divided_by: 0 }}" in str(refused.value)


def test_a_deep_net_of_templates_is_checked_at_once() -> None:
    names = [f"p{number}" for number in range(20)]
    every = "".join(f"{{% render '{name}' %}}" for name in names)
    with pytest.raises(TemplateError):
        BodyTemplate(every, dict.fromkeys(names, every))


def test_many_templates_together_are_bounded() -> None:
    wide = "{% render 'next' %}" * 100
    texts = {"a": wide.replace("next", "b"), "b": wide.replace("next", "c"), "c": "text " * 100}
    with pytest.raises(TemplateError, match=r"too much work|longer than"):
        BodyTemplate(wide.replace("next", "a"), texts).render({})


def test_a_campaign_renders_no_other_template() -> None:
    with pytest.raises(TemplateError, match="unexpected tag 'render'"):
        BodyTemplate("{% render 'p' %}")
