from __future__ import annotations

import pytest
from pydantic import ValidationError

from parley.domain.people.name_likeness import as_person, likeness
from parley.domain.people_requests import UpdateService
from schema.services import PERSON_SIGN


@pytest.mark.parametrize(
    "name",
    [
        "ACME Support",
        "acme support",
        " ACME  Support ",
        "ACME\u200bSupport",
        "ACME\u00a0Support\u200e",
        "\uff21\uff23\uff2d\uff25 Support",
        f"{PERSON_SIGN} ACME Support",
    ],
)
def test_names_that_look_alike_are_alike(name: str) -> None:
    assert likeness(name) == likeness("ACME Support")


@pytest.mark.parametrize("name", ["ACME Sales", "ACME", "", "ACME Support 2"])
def test_other_names_are_not(name: str) -> None:
    assert likeness(name) != likeness("ACME Support")


def test_no_service_is_called_like_a_person_is_shown() -> None:
    with pytest.raises(ValidationError, match="marks people"):
        UpdateService.model_validate({"serviceId": "s", "name": as_person("ACME Support")})
