"""FILTER: selects the people of a service for an audience or a distribution list.

``{field, op, value}``, ``{and: [...]}``, ``{or: [...]}`` or ``{not: FILTER}``. This module checks
the shape; the domain checks depth and number of conditions.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError
from typing_extensions import TypeAliasType

from schema import limits
from schema.base import ClosedDocument, Matches, Time, shape_by_key


def _check_path(field: str) -> str:
    """Refuse a path that is longer than any stored attribute's: Firestore refuses it too."""
    size = len(field.removeprefix("attributes.").encode())
    if size > limits.ATTRIBUTES_PATH_BYTES:
        raise PydanticCustomError(
            "field_path",
            "must be at most {maximum} bytes long after 'attributes.' and is {size}",
            {"maximum": limits.ATTRIBUTES_PATH_BYTES, "size": size},
        )
    return field


FilterField = Annotated[
    str,
    Matches(
        rf"^(?:attributes(?:\.(?!__[^.\s]*__(?:\.|$))[^.\s]{{1,128}}){{1,{limits.ATTRIBUTES_DEPTH}}}"
        r"|tags|locale|timeZone|createdAt|lastSeenAt)$",
        "attributes.NAME, tags, locale, timeZone, createdAt or lastSeenAt",
    ),
    AfterValidator(_check_path),
]

Operator = Literal[
    "==",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "in",
    "not-in",
    "array-contains",
    "array-contains-any",
    "exists",
]

Scalar = bool | int | float | str | Time | None
FilterValue = Scalar | list[Scalar]

_LIST_OPERATORS = ("in", "not-in", "array-contains-any")


class FilterCondition(ClosedDocument):
    """One comparison. ``in``, ``not-in``, ``array-contains-any`` take a list, ``exists`` a bool."""

    field: FilterField
    op: Operator
    value: FilterValue

    @model_validator(mode="after")
    def _value_fits_operator(self) -> Self:
        problem = None
        if self.op in _LIST_OPERATORS:
            size = len(self.value) if isinstance(self.value, list) else 0
            if not 1 <= size <= limits.FILTER_VALUES:
                problem = f"a list of 1 to {limits.FILTER_VALUES} values"
        elif self.op == "exists":
            if not isinstance(self.value, bool):
                problem = "true or false"
        elif isinstance(self.value, list):
            problem = "a single value"
        if problem:
            raise PydanticCustomError(
                "filter_value", "'{op}' takes {problem}", {"op": self.op, "problem": problem}
            )
        return self


class FilterAnd(ClosedDocument):
    """True if all of them are."""

    and_: list[Filter] = Field(alias="and", min_length=1)


class FilterOr(ClosedDocument):
    """True if at least one of them is."""

    or_: list[Filter] = Field(alias="or", min_length=1)


class FilterNot(ClosedDocument):
    """True if the filter is not."""

    not_: Filter = Field(alias="not")


Filter = TypeAliasType(
    "Filter",
    Annotated[
        Annotated[FilterAnd, Tag("<and>")]
        | Annotated[FilterOr, Tag("<or>")]
        | Annotated[FilterNot, Tag("<not>")]
        | Annotated[FilterCondition, Tag("<condition>")],
        shape_by_key("and", "or", "not", otherwise="condition"),
    ],
)
"""A whole filter."""

for _model in (FilterAnd, FilterOr, FilterNot):
    _model.model_rebuild()
