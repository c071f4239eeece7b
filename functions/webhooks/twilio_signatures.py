"""Check the signatures of Twilio's webhooks, as https://www.twilio.com/docs/usage/security says."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qs

from twilio.request_validator import (
    SIGNATURE_HEADER,
    SIGNATURE_SETTINGS_HEADER,
    RequestValidator,
    get_signature_algorithm,
)

from parley.settings import Settings
from parley.structured_logging import get_log
from webhooks.webhook_requests import (
    SignedWebhook,
    WebhookRefused,
    WebhookRequest,
    json_fields,
    split_target,
)

BODY_DIGEST = "bodySHA256"

_REFUSED = "the signature is missing or wrong"

log = get_log("functions.twilio_signatures")


class TwilioSignatures:
    """Checks that a request comes from one Twilio account, for one public address.

    ``keys``: the secrets of shared keys by their ids. A request that names a key is checked with
    that key's secret alone.
    """

    def __init__(
        self, *, public_url: str, account_sid: str, auth_token: str, keys: Mapping[str, str]
    ) -> None:
        self._public_url = public_url
        self._account_sid = account_sid
        self._auth_token = auth_token
        self._keys = keys

    @classmethod
    def from_settings(cls, settings: Settings) -> TwilioSignatures:
        """Return the check by the settings; raise ``WebhookRefused`` if one is missing."""
        public_url, account_sid = settings.public_url, settings.twilio_account_sid
        auth_token = settings.twilio_auth_token
        if public_url is None or account_sid is None or auth_token is None:
            missing = [
                name
                for name, value in (
                    ("PARLEY_PUBLIC_URL", public_url),
                    ("TWILIO_ACCOUNT_SID", account_sid),
                    ("TWILIO_AUTH_TOKEN", auth_token),
                )
                if value is None
            ]
            log.error("webhook.notConfigured", missing=missing)
            raise WebhookRefused(503, "Twilio is not set up here")
        return cls(
            public_url=public_url,
            account_sid=account_sid,
            auth_token=auth_token.get_secret_value(),
            keys=settings.webhook_keys,
        )

    def require_signed(self, request: WebhookRequest) -> SignedWebhook:
        """Return the request with the path and the query that were signed.

        Raise ``WebhookRefused`` for a wrong signature, and for one of another account.
        """
        validator, algorithm = self._validator(request)
        target = self._signed_target(request, validator, algorithm)
        if target is None:
            raise WebhookRefused(403, _REFUSED)
        path, query = split_target(target)
        fields = request.form if request.json_text is None else json_fields(request.json_text)
        signed = SignedWebhook(path, query, fields)
        if any(sid != self._account_sid for sid in fields.getlist("AccountSid")):
            log.error("webhook.otherAccount", accountSid=signed.value("AccountSid")[:34])
            raise WebhookRefused(403, "this is for another account")
        return signed

    def _signed_target(
        self, request: WebhookRequest, validator: RequestValidator, algorithm: str
    ) -> str | None:
        signature = request.header(SIGNATURE_HEADER)
        if not signature:
            return None
        params = request.form if request.json_text is None else request.json_text
        for target in request.targets:
            if request.json_text is not None and not _has_digest(target):
                continue  # Nothing would cover the body.
            url = self._public_url + target
            if validator.validate(url, params, signature, algorithm):
                return target
        return None

    def _validator(self, request: WebhookRequest) -> tuple[RequestValidator, str]:
        """Return the validator with the secret that the request names, and the algorithm."""
        settings = request.header(SIGNATURE_SETTINGS_HEADER)
        if not settings:
            return RequestValidator(self._auth_token), get_signature_algorithm("")
        key = _setting(settings, "key")
        secret = self._keys.get(key or "")
        if secret is None or _setting(settings, "algorithm") is None:
            log.error(
                "webhook.unknownKey",
                key=(key or "")[:80],
                wayOut="add its secret to PARLEY_TWILIO_WEBHOOK_KEYS",
            )
            raise WebhookRefused(403, _REFUSED)
        return RequestValidator(secret), get_signature_algorithm(settings)


def _setting(header: str, name: str) -> str | None:
    for part in header.split(","):
        found, _, value = part.partition("=")
        if found.strip() == name and value.strip():
            return value.strip()
    return None


def _has_digest(target: str) -> bool:
    return len(parse_qs(split_target(target)[1]).get(BODY_DIGEST, [])) == 1
