import io
import json
import logging
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest

from parley.structured_logging import JsonLines, Log, error_text, get_log, masked
from schema.events import MessageQueued


@pytest.fixture
def out() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def log(out: io.StringIO) -> Iterator[Log]:
    logger = logging.getLogger("parley.test")
    handler = logging.StreamHandler(out)
    handler.setFormatter(JsonLines())
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield get_log("test")
    logger.removeHandler(handler)
    logger.setLevel(logging.NOTSET)


def lines(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_an_event_is_one_json_line_with_severity_action_and_fields(
    log: Log, out: io.StringIO
) -> None:
    log.bind(queue="message-queue").warning("message.parked", code="malformed\nreally")
    (line,) = lines(out)
    assert line["severity"] == "WARNING"
    assert line["action"] == "message.parked"
    assert line["message"] == "message.parked"
    assert line["logger"] == "parley.test"
    assert datetime.fromisoformat(line["time"]).tzinfo is not None
    assert line["queue"] == "message-queue"
    assert line["code"] == "malformed\nreally"


def test_an_event_below_the_level_is_not_written(log: Log, out: io.StringIO) -> None:
    log.debug("queue.extendFailed")
    assert out.getvalue() == ""


def test_a_field_never_replaces_the_severity_or_the_action(log: Log, out: io.StringIO) -> None:
    log.critical("worker.loopBlocked", severity="INFO", action="other", seconds=30)
    (line,) = lines(out)
    assert (line["severity"], line["action"]) == ("CRITICAL", "worker.loopBlocked")


def test_texts_of_messages_are_never_logged(log: Log, out: io.StringIO) -> None:
    log.info("message.sent", body="a secret", nested={"phone": "+4915112345678", "n": 1})
    assert "secret" not in out.getvalue()
    assert lines(out)[0]["nested"] == {"n": 1}


def test_phone_numbers_are_masked_everywhere(log: Log, out: io.StringIO) -> None:
    log.info("sms.refused", why="The number +4915112345678 is not valid", to=["+4915112345678"])
    assert "15112345678" not in out.getvalue()
    assert "+49" in lines(out)[0]["why"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("550 <ann.b@a.example> is full", "550 <a\u2026@a.example> is full"),
        ("to:ann@a.example,bob@b.example", "to:a\u2026@a.example,b\u2026@b.example"),
        ("x=ann@b@a.example", "x=ann@b\u2026@a.example"),
        ("ann@localhost", "ann@localhost"),
    ],
)
def test_addresses_are_cut_to_their_domains(text: str, shown: str) -> None:
    assert masked(text) == shown


def test_a_word_of_any_length_is_masked_in_one_pass() -> None:
    """A million letters would take hours if each began a search of its own."""
    assert masked("n" * 1_000_000) == "n" * 1_000_000


def test_a_stack_trace_omits_the_failing_input(log: Log, out: io.StringIO) -> None:
    wrong = json.loads('{"chatId": {"body": "a secret"}}')  # the trace quotes the line below
    try:
        MessageQueued.model_validate(wrong)
    except ValueError as error:
        log.error("handler.failed", trace=error)
    trace = lines(out)[0]["stackTrace"]
    assert "test_structured_logging.py" in trace
    assert "chatId" in trace
    assert "secret" not in trace


def test_a_field_of_any_type_can_be_logged(log: Log, out: io.StringIO) -> None:
    log.info("odd", value=object(), lone="\ud800")
    assert len(lines(out)) == 1


def test_a_library_record_is_a_json_line_too(out: io.StringIO) -> None:
    record = logging.LogRecord(
        "grpc", logging.WARNING, "", 0, "call to %s", ("+4915112345678",), None
    )
    line = json.loads(JsonLines().format(record))
    assert line["action"] == "library.log"
    assert "15112345678" not in line["message"]


def test_an_error_in_one_line_names_its_class() -> None:
    assert error_text(RuntimeError("no loop")) == "RuntimeError: no loop"


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: int("a secret"),
        lambda: dict[str, int]()["a secret"],
        lambda: "a secret \u00e4".encode("ascii"),
    ],
)
def test_an_error_of_python_does_not_repeat_the_value(
    wrong: Callable[[], object], log: Log, out: io.StringIO
) -> None:
    with pytest.raises((ValueError, LookupError)) as raised:
        wrong()
    log.error("handler.failed", trace=raised.value, error=error_text(raised.value))
    (line,) = lines(out)
    place = r" in test_structured_logging\.py:\d+"
    assert re.fullmatch(type(raised.value).__name__ + place, line["error"])
    assert "test_structured_logging.py" in line["stackTrace"]
    assert "secret" not in line["stackTrace"].splitlines()[-1]
