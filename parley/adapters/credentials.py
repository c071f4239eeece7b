"""Check for Google Cloud credentials, with a clear error if there are none."""

from __future__ import annotations

import google.auth
from google.auth.exceptions import DefaultCredentialsError

from parley.errors import PermanentError


class NoCredentials(PermanentError):
    """There are no default credentials; the message says how to get some or do without."""


def require_credentials() -> None:
    """Raise :class:`NoCredentials` unless this machine has default credentials."""
    try:
        google.auth.default()
    except DefaultCredentialsError as error:
        raise NoCredentials(
            "there are no Google Cloud credentials on this machine: set FIRESTORE_EMULATOR_HOST, "
            "PUBSUB_EMULATOR_HOST and PARLEY_FCM_URL for the local stack (`make up` prints them), "
            "or run `gcloud auth application-default login`, or set "
            "GOOGLE_APPLICATION_CREDENTIALS to a service account's key"
        ) from error
