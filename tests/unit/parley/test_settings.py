from pathlib import Path

import pytest

from parley.settings import Settings, SettingsError

EXAMPLE = Path(__file__).parents[3] / ".env.example"


def example() -> dict[str, str]:
    lines = (line.strip() for line in EXAMPLE.read_text().splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name: value for name, _, value in pairs}


def test_the_example_file_names_every_variable_and_no_other() -> None:
    assert set(example()) == {field.alias for field in Settings.model_fields.values()}


def test_the_example_file_shows_the_defaults() -> None:
    told = Settings.from_environment(example())
    assert told == Settings.from_environment({"GCLOUD_PROJECT": "demo-parley"})


def test_the_local_stack_needs_no_project() -> None:
    settings = Settings.from_environment({"FIRESTORE_EMULATOR_HOST": "127.0.0.1:8080"})
    assert settings.project_id == "demo-parley"


def test_the_newer_variable_of_the_project_works_too() -> None:
    assert Settings.from_environment({"GOOGLE_CLOUD_PROJECT": "my-project"}).project_id == (
        "my-project"
    )


def test_a_missing_project_is_an_error_with_a_way_out() -> None:
    with pytest.raises(SettingsError, match="GCLOUD_PROJECT is not set: name the Firebase project"):
        Settings.from_environment({})


@pytest.mark.parametrize(
    ("variable", "value", "way_out"),
    [
        ("FIRESTORE_EMULATOR_HOST", "localhost", "host:port"),
        ("PARLEY_FCM_URL", "127.0.0.1:9970", "as a URL"),
        ("PARLEY_BATCH_SIZE", "101", "less than or equal to 100"),
        ("PARLEY_BATCH_SIZE", "many", "valid integer"),
        ("PARLEY_CAMPAIGN_RAMP", "-1", "greater than or equal to 0"),
        ("PARLEY_LOG_LEVEL", "loud", "'INFO'"),
        ("PARLEY_HEALTH_PORT", "70000", "65535"),
        ("PARLEY_HEALTH_PORT", "6000", "fetch refuse"),
        ("GCLOUD_PROJECT", "My Project", "6 to 30 small letters"),
        ("PARLEY_STORAGE_BUCKET", "gs://my-project.appspot.com", "the bucket's name alone"),
        ("TWILIO_ACCOUNT_SID", "SK0123", "AC and 32 hexadecimal digits"),
    ],
)
def test_a_wrong_value_is_an_error_that_names_variable_value_and_way_out(
    variable: str, value: str, way_out: str
) -> None:
    with pytest.raises(SettingsError) as wrong:
        Settings.from_environment({"GCLOUD_PROJECT": "demo-parley", variable: value})
    assert variable in str(wrong.value)
    assert repr(value) in str(wrong.value)
    assert way_out in str(wrong.value)


@pytest.mark.parametrize(
    "password", ["hidden#1", "hidden/1", "hidden?1", "hidden#hidden", "hidden[1", "@hidden:hidden/"]
)
def test_a_mail_password_that_is_not_encoded_is_named_as_the_cause_and_not_shown(
    password: str,
) -> None:
    url = f"smtps://user:{password}@mail.example.com:465"

    with pytest.raises(SettingsError, match=r"PARLEY_SMTP_URL=\(secret\).*percent-encode") as wrong:
        Settings.from_environment({"GCLOUD_PROJECT": "demo-parley", "PARLEY_SMTP_URL": url})

    assert "hidden" not in str(wrong.value)


@pytest.mark.parametrize("url", ["smtp://", "smtp://:587", "smtp://mail.example.com:port"])
def test_a_mail_server_has_a_host_and_a_number_as_its_port(url: str) -> None:
    with pytest.raises(SettingsError, match="for example smtps://"):
        Settings.from_environment({"GCLOUD_PROJECT": "demo-parley", "PARLEY_SMTP_URL": url})


def test_every_wrong_variable_is_named_at_once() -> None:
    with pytest.raises(SettingsError) as wrong:
        Settings.from_environment({"PARLEY_BATCH_SIZE": "0", "PARLEY_LOG_LEVEL": "x"})
    assert {line.split("=")[0].split()[0] for line in str(wrong.value).splitlines()} == {
        "GCLOUD_PROJECT",
        "PARLEY_BATCH_SIZE",
        "PARLEY_LOG_LEVEL",
    }


@pytest.mark.parametrize(
    ("environment", "ramp"),
    [
        ({"GCLOUD_PROJECT": "my-project"}, 500),
        ({"GCLOUD_PROJECT": "my-project", "PARLEY_CAMPAIGN_RAMP": "0"}, 0),
        ({"GCLOUD_PROJECT": "my-project", "PARLEY_CAMPAIGN_RAMP": "5000"}, 5_000),
        ({"GCLOUD_PROJECT": "my-project", "FIRESTORE_EMULATOR_HOST": "127.0.0.1:8080"}, 0),
        ({"FIRESTORE_EMULATOR_HOST": "127.0.0.1:8080", "PARLEY_CAMPAIGN_RAMP": "50"}, 50),
        ({"GCLOUD_PROJECT": "demo-parley"}, 0),
    ],
)
def test_campaigns_begin_with_a_ramp_on_a_real_project_only(
    environment: dict[str, str], ramp: int
) -> None:
    assert Settings.from_environment(environment).ramp == ramp
