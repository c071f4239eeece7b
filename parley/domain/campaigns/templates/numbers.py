"""Number filters, in decimal arithmetic.

A number is a whole number or a decimal. A text counts as the number that it begins with, and all
else as zero. Decimals are exact: ``0.1 | plus: 0.2`` is ``0.3``. Halves round away from zero.
"""

from __future__ import annotations

import math
import re
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal

from parley.domain.campaigns.templates.liquid_values import describe, is_number, whole_number
from parley.domain.campaigns.templates.refusals import Refused
from parley.domain.campaigns.templates.rendering import Rendering

Number = int | Decimal

_DIGITS = 400
"""The longest number: a double has up to 309 digits before the point, and as many zeros after."""
_EXACT = Context(prec=3 * _DIGITS)
_QUOTIENT = Context(prec=40)
_MAX_BITS = 1_100
"""Whole numbers may be about as large as a double."""

_DECIMAL = re.compile(r"-?[0-9]+\.[0-9]+")
_LEADING = re.compile(r"[ \t\n\v\f\r]*([+-]?[0-9]+(?:_[0-9]+)*)")
_AROUND = " \t\n\v\f\r\0"


def number(value: object) -> Number:
    """Read any value as a number."""
    if isinstance(value, bool):
        return 0
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise Refused("the number is not finite (NaN or Infinity) and cannot be used")
        return Decimal(repr(value))
    if isinstance(value, str):
        return _number_in(value)
    return 0


def _number_in(text: str) -> Number:
    stripped = text.strip(_AROUND)
    decimal = _DECIMAL.fullmatch(stripped)
    whole = decimal or _LEADING.match(text)
    if whole is None:
        return 0
    digits = whole[0] if decimal else whole[1]
    if len(digits) > _DIGITS:
        raise Refused(f"{describe(text)} is too long for a number")
    return Decimal(stripped) if decimal else int(digits)


def _result(value: Number) -> int | float:
    if isinstance(value, Decimal):
        double = float(value)
        if not math.isfinite(double):
            raise Refused("the result is too large for a number")
        return double
    if value.bit_length() > _MAX_BITS:
        raise Refused("the result is too large for a number")
    return value


def absolute(run: Rendering, value: object) -> object:
    given = number(value)
    return _result(-given if given < 0 else given)


def plus(run: Rendering, value: object, other: object) -> object:
    left, right = number(value), number(other)
    if isinstance(left, int) and isinstance(right, int):
        return _result(left + right)
    return _result(_EXACT.add(left, right))


def minus(run: Rendering, value: object, other: object) -> object:
    left, right = number(value), number(other)
    if isinstance(left, int) and isinstance(right, int):
        return _result(left - right)
    return _result(_EXACT.subtract(left, right))


def times(run: Rendering, value: object, other: object) -> object:
    left, right = number(value), number(other)
    if isinstance(left, int) and isinstance(right, int):
        return _result(left * right)
    return _result(_EXACT.multiply(left, right))


def divided_by(run: Rendering, value: object, other: object) -> object:
    """Divide; two whole numbers give a whole number, rounded down."""
    left, right = number(value), _divisor(other)
    if isinstance(left, int) and isinstance(right, int):
        return _result(left // right)
    return _result(_QUOTIENT.divide(left, right))


def modulo(run: Rendering, value: object, other: object) -> object:
    """Return the remainder, which has the sign of the divisor."""
    left, right = number(value), _divisor(other)
    if isinstance(left, int) and isinstance(right, int):
        return left % right
    rest = _EXACT.remainder(left, right)
    if rest and (rest < 0) != (right < 0):
        rest = _EXACT.add(rest, right)
    return _result(rest)


def _divisor(value: object) -> Number:
    divisor = number(value)
    if divisor == 0:
        raise Refused(f"division by zero: {describe(value)} counts as 0")
    return divisor


def rounded(run: Rendering, value: object, places: object = 0) -> object:
    """Round to a number of places, half away from zero; by default to a whole number."""
    given, at = number(value), int(max(-_DIGITS, min(number(places), _DIGITS)))
    if isinstance(given, int) and at >= 0:
        return given
    result = Decimal(given).quantize(Decimal(1).scaleb(-at), ROUND_HALF_UP, _EXACT)
    to_whole = isinstance(given, int) or (is_number(places) and places == 0)
    return _result(int(result) if to_whole else result)


def ceil(run: Rendering, value: object) -> object:
    return _whole(number(value), ROUND_CEILING)


def floor(run: Rendering, value: object) -> object:
    return _whole(number(value), ROUND_FLOOR)


def _whole(value: Number, rounding: str) -> int:
    if isinstance(value, int):
        return value
    return int(value.to_integral_value(rounding, _EXACT))


def at_least(run: Rendering, value: object, least: object) -> object:
    return _result(max(number(value), number(least)))


def at_most(run: Rendering, value: object, most: object) -> object:
    return _result(min(number(value), number(most)))


def total(values: list[object]) -> object:
    """Return the sum of the values, each read as a number."""
    result: Number = 0
    for value in values:
        addend = number(value)
        if isinstance(result, int) and isinstance(addend, int):
            result = result + addend
        else:
            result = _EXACT.add(result, addend)
    return _result(result)


def range_end(value: object) -> int:
    """Return one end of a range; a text counts as the number that it begins with, nil as 0."""
    if value is None:
        return 0
    if not isinstance(value, str):
        return whole_number(value, "the end of a range")
    found = _LEADING.match(value[:_DIGITS])
    return int(found[1]) if found else 0
