"""Clients that act as somebody, over the same protocol as an app, so that the rules judge them.

On an emulator Google's client says `Bearer owner` and passes every rule; these say who they are
instead, in a token that the emulator takes unsigned.
"""

import base64
import json
import time
import urllib.request
from functools import cached_property
from pathlib import Path
from typing import Any

import grpc
from google.api_core.exceptions import PermissionDenied
from google.auth.credentials import AnonymousCredentials
from google.cloud import firestore
from google.cloud.firestore_v1.services.firestore import FirestoreClient
from google.cloud.firestore_v1.services.firestore.transports import FirestoreGrpcTransport

Document = dict[str, Any]

RULES = Path(__file__).resolve().parents[2] / "rules" / "firestore.rules"
DELETE = firestore.DELETE_FIELD
NOW = firestore.SERVER_TIMESTAMP
TOKEN_SECONDS = 3600
ANYBODY = AnonymousCredentials()  # type: ignore[no-untyped-call]


def unsigned_token(project: str, uid: str, claims: Document) -> str:
    now = int(time.time())
    body = {
        "iss": f"https://securetoken.google.com/{project}",
        "aud": project,
        "sub": uid,
        "user_id": uid,
        "iat": now,
        "auth_time": now,
        "exp": now + TOKEN_SECONDS,
        "firebase": {"sign_in_provider": "password", "identities": {}},
        **claims,
    }
    parts = [json.dumps(part).encode() for part in ({"alg": "none", "typ": "JWT"}, body)]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + "."


class Database:
    """One project's database on the emulator, and a client for each who acts on it."""

    def __init__(self, host: str, project: str) -> None:
        self.host = host
        self.project = project

    @cached_property
    def _api(self) -> FirestoreClient:
        channel = grpc.insecure_channel(self.host)
        return FirestoreClient(transport=FirestoreGrpcTransport(channel=channel))

    def load_rules(self, text: str) -> list[Document]:
        """Put rules in force; what the emulator finds odd in them, `HTTPError` if they are bad."""
        source = {"name": "security.rules", "content": text}
        request = urllib.request.Request(
            f"http://{self.host}/emulator/v1/projects/{self.project}:securityRules",
            data=json.dumps({"rules": {"files": [source]}}).encode(),
            headers={"Content-Type": "application/json"},
            method="PUT",
        )
        with urllib.request.urlopen(request) as answer:
            issues: list[Document] = json.load(answer).get("issues", [])
        return issues

    def server(self) -> firestore.Client:
        """The server, which no rule holds back."""
        return self._client("owner")

    def nobody(self) -> firestore.Client:
        return self._client(None)

    def user(self, uid: str, **claims: Any) -> firestore.Client:
        return self._client(unsigned_token(self.project, uid, claims))

    def _client(self, token: str | None) -> firestore.Client:
        client = firestore.Client(project=self.project, credentials=ANYBODY)
        client._firestore_api_internal = self._api
        client._rpc_metadata_internal = [
            ("google-cloud-resource-prefix", client._database_string),
            *([] if token is None else [("authorization", f"Bearer {token}")]),
        ]
        return client


def verdict(action: Any) -> str:
    """What the rules say of a request; any other error is none of theirs and goes up."""
    try:
        action()
    except PermissionDenied:
        return "denied"
    return "allowed"
