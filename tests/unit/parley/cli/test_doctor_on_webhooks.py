"""The doctor says whether Twilio can reach the webhooks."""

from typing import Any

from parley.cli.doctor import check_webhooks
from parley.settings import Settings

ACCOUNT = {"TWILIO_ACCOUNT_SID": "AC" + "1" * 32}


def settings(**variables: Any) -> Settings:
    return Settings.from_environment({"GCLOUD_PROJECT": "my-project", **variables})


def test_without_twilio_there_is_nothing_to_check() -> None:
    assert check_webhooks(settings()) == []


def test_twilio_without_a_public_address_is_a_finding_with_a_way_out() -> None:
    [finding] = check_webhooks(settings(**ACCOUNT))

    assert not finding.is_well
    assert "PARLEY_PUBLIC_URL" in finding.way_out


def test_a_public_address_is_well_over_https_alone() -> None:
    [open_to_all] = check_webhooks(settings(**ACCOUNT, PARLEY_PUBLIC_URL="http://a.example.com"))
    [private] = check_webhooks(settings(**ACCOUNT, PARLEY_PUBLIC_URL="https://a.example.com"))

    assert (open_to_all.is_well, private.is_well) == (False, True)


def test_the_local_stack_calls_itself_over_http() -> None:
    local = {
        "PARLEY_PUBLIC_URL": "http://127.0.0.1:5000",
        "PARLEY_TWILIO_URL": "http://127.0.0.1:9",
    }

    [finding] = check_webhooks(settings(**ACCOUNT, **local))

    assert finding.is_well
