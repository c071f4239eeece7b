from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from parley.domain.campaigns.templates import BodyTemplate, TemplateError


class Unreadable(Mapping[str, object]):
    """A record whose fields cannot be read, by an error that nobody foresaw."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __getitem__(self, key: str) -> object:
        raise self._error

    def __iter__(self) -> Iterator[str]:
        raise self._error

    def __len__(self) -> int:
        return 1

    def __contains__(self, key: object) -> bool:
        return True


@pytest.mark.parametrize(
    "error",
    [
        KeyError("p"),
        AttributeError("x"),
        OSError("x"),
        ZeroDivisionError(),
        RecursionError(),
        MemoryError(),
        StopIteration(),
        AssertionError(),
    ],
)
def test_any_rendering_error_becomes_the_persons_reason(error: Exception) -> None:
    body = BodyTemplate("Hi {{ user.name | upcase }}")

    with pytest.raises(TemplateError, match=r"line 1, \{\{ user\.name \| upcase \}\}: "):
        body.render({"user": Unreadable(error)})


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("a\nb {{ 'x' | nosuch }}", "line 2, {{ 'x' | nosuch }}: there is no filter 'nosuch'"),
        ("{{ 5 | plus }}", "line 1, {{ 5 | plus }}: the filter 'plus' takes 1 argument, and is"),
        ("{{ 'a' | upcase: 1 }}", "the filter 'upcase' takes no argument, and is given 1"),
        ("{{ 'a' | slice }}", "the filter 'slice' takes 1 to 2 arguments, and is given 0"),
        ("{{ 'a' | upcase: x: 1 }}", "the filter 'upcase' takes no argument 'x:'"),
        ("{{ 'a' | append: }}", "an argument is missing"),
        ("\n\n{% nosuch %}", "line 3, {% nosuch %}: unexpected tag 'nosuch'"),
        ("{% include 'a' %}", "line 1, {% include 'a' %}: unexpected tag 'include'"),
        ("{% if a == b == c %}{% endif %}", "'b == c' is not a value"),
        ("x\n{{ user.2nd }}", "line 2, {{ user.2nd }}: '2nd' begins with a digit; write ['2nd']"),
        ("{{ user.limit }}", "a field of that name is ['limit']"),
        ("a\n{{ user.name", "line 2, {{ user.name: '{{' is not closed by '}}'"),
        ("{% if true %}", "expected tag endif"),
        ("a {% break %}", "break and continue may only be used in a loop"),
        ("{{ ٣ }}", "is not a number"),
        ("{% liquid\n assign a = 1\n echo a | nosuch\n%}", "line 3, "),
    ],
)
def test_an_invalid_template_is_refused_at_the_start_with_its_line(
    template: str, reason: str
) -> None:
    with pytest.raises(TemplateError) as error:
        BodyTemplate(template)

    assert reason in str(error.value)


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("{{ user }}", "a map has no text; name one of its fields"),
        ("{{ user.tags | upcase }}", "a list has no text; show its items with join or a for loop"),
        ("{{ 1 | divided_by: user.gone }}", "division by zero: nothing counts as 0"),
        ("{% if user.name < 3 %}{% endif %}", "the text 'Ann' and the number 3 cannot be compared"),
        ("{{ 'a' | truncate: user.name }}", "must be a whole number, not the text 'Ann'"),
        (
            "{{ user.tags | concat: 'x' }}",
            "concat needs a list to add, but the text 'x' is not one",
        ),
        ("{{ user.mixed | sort }}", "the number 1 and the text 'x' cannot be sorted together"),
        ("{{ 'x' | base64_decode }}", "'x' is not valid base64"),
        ("{% increment user %}", "'user' is not a counter"),
        ("{{ 99999999999999 | date: '%Y' }}", "too far from today to be a date"),
        ("{{ '2026-12-24' | date: '100%' }}", "the date format ends with an incomplete '%'"),
    ],
)
def test_a_rendering_error_names_the_part_and_the_way_out(template: str, reason: str) -> None:
    user = {"name": "Ann", "tags": ["vip"], "mixed": [1, "x"]}

    with pytest.raises(TemplateError) as error:
        BodyTemplate("\n" + template).render({"user": user})

    assert reason in str(error.value)
    assert f"line 2, {template.partition('{% end')[0]}" in str(error.value)


def test_a_long_part_is_truncated_in_its_reason() -> None:
    with pytest.raises(TemplateError) as error:
        BodyTemplate("{{ user.list | append: '" + "x" * 500 + "' }}").render({"user": {"list": []}})

    assert len(str(error.value)) < 250
