"""The settings of a process, read once from its environment and validated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from parley.setting_forms import (
    AccountSid,
    Address,
    Bucket,
    EmulatorUrl,
    Port,
    ProjectId,
    SmtpUrl,
    Url,
    WebhookKeys,
)
from schema import limits

_SECRETS = frozenset({"TWILIO_AUTH_TOKEN", "PARLEY_TWILIO_WEBHOOK_KEYS", "PARLEY_SMTP_URL"})
"""Variables whose values no message shows."""

LOCAL_PROJECT = "demo-parley"
"""The project of the local stack; Firebase tools know by ``demo-`` that it is not real."""


class SettingsError(Exception):
    """A variable is missing or wrong; the message names it, its value and the way out."""


class Settings(BaseModel):
    """The settings of one process. Each field's alias is its variable."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, extra="forbid")

    project_id: ProjectId = Field(alias="GCLOUD_PROJECT")

    firestore_emulator_host: Address | None = Field(None, alias="FIRESTORE_EMULATOR_HOST")
    pubsub_emulator_host: Address | None = Field(None, alias="PUBSUB_EMULATOR_HOST")
    auth_emulator_host: Address | None = Field(None, alias="FIREBASE_AUTH_EMULATOR_HOST")
    storage_emulator_url: EmulatorUrl | None = Field(None, alias="STORAGE_EMULATOR_HOST")
    storage_bucket: Bucket | None = Field(None, alias="PARLEY_STORAGE_BUCKET")
    """The bucket of uploaded files; None for the project's default bucket."""

    fcm_url: Url | None = Field(None, alias="PARLEY_FCM_URL")
    """The address of FCM; None for Google's own."""

    twilio_url: Url | None = Field(None, alias="PARLEY_TWILIO_URL")
    """The address of Twilio's API; None for Twilio's own."""

    twilio_account_sid: AccountSid | None = Field(None, alias="TWILIO_ACCOUNT_SID")
    twilio_auth_token: SecretStr | None = Field(None, alias="TWILIO_AUTH_TOKEN")

    twilio_webhook_keys: WebhookKeys | None = Field(None, alias="PARLEY_TWILIO_WEBHOOK_KEYS")
    """The secrets of shared keys that Twilio signs webhooks with: ``key:secret``, by commas."""

    sms_prices: str | None = Field(None, alias="PARLEY_SMS_PRICES")
    """A JSON file with prices of SMS by country; None for estimates of Twilio's list prices."""

    smtp_url: SmtpUrl | None = Field(None, alias="PARLEY_SMTP_URL")
    """The mail server: smtp:// or smtps://, with user and password where it asks for them."""

    public_url: Url | None = Field(None, alias="PARLEY_PUBLIC_URL")
    """Where providers reach the webhooks: the address of Firebase Hosting."""

    port_offset: int = Field(0, alias="PARLEY_PORT_OFFSET", ge=0, le=65_535)

    batch_size: int = Field(
        limits.CAMPAIGN_BATCH, alias="PARLEY_BATCH_SIZE", ge=1, le=limits.CAMPAIGN_BATCH
    )
    """Recipients of a campaign in one batch."""

    campaign_ramp: int | None = Field(
        None, alias="PARLEY_CAMPAIGN_RAMP", ge=0, le=limits.CAMPAIGN_RAMP
    )
    """Operations a second with which campaigns begin; 0 for no ramp, None for the default."""

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] = Field(
        "INFO", alias="PARLEY_LOG_LEVEL"
    )

    enforce_app_check: bool = Field(False, alias="PARLEY_ENFORCE_APP_CHECK")
    """Whether callables refuse calls without a token of App Check."""

    health_port: Port | None = Field(None, alias="PARLEY_HEALTH_PORT")
    """The port on which a worker answers ``/healthz``; None for no health server."""

    stall_seconds: float = Field(60.0, alias="PARLEY_STALL_SECONDS", gt=0)
    """A worker is unhealthy if messages wait and nothing has moved for this time."""

    loop_blocked_seconds: float = Field(30.0, alias="PARLEY_LOOP_BLOCKED_SECONDS", gt=0)
    """A worker whose event loop is blocked for this time ends itself, to be restarted."""

    drain_seconds: float = Field(7.0, alias="PARLEY_DRAIN_SECONDS", ge=0, le=600)
    """The time that a stopping worker gives to running work. The contract's 10 seconds, less the
    time to cancel, return messages and acknowledge."""

    @property
    def is_local(self) -> bool:
        """Whether documents or SMS go to a stand-in on this machine."""
        return self.firestore_emulator_host is not None or self.twilio_url is not None

    @property
    def ramp(self) -> int:
        """Operations a second with which campaigns begin; 0 for no ramp, as on emulators."""
        if self.campaign_ramp is not None:
            return self.campaign_ramp
        is_real = self.firestore_emulator_host is None and not self.project_id.startswith("demo-")
        return limits.RAMP_OPERATIONS if is_real else 0

    @property
    def missing_for_sms(self) -> tuple[str, ...]:
        """The variables without which no SMS can be sent; the local stack has its own."""
        needed = {
            "TWILIO_ACCOUNT_SID": self.twilio_account_sid,
            "TWILIO_AUTH_TOKEN": self.twilio_auth_token,
        }
        unset = tuple(name for name, value in needed.items() if value is None)
        return () if self.is_local else unset

    @property
    def bucket(self) -> str:
        """The bucket of uploaded files; new projects have theirs at ``firebasestorage.app``."""
        return self.storage_bucket or f"{self.project_id}.firebasestorage.app"

    @property
    def webhook_keys(self) -> dict[str, str]:
        """The secrets that Twilio signs webhooks with, by the key that a request names."""
        if self.twilio_webhook_keys is None:
            return {}
        pairs = self.twilio_webhook_keys.get_secret_value().split(",")
        split = (pair.strip().partition(":") for pair in pairs)
        return {key: secret for key, _, secret in split}

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read the known variables; an empty one counts as not set.

        Raises ``SettingsError`` that names every wrong variable at once.
        """
        variables = [str(field.alias) for field in cls.model_fields.values()]
        said = {name: environment[name].strip() for name in variables if environment.get(name)}
        said = {name: value for name, value in said.items() if value}
        if "GCLOUD_PROJECT" not in said and (project := _project(environment, said)):
            said["GCLOUD_PROJECT"] = project
        try:
            return cls.model_validate(said)
        except ValidationError as wrong:
            raise SettingsError(_explain(wrong)) from None


def _project(environment: Mapping[str, str], said: Mapping[str, str]) -> str | None:
    """Return the project without ``GCLOUD_PROJECT``: its newer variable, or the local stack's."""
    if newer := environment.get("GOOGLE_CLOUD_PROJECT", "").strip():
        return newer
    return LOCAL_PROJECT if "FIRESTORE_EMULATOR_HOST" in said else None


def _explain(wrong: ValidationError) -> str:
    return "\n".join(_explain_one(dict(error)) for error in wrong.errors(include_url=False))


def _explain_one(error: dict[str, Any]) -> str:
    variable = ".".join(str(part) for part in error["loc"])
    if error["type"] == "missing":
        return (
            f"{variable} is not set: name the Firebase project in it, or set "
            "FIRESTORE_EMULATOR_HOST for the local stack (.env.example lists all variables)."
        )
    problem = str(error["msg"]).removeprefix("Value error, ")
    value = "(secret)" if variable in _SECRETS else repr(error["input"])
    return f"{variable}={value} cannot be used: {problem}. Correct it or unset it."
