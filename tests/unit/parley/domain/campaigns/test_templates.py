from __future__ import annotations

from datetime import UTC
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.domain.campaigns.templates import BodyTemplate, TemplateError


def test_a_default_replaces_a_missing_name() -> None:
    body = BodyTemplate('Hello {{ user.displayName | default: "there" }}!')

    assert body.render({"user": {"displayName": "Ann"}}) == "Hello Ann!"
    assert body.render({"user": {}}) == "Hello there!"


def test_a_plain_text_is_sent_unchanged() -> None:
    body = BodyTemplate("50% off { today } }}")

    assert body.render({}) == "50% off { today } }}"


@pytest.mark.parametrize("text", ["{{ user.", "{% if %}", "{% unknown %}", "{{ a | nofilter }}"])
def test_invalid_liquid_is_refused_before_anything_is_sent(text: str) -> None:
    with pytest.raises(TemplateError):
        BodyTemplate(text).render({})


@pytest.mark.parametrize(
    "text",
    [
        "{% for i in (1..100000000) %}x{% endfor %}",
        "{% for i in (1..900) %}{% for j in (1..900) %}x{% endfor %}{% endfor %}",
        "{% for i in (1..1000) %}" + "x" * 100 + "{% endfor %}",
        "{% include 'secrets' %}",
        "{{ 1 | divided_by: 0 }}",
    ],
)
def test_loops_output_and_includes_are_bounded(text: str) -> None:
    with pytest.raises(TemplateError):
        BodyTemplate(text).render({})


def test_a_template_cannot_reach_into_python() -> None:
    body = BodyTemplate("[{{ user.__class__ }}{{ user.name.__class__.__mro__ }}]")

    assert body.render({"user": {"name": "Ann"}}) == "[]"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Hello", set()),
        ("Hello {{ user.displayName }}", {"displayName"}),
        (
            "{% if user.attributes.plan == 'pro' %}{{ user['tags'] }}{% endif %}",
            {"attributes", "tags"},
        ),
        ("{{ service.name }}", set()),
        ("{% assign who = user %}{{ who.locale }}", {"*"}),
        ("{{ user[campaign.name] }}", {"*"}),
    ],
)
def test_a_text_names_the_fields_that_it_shows(text: str, named: set[str]) -> None:
    assert BodyTemplate(text).named_fields("user") == named


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.datetimes(timezones=st.none() | st.just(UTC))
    | st.text()
    | st.sampled_from(["size", "a\rb", "", " "]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=4,
)
NAMES = ("displayName", "size", "first", "attributes.city", "attributes['first']", "tags.last")


def rendered(text: str, user: object) -> str:
    """The text for this person, or what is told of it beside the place in the template."""
    try:
        return BodyTemplate(text).render({"user": user})
    except TemplateError as error:
        return f"refused: {str(error).rpartition('}}: ')[2]}"


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "displayName": VALUES,
            "size": VALUES,
            "attributes": VALUES | st.dictionaries(st.sampled_from(["city", "first"]), VALUES),
            "tags": VALUES,
        },
    ),
    st.lists(
        st.sampled_from(
            ["Hello ", "\n", *(f"{{{{ user.{name} }}}}" for name in NAMES)]
            + [f"{{{{- user.{name} | default: 'there' -}}}}" for name in NAMES]
        ),
        max_size=5,
    ),
)
def test_joining_a_plain_text_equals_rendering_it(user: dict[str, Any], pieces: list[str]) -> None:
    text = "".join(pieces)

    assert rendered(text, user) == rendered(text + "{% comment %}{% endcomment %}", user)
