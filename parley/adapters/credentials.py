"""Check for Google Cloud credentials, with a clear error if there are none."""

from __future__ import annotations

import os

import google.auth
from google.auth.exceptions import GoogleAuthError

from parley.errors import PermanentError

VARIABLE = "GOOGLE_APPLICATION_CREDENTIALS"
_LOCAL = (
    "for the local stack set FIRESTORE_EMULATOR_HOST, PUBSUB_EMULATOR_HOST and PARLEY_FCM_URL "
    "(`make up` prints them)"
)


class NoCredentials(PermanentError):
    """There are no usable default credentials.

    ``found`` says what is wrong, and ``way_out`` how to get some or do without.
    """

    def __init__(self, found: str, way_out: str) -> None:
        super().__init__(f"{found}: {way_out}")
        self.found = found
        self.way_out = way_out


def require_credentials() -> None:
    """Raise :class:`NoCredentials` unless this machine has default credentials."""
    try:
        google.auth.default()
    except GoogleAuthError as error:
        named = os.environ.get(VARIABLE)
        if named is None:
            raise NoCredentials(
                "there are no Google Cloud credentials on this machine",
                "run `gcloud auth application-default login`, or set "
                f"{VARIABLE} to the file of a service account's key; {_LOCAL}",
            ) from error
        raise NoCredentials(
            f"{VARIABLE}={named} cannot be used ({_first_words(error)})",
            "name a file that holds a service account's key, or unset the variable and run "
            f"`gcloud auth application-default login`; {_LOCAL}",
        ) from error


def _first_words(error: Exception) -> str:
    """Return what google-auth says, without the error that it had itself."""
    return str(error.args[0] if error.args else error).strip().rstrip(".")
