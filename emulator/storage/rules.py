"""The rules for Cloud Storage in Google's own engine, which runs in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from emulator.binaries import ROOT, find_firestore
from emulator.java import find_java

RULES = ROOT / "rules" / "storage.rules"
MOST_DOCUMENTS = 2
"""As many documents of Firestore as rules for Cloud Storage may look at for one request."""

Document = dict[str, Any]


@dataclass(frozen=True)
class Request:
    """Somebody (nobody: None) wants to do something with the file at a path."""

    method: str
    uid: str | None
    path: str
    new: Document | None = None
    old: Document | None = None
    claims: Document = field(default_factory=dict)


class TooManyDocuments(Exception):
    """The rules look at more documents for one request than Cloud Storage lets them."""


class StorageRules:
    """The rules in the engine, from entering on until leaving."""

    def __init__(self, rules: Path = RULES) -> None:
        java = find_java().path
        library = java.parent.parent / "lib" / "server" / library_name()
        command = [sys.executable, "-m", "emulator.storage.engine", str(rules)]
        self._command = [*command, str(find_firestore().path), str(library)]

    def __enter__(self) -> StorageRules:
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

    def permits(self, request: Request, fetch: Callable[[str], Document | None]) -> bool:
        """Return the verdict on a request; `fetch` gets a document of Firestore by its path.

        What the rules want to look at shows only while they are judged, so they are judged again
        with each document that was missing.
        """
        known: dict[str, Document | None] = {}
        while True:
            judged = self.judge(request, known)
            missing = set(judged["asked"]) - set(known)
            if len(known) + len(missing) > MOST_DOCUMENTS:
                raise TooManyDocuments(f"{sorted(set(known) | missing)} are too many documents")
            if not missing:
                return bool(judged["permit"])
            known |= {path: fetch(path) for path in missing}

    def judge(self, request: Request, documents: Mapping[str, Document | None]) -> Document:
        """Return `{permit, asked, error}` for a request that sees these documents and no other."""
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
        if not line:
            raise RuntimeError("the engine of the rules for Cloud Storage has ended")
        return json.loads(line)


def time(value: datetime) -> Document:
    return {"$time": int(value.timestamp())}


def library_name() -> str:
    return "libjvm.dylib" if sys.platform == "darwin" else "libjvm.so"
