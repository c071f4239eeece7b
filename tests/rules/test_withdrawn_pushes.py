"""What the server notes beside a person's devices about pushes they withdrew; and their writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from google.cloud import firestore

from schema import paths
from tests.rules.acting import DELETE, verdict
from tests.rules.cast import Cast
from tests.rules.conftest import Seed
from tests.rules.forms_of_people import device

Act = Callable[[str], firestore.Client]

WITHDRAWN = {"default": {"transactional": True}}


@pytest.mark.parametrize(
    ("there", "update", "expected"),
    [
        ({}, {"devices.phone": device()}, "allowed"),
        ({}, {"muted.chat": True}, "allowed"),
        ({}, {"mentions": "unlessMuted"}, "allowed"),
        ({}, {"devices": {"phone": device()}}, "allowed"),
        ({}, {"devices": {"phone": device(), "tablet": device()}}, "denied"),
        ({}, {"devices": {}}, "allowed"),
        ({"devices": {"a": device()}}, {"devices.phone": device()}, "allowed"),
        ({"devices": {"a": device()}}, {"devices.a": DELETE}, "allowed"),
        ({"devices": {"a": device()}}, {"devices": DELETE}, "denied"),
        ({}, {"withdrawn": DELETE}, "denied"),
        ({}, {"withdrawn": {}}, "denied"),
        ({}, {"withdrawn.default": DELETE}, "denied"),
        ({}, {"withdrawn.default.transactional": DELETE}, "denied"),
        ({}, {"withdrawn.acme": {"marketing": True}}, "denied"),
        ({}, {"devices.phone": device(), "withdrawn.default.transactional": False}, "denied"),
    ],
)
def test_the_servers_note_of_withdrawn_pushes_stays(
    there: dict[str, Any], update: dict[str, Any], expected: str, cast: Cast, seed: Seed, act: Act
) -> None:
    path = paths.push_tokens(cast.alice)
    seed({path: {**there, "withdrawn": WITHDRAWN}})
    tokens = act("alice").document(path)
    assert verdict(tokens.get) == "allowed"
    assert verdict(lambda: tokens.update(update)) == expected


@pytest.mark.parametrize(
    ("fields", "merge", "expected"),
    [
        ({"devices": {"phone": device()}}, True, "allowed"),
        ({"devices": {}, "muted": {"chat": True}}, True, "allowed"),
        ({"devices": {"phone": device()}, "withdrawn": WITHDRAWN}, False, "allowed"),
        ({"devices": {"phone": device()}}, False, "denied"),
        ({"devices": {"phone": device()}, "withdrawn": {}}, False, "denied"),
    ],
)
def test_a_registration_keeps_the_servers_note(
    fields: dict[str, Any], merge: bool, expected: str, cast: Cast, seed: Seed, act: Act
) -> None:
    path = paths.push_tokens(cast.alice)
    seed({path: {"withdrawn": WITHDRAWN}})
    assert verdict(lambda: act("alice").document(path).set(fields, merge=merge)) == expected


def test_nobody_creates_the_servers_note(cast: Cast, act: Act) -> None:
    tokens = act("alice").document(paths.push_tokens(cast.alice))
    devices = {"devices": {"phone": device()}}
    assert verdict(lambda: tokens.set({**devices, "withdrawn": WITHDRAWN})) == "denied"
    assert verdict(lambda: tokens.set({**devices, "withdrawn": {}})) == "denied"
    assert verdict(lambda: tokens.set({"muted": {"chat": True}})) == "denied"
    assert verdict(lambda: tokens.set(devices)) == "allowed"
