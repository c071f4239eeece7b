"""Requests to Cloud Storage, and what its rules say of them."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from emulator.binaries import ROOT, find_firestore
from emulator.java import find_java
from tests.rules.acting import Document

RULES = ROOT / "rules" / "storage.rules"
PNG: Document = {"size": 200_000, "contentType": "image/png"}
DOCUMENTS_A_REQUEST = 2
"""As many documents of Firestore as rules for Cloud Storage may look at."""


@dataclass(frozen=True)
class Request:
    """Somebody (nobody: None) wants to do something with the file at a path."""

    method: str
    uid: str | None
    path: str
    new: Document | None = None
    old: Document | None = None
    claims: Document = field(default_factory=dict)


class StorageRules:
    """The rules in Google's engine, from entering on until leaving."""

    def __init__(self, rules: Path = RULES) -> None:
        java = find_java().path
        library = java.parent.parent / "lib" / "server" / library_name()
        command = [sys.executable, "-m", "tests.rules.storage.engine", str(rules)]
        self._command = [*command, str(find_firestore().path), str(library)]

    def __enter__(self) -> "StorageRules":
        self._process = subprocess.Popen(
            self._command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.issues: list[str] = self._hear()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.communicate()

    def verdict(self, request: Request, documents: Mapping[str, Document]) -> str:
        """`allowed` or `denied`; fails where more documents are looked at than may be."""
        judged = self.judge(request, documents)
        looked_at = set(judged["asked"])
        assert len(looked_at) <= DOCUMENTS_A_REQUEST, f"{sorted(looked_at)} are too many"
        return "allowed" if judged["permit"] else "denied"

    def judge(self, request: Request, documents: Mapping[str, Document]) -> Document:
        auth = None if request.uid is None else {"uid": request.uid, "token": request.claims}
        seen = {"auth": auth, "time": datetime.now(UTC), "resource": request.new}
        asked = {
            "method": request.method,
            "path": request.path,
            "request": seen,
            "resource": request.old,
            "documents": documents,
        }
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(asked, default=time) + "\n")
        self._process.stdin.flush()
        answer: Document = self._hear()
        return answer

    def _hear(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the engine has ended"
        return json.loads(line)


def time(value: datetime) -> Document:
    return {"$time": int(value.timestamp())}


def library_name() -> str:
    return "libjvm.dylib" if sys.platform == "darwin" else "libjvm.so"
