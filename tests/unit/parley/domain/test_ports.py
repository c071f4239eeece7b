import pytest

from parley.store import Overlay, Value

SHARED = {"kind": "case", "last": {"from": "us", "shown": {"a": 1}}}


def test_an_overlay_merges_its_own_fields_into_the_shared_ones() -> None:
    overlay = Overlay(SHARED, {"name": "x", "last": {"id": "1", "shown": {"b": 2}}})

    assert overlay == {
        "kind": "case",
        "name": "x",
        "last": {"from": "us", "id": "1", "shown": {"a": 1, "b": 2}},
    }
    assert len(overlay) == 3
    assert Overlay(SHARED) == SHARED


@pytest.mark.parametrize(
    ("own", "name"),
    [
        ({"kind": "group"}, "kind"),
        ({"last": None}, "last"),
        ({"last": {"from": "them"}}, "from"),
        ({"last": {"shown": {"a": {}}}}, "a"),
    ],
)
def test_an_overlay_cannot_redefine_a_shared_field(own: dict[str, Value], name: str) -> None:
    with pytest.raises(ValueError, match=f"field {name}: it is shared"):
        Overlay(SHARED, own)
