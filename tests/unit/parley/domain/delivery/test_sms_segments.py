"""The segments of an SMS are those that carriers bill."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.domain.delivery.sms_segments import SmsSize, measure_sms

GSM, UCS = "GSM-7", "UCS-2"
YA, SMILE = "я", "😀"
FAMILY = "👨\u200d👩\u200d👧\u200d👦"


@pytest.mark.parametrize(
    ("text", "encoding", "units", "segments"),
    [
        ("a" * 160, GSM, 160, 1),
        ("a" * 161, GSM, 161, 2),
        ("a" * 306, GSM, 306, 2),
        ("a" * 307, GSM, 307, 3),
        ("a" * 158 + "€", GSM, 160, 1),
        ("a" * 159 + "€", GSM, 161, 2),
        ("a" * 152 + "€" + "a" * 152, GSM, 306, 3),
        (YA * 70, UCS, 70, 1),
        (YA * 71, UCS, 71, 2),
        (YA * 134, UCS, 134, 2),
        (YA * 135, UCS, 135, 3),
        (YA * 68 + SMILE, UCS, 70, 1),
        (YA * 69 + SMILE, UCS, 71, 2),
        (YA * 66 + SMILE + YA * 65, UCS, 133, 2),
        (YA * 66 + SMILE + YA * 66, UCS, 134, 3),
        ("é", GSM, 1, 1),
        ("e\u0301", UCS, 2, 1),
        ("a\r\nb", GSM, 4, 1),
        ("\r\n" * 80, GSM, 160, 1),
        ("“hi”", UCS, 4, 1),
        ("\t", UCS, 1, 1),
        ("\u00a0", UCS, 1, 1),
        ("`", UCS, 1, 1),
        (YA * 60 + FAMILY + YA * 60, UCS, 131, 2),
        *((letter, UCS, 1, 1) for letter in "ğşıçáã"),
        ("", GSM, 0, 1),
    ],
)
def test_a_text_takes_as_many_segments_as_carriers_bill(
    text: str, encoding: str, units: int, segments: int
) -> None:
    size = measure_sms(text)
    assert (size.encoding, size.units, size.segments) == (encoding, units, segments)


@given(st.text(alphabet="aé€[ яğ😀\n", max_size=400))
def test_segments_hold_their_units_and_a_longer_text_never_takes_fewer(text: str) -> None:
    size = measure_sms(text)
    whole, part = (160, 153) if size.encoding == "GSM-7" else (70, 67)
    if size.segments == 1:
        assert size.units <= whole
    else:
        # A segment is left incomplete by at most the half of a pair that did not fit.
        assert (size.segments - 1) * (part - 1) < size.units <= size.segments * part
    assert measure_sms(text + "a").segments >= size.segments


@given(st.integers(min_value=0, max_value=1_600))
def test_plain_letters_fill_each_segment(count: int) -> None:
    segments = 1 if count <= 160 else -(-count // 153)
    assert measure_sms("x" * count) == SmsSize("GSM-7", count, segments)


def packed(text: str) -> int:
    """Cut a text into segments as a carrier does, by the bytes of its encoding."""
    pieces = [one.encode("utf-16-be") for one in text]
    if sum(map(len, pieces)) <= 2 * 70:
        return 1
    segments = [b""]
    for piece in pieces:
        if len(segments[-1]) + len(piece) > 2 * 67:
            segments.append(b"")
        segments[-1] += piece
    assert b"".join(segments).decode("utf-16-be") == text
    assert [segment.decode("utf-16-be") for segment in segments], "no pair is split"
    return len(segments)


@given(st.text(alphabet="яğ😀👩\u200d", min_size=1, max_size=300))
def test_a_surrogate_pair_stays_in_one_segment(text: str) -> None:
    assert measure_sms(text).segments == packed(text)


@given(st.lists(st.sampled_from("ab€["), max_size=500))
def test_an_escaped_character_stays_in_one_segment(characters: list[str]) -> None:
    sizes = [2 if one in "€[" else 1 for one in characters]
    segments = 1
    if sum(sizes) > 160:
        filled = 0
        for size in sizes:
            if filled + size > 153:
                segments, filled = segments + 1, 0
            filled += size
    assert measure_sms("".join(characters)).segments == segments
