"""A setting has callables refuse whoever is no app of the project."""

from __future__ import annotations

import json
from typing import Any

import pytest
from app_check import SETTING, enforces_app_check
from callable_table import TABLE
from callables import endpoint
from flask import Flask, request
from pydantic import ValidationError

from parley.settings import Settings


def called(row: Any, environment: dict[str, str], **headers: str) -> tuple[int, dict[str, Any]]:
    """Call a callable without a sign-in; return its status and error."""
    deployed = endpoint(row, environment)
    app = Flask(__name__)
    app.add_url_rule("/", view_func=lambda: deployed(request), methods=["POST"])
    answer = app.test_client().post("/", json={"data": {}}, headers=headers)
    return answer.status_code, json.loads(answer.get_data())["error"]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_a_call_without_a_token_of_app_check_is_refused_where_it_is_enforced(row: Any) -> None:
    for headers in ({}, {"X-Firebase-AppCheck": "made-up"}):
        status, error = called(row, {SETTING: "1"}, **headers)
        assert (status, error["status"]) == (401, "UNAUTHENTICATED")
        assert "reason" not in error.get("details", {}), "refused before the sign-in is looked at"


def test_a_call_without_a_token_of_app_check_passes_where_it_is_not_enforced() -> None:
    for environment in ({}, {SETTING: ""}, {SETTING: "0"}):
        _, error = called(TABLE[0], environment)
        assert error["details"]["reason"] == "unauthenticated", "nobody is signed in"


@pytest.mark.parametrize("value", ["1", "true", "on", "yes", " 1 ", "0", "false", "off", ""])
def test_the_setting_is_read_as_all_settings_are(value: str) -> None:
    environment = {"GCLOUD_PROJECT": "demo-parley"}
    settings = Settings.from_environment(environment | ({SETTING: value.strip()} if value else {}))

    assert enforces_app_check({SETTING: value}) == settings.enforce_app_check


def test_a_misspelled_setting_leaves_nothing_open() -> None:
    with pytest.raises(ValidationError):
        enforces_app_check({SETTING: "ture"})
