import math
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.cloud.firestore_v1.types import document, write
from hypothesis import given
from hypothesis import strategies as st

from parley.adapters.firestore.decoding import decode_fields, decode_value
from parley.adapters.firestore.encoding import CommitEncoder, encode_path, encode_value
from parley.store import (
    DELETE_FIELD,
    MUST_NOT_EXIST,
    SERVER_TIME,
    ArrayUnion,
    Delete,
    FieldPath,
    Increment,
    Merge,
    Overlay,
    Set,
    Update,
    UpdatedAt,
    Value,
    Write,
)

DOCUMENTS = "projects/p/databases/(default)/documents/"
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | TEXT
    | st.binary()
    | st.datetimes(
        min_value=datetime(1, 1, 2),  # noqa: DTZ001
        max_value=datetime(9999, 12, 30),  # noqa: DTZ001
        timezones=st.just(UTC),
    )
)
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner), max_leaves=20
)


def encoded(change: Write) -> Any:
    message = write.Write.pb()()
    CommitEncoder(DOCUMENTS).encode(change, message)
    return write.Write.pb().FromString(message.SerializeToString())


def types(value: Value) -> Any:
    if isinstance(value, dict):
        return {name: types(inner) for name, inner in value.items()}
    return [types(inner) for inner in value] if isinstance(value, list) else type(value)


@given(VALUES)
def test_any_value_survives_encoding_and_decoding(value: Value) -> None:
    message = document.Value.pb()()
    encode_value(value, message)
    back = decode_value(document.Value.pb().FromString(message.SerializeToString()))
    assert back == value
    assert types(back) == types(value)


@given(st.dictionaries(NAMES, VALUES, max_size=4))
def test_any_document_survives_encoding_and_decoding(fields: dict[str, Value]) -> None:
    assert decode_fields(encoded(Set("a/b", fields)).update.fields) == fields


OWN = {"b": 2, "m": {"own": "x", "at": SERVER_TIME}, "n": Increment(1)}
SHARED = {"a": 1, "m": {"shared": [1], "deep": {"t": SERVER_TIME}}, "t": SERVER_TIME}


@pytest.mark.parametrize("own", [OWN, {}, {"m": {"deep": {"y": 1}}}])
@pytest.mark.parametrize("kind", [Set, Update, Merge])
def test_an_overlay_is_encoded_like_its_merged_fields(
    kind: type[Set | Update | Merge], own: dict[str, Value]
) -> None:
    encoder = CommitEncoder(DOCUMENTS)
    for path in ("a/b", "a/c"):
        overlaid, plain = write.Write.pb()(), write.Write.pb()()
        encoder.encode(kind(path, Overlay(SHARED, own)), overlaid)
        encoder.encode(kind(path, dict(Overlay(SHARED, own))), plain)
        for message in (overlaid, plain):
            message.update_transforms.sort(key=lambda transform: transform.field_path)
            message.update_mask.field_paths.sort()
        assert overlaid == plain


def test_sets_and_updates_may_share_an_overlay() -> None:
    encoder = CommitEncoder(DOCUMENTS)
    replacing, changing = write.Write.pb()(), write.Write.pb()()
    encoder.encode(Set("a/b", Overlay(SHARED)), replacing)
    encoder.encode(Merge("a/c", Overlay(SHARED)), changing)
    assert not replacing.HasField("update_mask")
    assert sorted(changing.update_mask.field_paths) == ["a", "m"]


@given(st.datetimes(timezones=st.just(UTC)))
def test_an_update_time_is_a_precondition_to_the_microsecond(time: datetime) -> None:
    message = encoded(Delete("a/b", UpdatedAt(time))).current_document.update_time
    assert message.nanos % 1_000 == 0
    since = timedelta(seconds=message.seconds, microseconds=message.nanos // 1_000)
    assert datetime(1970, 1, 1, tzinfo=UTC) + since == time


def test_nan_is_a_number() -> None:
    message = document.Value.pb()()
    encode_value(math.nan, message)
    assert math.isnan(decode_value(message))


def test_the_epoch_and_other_zeroes_are_values() -> None:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    fields: dict[str, Value] = {"t": epoch, "n": 0, "f": 0.0, "s": "", "b": False, "l": [], "m": {}}
    assert decode_fields(encoded(Set("a/b", fields)).update.fields) == fields


def test_a_set_has_no_mask_and_a_merge_always_has_one() -> None:
    assert not encoded(Set("a/b", {"x": 1})).HasField("update_mask")
    assert encoded(Merge("a/b", {})).HasField("update_mask")
    assert encoded(Merge("a/b", {"at": SERVER_TIME})).HasField("update_mask")


def test_transforms_are_taken_out_of_maps_but_the_map_remains() -> None:
    last = {"id": "m1", "at": SERVER_TIME, "in": {"n": Increment(1)}}
    message = encoded(Merge("a/b", {"last": last}))
    assert decode_fields(message.update.fields) == {"last": {"id": "m1", "in": {}}}
    assert list(message.update_mask.field_paths) == ["last"]
    paths = [one.field_path for one in message.update_transforms]
    assert paths == ["last.at", "last.in.n"]


def test_the_mask_has_removals_but_no_transformed_fields() -> None:
    changes: dict[FieldPath, Value] = {
        ("m", "n"): Increment(1),
        "gone": DELETE_FIELD,
        "list": ArrayUnion((1,)),
        "x": 1,
    }
    message = encoded(Update("a/b", changes))
    assert sorted(message.update_mask.field_paths) == ["gone", "x"]
    assert {one.field_path for one in message.update_transforms} == {"m.n", "list"}
    assert message.current_document.exists is True


def test_a_creation_is_a_set_with_must_not_exist() -> None:
    message = encoded(Set("a/b", {}, MUST_NOT_EXIST))
    assert message.update.name == DOCUMENTS + "a/b"
    assert message.current_document.HasField("exists")
    assert message.current_document.exists is False


@pytest.mark.parametrize(
    ("field", "spelled"),
    [
        ("plain_Name1", "plain_Name1"),
        ("a.b", "`a.b`"),
        (("m", "a.b", "c"), "m.`a.b`.c"),
        ("1st", "`1st`"),
        ("tick`", "`tick\\``"),
        ("back\\slash", "`back\\\\slash`"),
        ("line\n", "`line\n`"),
    ],
)
def test_odd_names_are_quoted_in_field_paths(field: FieldPath, spelled: str) -> None:
    assert encode_path(field) == spelled
