"""Users, services and push tokens."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from schema import push_tokens, services, users
from schema.addressees import addressee_fields

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
PERSON = {"uid": "alice", "displayName": "Alice", "createdAt": AT}


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (users.User, {"displayName": "Alice", "createdAt": AT, "serviceIds": ["default"]}),
        (users.Profile, {"displayName": "Alice", "photoUrl": "https://example.com/a.png"}),
        (users.UserBlock, {"createdAt": AT}),
        (services.Service, {"name": "Shop", "kind": "dashboard", "sms": {"from": "+15005550006"}}),
        (services.Staff, {"role": "agent", "displayName": "Sam"}),
        (services.ListMember, {"addedAt": AT}),
        (
            services.DistributionList,
            {
                "name": "VIPs",
                "where": {"field": "tags", "op": "array-contains", "value": "vip"},
                "createdAt": AT,
            },
        ),
    ],
)
def test_a_document_is_stored_as_the_contract_spells_it(
    model: type[users.User], fields: Any
) -> None:
    assert model.parse(fields).fields() == fields


@pytest.mark.parametrize("phone", ["4915112345678", "+0123", "+1", "+1234567890123456", "+49 151"])
def test_a_phone_number_is_in_e164(phone: str) -> None:
    with pytest.raises(ValidationError, match=r"E\.164"):
        users.User.parse({"displayName": "Alice", "createdAt": AT, "phone": phone})


@pytest.mark.parametrize(
    "changes",
    [{"tags": ["t"] * 51}, {"attributes": {"x": "ü" * 8_192}}, {"consents": {"fax": {}}}],
)
def test_a_person_over_a_limit_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        users.ServiceUser.parse(PERSON | changes)


def device(**changes: Any) -> dict[str, Any]:
    return {"token": "t", "kind": "fcmToken", "platform": "ios", "updatedAt": AT} | changes


def test_a_person_has_devices_and_silent_chats() -> None:
    fields = {
        "devices": {"i1": device(kind="fid", locale="de")},
        "muted": {"c1": True, "c2": AT},
        "mentions": "unlessMuted",
    }

    assert push_tokens.PushTokens.parse(fields).fields() == fields


@pytest.mark.parametrize(
    "fields",
    [
        {"devices": {f"i{number}": device() for number in range(21)}},
        {"devices": {"i1": device(token="t" * 4_097)}},
        {"devices": {"i1": device(kind="apns")}},
        {"devices": {}, "muted": {"c1": False}},
        {"devices": {}, "mentions": "never"},
    ],
)
def test_devices_over_a_limit_are_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        push_tokens.PushTokens.parse(fields)


def test_sending_reads_only_consents_and_the_fields_of_the_text() -> None:
    assert addressee_fields(["tags", "phone"]) == ("tags", "consents")
    assert addressee_fields([]) == ("consents",)
    whole = addressee_fields(["*"])
    assert set(whole) == {"displayName", "locale", "timeZone", "attributes", "tags", "consents"}


def test_a_wrong_device_or_mute_affects_only_itself() -> None:
    held = push_tokens.PushTokens.readable(
        {
            "devices": {
                "good": {
                    "token": "T",
                    "kind": "fcmToken",
                    "platform": "ios",
                    "updatedAt": AT,
                },
                "bad": {"token": 5},
                "worse": None,
            },
            "muted": {"c1": True, "c2": AT, "c3": "soon"},
            "mentions": "sometimes",
        }
    )

    assert list(held.devices) == ["good"]
    assert held.muted == {"c1": True, "c2": AT}
    assert held.mentions is None
