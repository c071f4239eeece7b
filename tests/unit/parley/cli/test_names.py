import pytest

from parley.cli.names import require_name
from parley.cli.output import Failed


@pytest.mark.parametrize("name", ["ann", "Zo\u00eb", "a" * 128, "x.y"])
def test_a_uid_of_firebase_is_taken(name: str) -> None:
    assert require_name("UID", name) == name


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("saml:ann", "holds ':', which separates"),
        ("a/b", "holds '/', which separates"),
        ("", "is empty"),
        ("a" * 129, "has 129 characters, the limit is 128"),
        ("service", "service, broadcast, system are reserved"),
        ("..", "Firestore does not allow such an id"),
        ("__all__", "Firestore does not allow such an id"),
        ("half\ud83d", "not well-formed Unicode"),
    ],
)
def test_a_name_that_no_id_can_contain_is_refused_with_the_reason(name: str, why: str) -> None:
    with pytest.raises(Failed, match=why):
        require_name("UID", name)
