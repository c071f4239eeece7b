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
        "ACME Support.",
        "\u2705 ACME-Support \u2122\ufe0f",
        "*** A.C.M.E. | Support! ***",
        "\u00c1CM\u00c9 Support\u0301",
        "\u0410\u0421\u041c\u0415 Support",
        "ACME Sup\u0440\u043ert",
        "\u0391C\u039c\u0395 Supp\u03bfr\u03c4",
        "ACME Supp0rt",
        "acrne support",
    ],
)
def test_names_that_look_alike_are_alike(name: str) -> None:
    assert likeness(name) == likeness("ACME Support")


@pytest.mark.parametrize("name", ["ACME Sales", "ACME", "", "ACME Support 2"])
def test_other_names_are_not(name: str) -> None:
    assert likeness(name) != likeness("ACME Support")


@pytest.mark.parametrize(
    ("service", "person"),
    [("Inbox", "lnbox"), ("Inbox", "1nbox"), ("ILLUMINA", "illumina"), ("Вектор", "BEKTOP")],
)
def test_small_and_capital_letters_of_one_look_are_alike(service: str, person: str) -> None:
    assert likeness(service) == likeness(person)


def test_names_of_signs_alone_are_told_apart() -> None:
    assert likeness("!!!") != likeness("\u2605") != ""
    assert likeness("!!!") == likeness(" !!!\u200b")


def test_no_service_is_called_like_a_person_is_shown() -> None:
    with pytest.raises(ValidationError, match="marks people"):
        UpdateService.model_validate({"serviceId": "s", "name": as_person("ACME Support")})
