"""The filters of templates, with the number of arguments that each takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from parley.domain.campaigns.templates import encodings, lists, numbers, texts
from parley.domain.campaigns.templates.date_formats import date
from parley.domain.campaigns.templates.liquid_values import is_empty, is_true
from parley.domain.campaigns.templates.rendering import Rendering


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter ``apply(run, value, *arguments, **named)``, and the arguments that it accepts.

    ``weight``: how many times the usual cost a character of its text has.
    """

    apply: Callable[..., object]
    fewest: int = 0
    most: int = 0
    named: frozenset[str] = frozenset()
    weight: int = 1


def default(
    run: Rendering,
    value: object,
    other: object = "",
    _: object = None,
    *,
    allow_false: object = False,
) -> object:
    """Return the other value if this one is nil, false or empty; zero stays."""
    missing = value is None if is_true(allow_false) else not is_true(value)
    return other if missing or is_empty(value) else value


FILTERS: Mapping[str, Filter] = {
    "abs": Filter(numbers.absolute),
    "append": Filter(texts.append, 1, 1),
    "at_least": Filter(numbers.at_least, 1, 1),
    "at_most": Filter(numbers.at_most, 1, 1),
    "base64_decode": Filter(encodings.base64_decode),
    "base64_encode": Filter(encodings.base64_encode),
    "base64_url_safe_decode": Filter(encodings.base64_url_safe_decode),
    "base64_url_safe_encode": Filter(encodings.base64_url_safe_encode),
    "capitalize": Filter(texts.capitalize),
    "ceil": Filter(numbers.ceil),
    "compact": Filter(lists.compact, 0, 1),
    "concat": Filter(lists.concat, 1, 1),
    "date": Filter(date, 1, 1),
    "default": Filter(default, 0, 2, frozenset({"allow_false"})),
    "divided_by": Filter(numbers.divided_by, 1, 1),
    "downcase": Filter(texts.downcase),
    "escape": Filter(encodings.escape),
    "escape_once": Filter(encodings.escape_once, weight=20),
    "find": Filter(lists.find, 1, 2),
    "find_index": Filter(lists.find_index, 1, 2),
    "first": Filter(lambda run, value: lists.first(value)),
    "floor": Filter(numbers.floor),
    "h": Filter(encodings.escape),
    "has": Filter(lists.has, 1, 2),
    "join": Filter(lists.join, 0, 1),
    "last": Filter(lambda run, value: lists.last(value)),
    "lstrip": Filter(texts.lstrip),
    "map": Filter(lists.map_, 1, 1),
    "minus": Filter(numbers.minus, 1, 1),
    "modulo": Filter(numbers.modulo, 1, 1),
    "newline_to_br": Filter(texts.newline_to_br, weight=4),
    "plus": Filter(numbers.plus, 1, 1),
    "prepend": Filter(texts.prepend, 1, 1),
    "reject": Filter(lists.reject, 1, 2),
    "remove": Filter(texts.remove, 1, 1),
    "remove_first": Filter(texts.remove_first, 1, 1),
    "remove_last": Filter(texts.remove_last, 1, 1),
    "replace": Filter(texts.replace, 1, 2),
    "replace_first": Filter(texts.replace_first, 1, 2),
    "replace_last": Filter(texts.replace_last, 2, 2),
    "reverse": Filter(lists.reverse),
    "round": Filter(numbers.rounded, 0, 1),
    "rstrip": Filter(texts.rstrip),
    "size": Filter(lists.size),
    "slice": Filter(texts.slice_, 1, 2),
    "sort": Filter(lists.sort, 0, 1),
    "sort_natural": Filter(lists.sort_natural, 0, 1),
    "split": Filter(texts.split, 1, 1),
    "squish": Filter(texts.squish, weight=3),
    "strip": Filter(texts.strip),
    "strip_html": Filter(encodings.strip_html, weight=12),
    "strip_newlines": Filter(texts.strip_newlines, weight=6),
    "sum": Filter(lists.sum_, 0, 1),
    "times": Filter(numbers.times, 1, 1),
    "truncate": Filter(texts.truncate, 0, 2),
    "truncatewords": Filter(texts.truncatewords, 0, 2, weight=3),
    "uniq": Filter(lists.uniq, 0, 1),
    "upcase": Filter(texts.upcase),
    "url_decode": Filter(encodings.url_decode, weight=8),
    "url_encode": Filter(encodings.url_encode, weight=8),
    "where": Filter(lists.where, 1, 2),
}
"""Exactly the filters of Ruby's Liquid 5.13, so that previews of other tools agree."""
