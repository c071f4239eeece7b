from __future__ import annotations

from typing import Any

import pytest

from parley.domain.campaigns.templates import BodyTemplate, TemplateError
from schema import limits

PERSON: dict[str, Any] = {
    "displayName": "Ann",
    "attributes": {
        "text": "x" * 10_000,
        "blanks": " " * 10_000,
        "digits": "9" * 10_000,
        "list": [1] * 2_000,
        "same": [1] * 2_000,
        "nested": [{"list": [1] * 2_000}],
        "map": {str(number): number for number in range(2_000)},
    },
}


def loop(inside: str, times: int = 900) -> str:
    return f"{{% for i in (1..{times}) %}}{inside}{{% endfor %}}"


def refused(template: str) -> str:
    with pytest.raises(TemplateError) as error:
        BodyTemplate(template).render({"user": PERSON})
    return str(error.value)


@pytest.mark.parametrize(
    "grown",
    [
        "{% assign x = 'a' %}" + loop("{% assign x = x | append: x %}"),
        "{% assign x = 'a' %}" + loop("{% capture x %}{{ x }}{{ x }}{% endcapture %}"),
        "{{ user.attributes.text | replace: '', user.attributes.text }}",
        "{% assign parts = user.attributes.text | slice: 0, 50 | split: '' %}"
        "{{ parts | join: user.attributes.text }}",
        "{{ 0 | date: '" + "%100Y" * 1_000 + "' }}",
        loop("{{ user.attributes.text }}"),
    ],
)
def test_no_text_exceeds_the_limit(grown: str) -> None:
    assert f"longer than {limits.RENDERED_TEXT} characters" in refused(grown)


@pytest.mark.parametrize("start", ["3", "3.5", "-7"])
def test_no_number_exceeds_a_double(start: str) -> None:
    grown = f"{{% assign x = {start} %}}" + loop("{% assign x = x | times: x %}")

    assert "too large for a number" in refused(grown)


@pytest.mark.parametrize(
    "costly",
    [
        "{% assign x = user.attributes.list %}" + loop("{% assign x = x | concat: x %}"),
        "{% assign x = user.attributes.nested %}"
        + loop("{% assign x = x | concat: x %}", 10)
        + "{{ x | map: 'list' }}",
        loop("{{ user.attributes.text | upcase | downcase | size }}", 90),
        loop("{% assign x = user.attributes.list | sort | uniq %}"),
        loop("{% if user.attributes.list == user.attributes.same %}{% endif %}"),
        loop("{% if user.attributes.text contains 'y' %}{% endif %}"),
        loop("{% if user.attributes.blanks == blank %}{% endif %}"),
        loop("{% assign x = '24 December 2026 18:30' | date: '%c %c %c' %}"),
        loop("{% if user.displayName == 'Ann' %}{% endif %}" * 40),
        loop("{{ 'a'" + " | append: ''" * 40 + " | size }}"),
        loop("") * 40,
        "{{ (1..1000000000) | join }}",
        "{{ (1..99999999999999999999) | reverse }}",
    ],
)
def test_work_for_one_person_is_bounded(costly: str) -> None:
    assert "too much work for one person" in refused(costly)


@pytest.mark.parametrize(
    "looped",
    [
        "{% for i in (1..100000000) %}x{% endfor %}",
        "{% for i in (1..99999999999999999999) %}x{% endfor %}",
        "{% for i in (1..user.attributes.digits) %}x{% endfor %}",
        "{% for i in user.attributes.list %}x{% endfor %}",
        "{% tablerow i in (1..2000) %}x{% endtablerow %}",
        loop(loop("x")),
        loop("{% tablerow j in (1..2) %}x{% endtablerow %}"),
    ],
)
def test_nested_loops_run_at_most_a_thousand_times(looped: str) -> None:
    assert f"runs more than {limits.RENDERED_LOOP_ITERATIONS} times" in refused(looped)


def test_a_limit_shortens_a_long_loop() -> None:
    template = "{% for i in (1..99999999999999999999) limit: 3 offset: 1 %}{{ i }}{% endfor %}"

    assert BodyTemplate(template).render({}) == "234"


@pytest.mark.parametrize(
    "template",
    [
        "{{" + " " * 9_900,
        "{{" + " " * 9_900 + "x",
        "{{" * 4_900,
        "{{" * 4_900 + "}}",
        "{%" * 4_900,
        "{% raw %}" * 1_000,
        "{% comment %}" * 700,
        "{{ " + "(" * 9_900 + " }}",
        "{{ " + "['" * 4_900 + " }}",
        "{% if true %}" * 300 + "{% endif %}" * 300,
        "{% if " + " and ".join(["true"] * 1_200) + " %}x{% endif %}",
        "{{ 0 | date: '%999999999Y' }}",
        "{{ user.attributes.digits | plus: 1 }}",
        "{{ user.attributes.digits | date: '%Y' }}",
    ],
)
def test_a_text_that_is_slow_to_parse_is_refused(template: str) -> None:
    assert refused(template)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ 2.5 | round: 999999999 }}", "2.5"),
        ("{{ 2.5 | round: -999999999 }}", "0"),
        ("{{ 'a b' | truncatewords: 99999999999999999999 }}", "a b"),
        ("{{ 'ab' | truncate: 99999999999999999999 }}", "ab"),
        ("{{ 'ab' | slice: -99999999999999999999, 9 }}", ""),
        ("{{ '1e999999' | plus: 1 }}", "2"),
        ("{{ (1..99999999999999999999) | size }}", "99999999999999999999"),
    ],
)
def test_a_huge_argument_costs_nothing(template: str, text: str) -> None:
    assert BodyTemplate(template).render({}) == text


def test_ordinary_texts_stay_far_below_the_limits() -> None:
    orders = [{"item": f"item {n}", "price": 9.99, "at": "2026-12-24"} for n in range(100)]
    template = (
        "{% assign sorted = user.orders | sort: 'price' %}{% for o in sorted %}"
        "{{ forloop.index }}. {{ o.item | capitalize }} {{ o.price | times: 1.19 | round: 2 }} "
        "{{ o.at | date: '%d.%m.' }}{% unless forloop.last %}, {% endunless %}{% endfor %}"
    )

    text = BodyTemplate(template).render({"user": {"orders": orders}})

    assert text.startswith("1. Item 0 11.89 24.12., 2. Item 1")
