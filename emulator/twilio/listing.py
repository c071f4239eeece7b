"""The list of messages: filters and paging.

https://www.twilio.com/docs/messaging/api/message-resource#read-multiple-message-resources
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from emulator.twilio.errors import Refusal
from emulator.twilio.messages import API_VERSION, StoredMessage

PAGE_SIZE, LARGEST_PAGE = 50, 1000
FILTERS = ("To", "From", "DateSent", "DateSent<", "DateSent>")
_DAY = timedelta(days=1).total_seconds()


def list_page(
    messages: Iterable[StoredMessage], query: Mapping[str, str], account_sid: str, now: float
) -> dict[str, Any]:
    """Return a page of the messages that fit, which come newest first.

    A page is found by its token, which names the message before it, so that new messages move
    nobody to another page.
    """
    size = _whole_number(query, "PageSize", PAGE_SIZE)
    number = _whole_number(query, "Page", 0)
    if not 1 <= size <= LARGEST_PAGE:
        raise Refusal(20007, f"Page size must be between 1 and {LARGEST_PAGE}")
    tests = list(_tests(query, now))
    fitting = [message for message in messages if all(test(message) for test in tests)]
    page = _page_of(fitting, query.get("PageToken", ""), number, size)
    kept = {name: query[name] for name in FILTERS if name in query}
    path = f"/{API_VERSION}/Accounts/{account_sid}/Messages.json"

    def uri(of: int, token: str = "") -> str:
        paging = {"PageSize": size, "Page": of} | ({"PageToken": token} if token else {})
        return f"{path}?{urlencode(kept | paging)}"

    rows, token = page.rows, query.get("PageToken", "")
    return {
        "end": number * size + max(len(rows) - 1, 0),
        "first_page_uri": uri(0),
        "next_page_uri": uri(number + 1, f"PA{rows[-1].sid}") if page.has_next else None,
        "page": number,
        "page_size": size,
        "previous_page_uri": uri(number - 1, f"PB{rows[0].sid}") if page.has_previous else None,
        "messages": [message.to_json(now) for message in rows],
        "start": number * size,
        "uri": uri(number, token),
    }


@dataclass(frozen=True)
class _Page:
    rows: list[StoredMessage]
    has_next: bool
    has_previous: bool


def _page_of(fitting: list[StoredMessage], token: str, number: int, size: int) -> _Page:
    kind, sid = token[:2], token[2:]
    if not token:
        start = number * size
    else:
        at = next((i for i, message in enumerate(fitting) if message.sid == sid), None)
        if kind not in ("PA", "PB") or at is None:
            raise Refusal(20001, f"Invalid PageToken: {token}")
        start = at + 1 if kind == "PA" else max(0, at - size)
    rows = list(islice(fitting, start, start + size))
    return _Page(rows, start + size < len(fitting), start > 0 and number > 0 and bool(rows))


def _tests(query: Mapping[str, str], now: float) -> Iterable[Callable[[StoredMessage], bool]]:
    if to := query.get("To"):
        yield lambda message: message.to == to
    if sender := query.get("From"):
        yield lambda message: message.sender_at(now) == sender
    for name, holds in (
        ("DateSent", lambda sent, first, last: first <= sent <= last),
        ("DateSent<", lambda sent, first, last: sent <= last),
        ("DateSent>", lambda sent, first, last: sent >= first),
    ):
        if text := query.get(name):
            yield _date_test(holds, *_span(name, text), now)


def _date_test(
    holds: Callable[[float, float, float], bool], first: float, last: float, now: float
) -> Callable[[StoredMessage], bool]:
    def fits(message: StoredMessage) -> bool:
        sent = message.sent_at(now)
        return sent is not None and holds(sent, first, last)

    return fits


def _span(name: str, text: str) -> tuple[float, float]:
    """Return the first and the last moment that a date means: a whole day, in UTC, at midnight."""
    moment = _read_time(name, text)
    first = moment.timestamp()
    is_day = (moment.hour, moment.minute, moment.second) == (0, 0, 0)
    return first, first + _DAY - 0.000_001 if is_day else first


def _read_time(name: str, text: str) -> datetime:
    for read in (_iso_date, datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(text)
        except ValueError:
            continue
        return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    raise Refusal(20001, f"Invalid value for {name}: {text}")


def _iso_date(text: str) -> datetime:
    day = date.fromisoformat(text)
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _whole_number(query: Mapping[str, str], name: str, otherwise: int) -> int:
    text = query.get(name, "")
    if not text:
        return otherwise
    if not text.isdigit():
        raise Refusal(20001, f"{name} must be a whole number, not {text}")
    return int(text)
