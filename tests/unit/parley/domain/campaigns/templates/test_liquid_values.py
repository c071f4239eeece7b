from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from google.api_core.datetime_helpers import DatetimeWithNanoseconds
from hypothesis import given
from hypothesis import strategies as st

from parley.domain.campaigns.templates import BodyTemplate, TemplateError
from parley.domain.campaigns.templates.filter_table import FILTERS

VISIT = datetime(2026, 12, 24, 18, 30, tzinfo=UTC)
FROM_THE_STORE: datetime = DatetimeWithNanoseconds.from_rfc3339(  # type: ignore[no-untyped-call]  # google's
    "2026-12-24T18:30:00Z"
)


def shown(value: object, template: str = "{{ user.v }}") -> str:
    return BodyTemplate(template).render({"user": {"v": value}})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (3.0, "3"),
        (-0.0, "0"),
        (1e-05, "0.00001"),
        (1e-06, "0.000001"),
        (1e-07, "1e-7"),
        (1.5e-10, "1.5e-10"),
        (123456789012345680000.0, "123456789012345680000"),
        (1e21, "1e+21"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (-(2**63), "-9223372036854775808"),
        ([None, True, [2.0, None]], "true2"),
        (VISIT, "2026-12-24 18:30:00 UTC"),
        (VISIT.replace(tzinfo=None), "2026-12-24 18:30:00 UTC"),
        (VISIT.replace(tzinfo=timezone(timedelta(hours=5.5))), "2026-12-24 18:30:00 +0530"),
        (FROM_THE_STORE, "2026-12-24 18:30:00 UTC"),
    ],
)
def test_a_value_reads_the_same_as_output_and_in_a_text_filter(value: object, text: str) -> None:
    assert shown(value) == text
    if not isinstance(value, list):
        assert shown(value, "{{ '' | append: user.v }}") == text
        assert shown(value, "{% capture x %}{% echo user.v %}{% endcapture %}{{ x }}") == text


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), -float("inf"), {"a": 1}, [{"a": 1}], b"bytes", object()]
)
def test_a_value_without_a_text_is_never_sent(value: object) -> None:
    for template in ("{{ user.v }}", "{{ user.v | append: '!' }}", "{{ user.v | join: ',' }}"):
        with pytest.raises(TemplateError, match=r"line 1, \{\{ user\.v"):
            shown(value, template)


@pytest.mark.parametrize("value", [1e308, 10**300])
def test_a_result_too_large_for_a_number_is_never_sent(value: float) -> None:
    with pytest.raises(TemplateError, match="too large for a number"):
        shown(value, "{{ user.v | times: user.v }}")


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ user.v | date: '%d.%m.%Y %H:%M' }}", "24.12.2026 18:30"),
        ("{{ user.v | date: '%s' }}", "1798137000"),
        ("{% if user.v > user.before %}later{% endif %}", "later"),
        ("{% if user.v == user.same %}same{% endif %}", "same"),
        ("{{ user.times | sort | first | date: '%F' }}", "2026-12-23"),
        ("{{ user.times | uniq | size }}", "2"),
    ],
)
def test_a_time_of_a_record_is_shown_in_utc(template: str, text: str) -> None:
    before = VISIT - timedelta(days=1)
    user = {
        "v": VISIT,
        "same": VISIT.astimezone(timezone(timedelta(hours=2))),
        "before": before,
        "times": [VISIT, before, VISIT],
    }

    assert BodyTemplate(template).render({"user": user}) == text


PLAIN = st.sampled_from([None, True, False, 0, 3, -7, 2.5, 3.0, "", " ", "Ann", "12 apples", "a,b"])
VALUES = st.recursive(
    PLAIN | st.integers() | st.floats() | st.datetimes() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("npk"), inner, max_size=3)
    ),
    max_leaves=8,
)
PYTHON = re.compile(r"None|True|False|datetime|Decimal|[\[{]")


@given(
    VALUES,
    VALUES,
    st.lists(
        st.tuples(
            st.sampled_from(sorted(FILTERS)),
            st.lists(
                st.sampled_from(
                    ["user.w", "user.gone", "'n'", "','", "''", "0", "2", "-1", "2.0", "nil"]
                ),
                max_size=2,
            ),
        ),
        max_size=3,
    ),
)
def test_no_filter_shows_pythons_form_of_a_value_or_fails_without_a_reason(
    value: Any, other: Any, filters: list[tuple[str, list[str]]]
) -> None:
    chain = "".join(
        f" | {name}{': ' if given else ''}{', '.join(given)}" for name, given in filters
    )
    text, reason = outcome(f"{{{{ user.v{chain} }}}}", {"v": value, "w": other})

    if reason is not None:
        assert "line 1" in reason
        assert "cannot be evaluated" not in reason
    elif not PYTHON.search(strings_in([value, other])):
        assert not PYTHON.search(text)


def outcome(template: str, user: dict[str, Any]) -> tuple[str, str | None]:
    """The text, or why there is none."""
    try:
        return BodyTemplate(template).render({"user": user}), None
    except TemplateError as error:
        return "", str(error)


def strings_in(value: Any) -> str:
    if isinstance(value, dict):
        return "".join(map(strings_in, value.values()))
    if isinstance(value, list):
        return "".join(map(strings_in, value))
    return value if isinstance(value, str) else ""
