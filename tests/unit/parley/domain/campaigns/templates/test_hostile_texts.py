"""Texts that are written to keep a worker busy. Costs are counted in steps, never timed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from parley.domain.campaigns.job import InvalidCampaign, read_campaign
from parley.domain.campaigns.templates import (
    Allowance,
    BodyTemplate,
    OutOfBudget,
    OverAllowance,
    TemplateError,
)
from schema import limits
from tests.unit.parley.domain.campaigns.templates.test_bounds import loop

ATTRIBUTES: dict[str, Any] = {
    "letters": "x" * 15_000,
    "words": "a b " * 4_000,
    "tags": "<>" * 7_000,
    "marks": "ß" * 7_000,
    "lines": "\n" * 15_000,
    "empty lists": [{"f": [[] for _ in range(7_000)]}],
    "large maps": [{"a": list(range(2_500))}, {"a": list(range(2_500)), "b": 1}],
    "map": {f"k{number}": number for number in range(1_800)},
}
MANY_AS = (
    "{% assign s = 'aaaaaaaaaa' %}{% for i in (1..11) %}{% assign s = s | append: s %}{% endfor %}"
)
PARTLY_THERE = "{% assign p = s | slice: 0, 5000 | prepend: 'ab' %}"
SHORTER = (
    "{% assign s = user.attributes.letters | slice: 0, 2490 %}"
    "{% assign p = s | slice: 0, 1240 | append: 'bx' %}"
)


def steps_of(template: str) -> int:
    allowance = Allowance(limits.RENDERED_STEPS)
    BodyTemplate(template).render({"user": {"attributes": ATTRIBUTES}}, allowance=allowance)
    return limits.RENDERED_STEPS - allowance.steps


@pytest.mark.parametrize(
    "hostile",
    [
        MANY_AS + PARTLY_THERE + loop("{% assign z = s | remove_last: p | size %}"),
        MANY_AS + PARTLY_THERE + loop("{% assign z = s | replace_last: p, 'x' | size %}"),
        MANY_AS + PARTLY_THERE + loop("{% if s contains p %}{% endif %}"),
        SHORTER + loop("{% if s contains p %}{% endif %}"),
        SHORTER + loop("{% assign z = s | remove: p | size %}"),
        SHORTER + loop("{% assign z = s | split: p | size %}"),
        SHORTER + "{% assign l = s | split: '|' %}" + loop("{% assign z = l | where: p %}"),
        loop("{% assign z = user.attributes['large maps'] | uniq %}"),
        "{% assign l = user.attributes['empty lists'] | map: 'f' %}"
        + loop("{% assign z = l | reverse %}"),
        "{% assign l = user.attributes['empty lists'] | map: 'f' %}"
        + loop("{% assign z = l | join %}"),
        "{% assign m = user.attributes.map %}" + loop("{% cycle m: '', '' %}"),
        "{% assign m = user.attributes.marks %}" + loop("{% cycle m: '', '' %}" * 20),
        loop("{% if " + " or ".join(["a"] * 150) + " %}{% endif %}"),
        loop("{% case 1 %}{% when " + ",".join(["2"] * 300) + " %}{% endcase %}"),
        loop("{% assign z = 0 | date: '%c%c%c%c%c%c%c%c%c%c' %}"),
        loop("{% assign z = '" + "1-" * 48 + "' | date: '%Y' %}"),
        loop("{% assign z = user.attributes.words | split: ' ' %}"),
        loop("{% assign z = user.attributes.words | split: '' %}"),
        loop("{% capture z %}{{ user.attributes.letters }}{% endcapture %}"),
        loop("{% tablerow i in (1..9) %}{% endtablerow %}", 200),
        loop("{% increment n %}" * 300),
        "{% assign a = 1 %}" + loop("{% assign a = a | times: 9999999999 %}"),
    ],
)
def test_a_hostile_text_fails_for_its_person_alone(hostile: str) -> None:
    with pytest.raises(TemplateError):
        BodyTemplate(hostile).render({"user": {"attributes": ATTRIBUTES}})


@pytest.mark.parametrize(
    ("shown", "least"),
    [
        ("user.attributes.tags | strip_html | size", 14_000 * 12),
        ("user.attributes.marks | escape_once | size", 7_000 * 20),
        ("user.attributes.lines | strip_newlines | size", 15_000 * 6),
        ("user.attributes.words | squish | size", 16_000 * 3),
        ("user.attributes.words | truncatewords: 1 | size", 16_000 * 3),
        ("user.attributes.marks | url_decode | size", 7_000 * 8),
        ("user.attributes.marks | split: '|' | sort_natural | size", 7_000),
    ],
)
def test_a_dear_filter_costs_more_steps_than_its_text_is_long(shown: str, least: int) -> None:
    assert steps_of(f"{{{{ {shown} }}}}") >= least // 100


@pytest.mark.parametrize(
    ("few", "many"),
    [
        ("{% if true %}{% endif %}", "{% if a or a or a or a or true %}{% endif %}"),
        ("{{ 0 | date: 'YYYYYY' }}", "{{ 0 | date: '%Y%Y%Y' }}"),
        (
            "{% assign m = user.attributes.map %}{{ m | size }}",
            "{% assign m = user.attributes.map %}{% cycle m: '' %}",
        ),
    ],
)
def test_each_part_of_an_expression_costs_steps(few: str, many: str) -> None:
    assert steps_of(many) > steps_of(few)


def test_values_in_between_have_a_budget_of_characters() -> None:
    built = loop("{% assign z = user.attributes.letters | upcase %}")

    with pytest.raises(OutOfBudget, match=f"more than {limits.RENDERED_BETWEEN} characters"):
        BodyTemplate(built).render({"user": {"attributes": ATTRIBUTES}})


def test_what_a_text_keeps_by_capture_counts_as_in_between() -> None:
    kept = loop("{% capture z %}" + "x" * 3_000 + "{% endcapture %}")

    with pytest.raises(OutOfBudget, match="values in between"):
        BodyTemplate(kept).render({})


def test_texts_share_an_allowance_and_fail_once_it_is_used_up() -> None:
    template = BodyTemplate(loop("x", 100))
    allowance = Allowance(450)

    template.render({}, allowance=allowance)
    template.render({}, allowance=allowance)

    assert 0 < allowance.steps < 100
    with pytest.raises(OverAllowance):
        template.render({}, allowance=allowance)


def test_a_text_above_an_allowance_renders_without_one() -> None:
    template = BodyTemplate(loop("x", 100))

    with pytest.raises(OverAllowance):
        template.render({}, allowance=Allowance(50))

    assert template.render({}) == "x" * 100


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("{{a}}" * (limits.TEMPLATE_TAGS + 1), "tags and outputs"),
        ("{% comment %}" + "{{" * (limits.TEMPLATE_TAGS + 1), "tags and outputs"),
        ("{% liquid\n" + "echo a\n" * (limits.TEMPLATE_TAGS + 1) + "%}", "tags and outputs"),
        ("{% if a == '" + "x" * limits.TEMPLATE_CODE + "' %}{% endif %}", "characters in its"),
    ],
)
def test_a_text_that_takes_long_to_parse_is_refused(text: str, limit: str) -> None:
    with pytest.raises(TemplateError, match=limit):
        BodyTemplate(text)


def test_text_between_tags_may_be_long() -> None:
    assert len(BodyTemplate("x" * 400_000 + "{{ a }}").render({}, longest=500_000)) == 400_000


@pytest.mark.parametrize(
    ("body", "is_refused"),
    [
        (loop("{% assign x = 'aaaaaaaaaa' | upcase | downcase %}" * 20), True),
        ("{% assign x = 'a' %}" + loop("{% assign x = x | append: x %}"), True),
        ("{% for i in (1..100000) %}x{% endfor %}", True),
        ("{{ user.attributes.points | divided_by: user.attributes.points }}", False),
        ("{% if user.attributes.name > 3 %}x{% endif %}", False),
        ("Hello {{ user.displayName }}", False),
    ],
)
def test_a_campaign_is_tried_on_a_sample_before_it_begins(body: str, *, is_refused: bool) -> None:
    fields = {
        "serviceId": "s",
        "createdBy": "boss",
        "createdAt": datetime(2026, 3, 1, tzinfo=UTC),
        "name": "n",
        "kind": "individual",
        "channels": ["chat"],
        "purpose": "marketing",
        "audience": {"all": True},
        "message": {"body": body},
        "command": "start",
    }
    if not is_refused:
        read_campaign("c", fields)
        return
    with pytest.raises(InvalidCampaign) as refused:
        read_campaign("c", fields)
    assert refused.value.code == "templateError"
