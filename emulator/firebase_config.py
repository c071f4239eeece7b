"""The configuration that the local stack gives to the Firebase CLI: `firebase.json`, ports moved.

The CLI takes ports from its configuration alone, and refuses paths outside the folder that the
configuration lies in. So the derived file lies beside `firebase.json`, one for each offset.
"""

import copy
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from emulator.ports import HOST, Ports

# What the CLI calls each of our ports, where that is not the same word.
SERVICES = ("auth", "eventarc", "firestore", "functions", "hosting", "hub", "logging", "pubsub")


def derive(config: Mapping[str, Any], ports: Ports, functions: bool = True) -> dict[str, Any]:
    """The same project on other ports; without `functions` nothing of them is loaded."""
    derived = copy.deepcopy(dict(config))
    emulators = derived.setdefault("emulators", {})
    for service in (*SERVICES, "tasks"):
        emulators[service] = {"host": HOST, "port": ports.by_name()[service]}
    emulators["firestore"]["websocketPort"] = ports.firestore_websocket
    emulators["ui"] = {"enabled": False}
    if not functions:
        derived.pop("functions", None)
    if not derived.get("hosting"):
        emulators.pop("hosting", None)
    # Functions run in the environment that runs us; the CLI looks for an interpreter of the
    # configured version in it. What is deployed keeps the version of firebase.json.
    version = f"python{sys.version_info.major}{sys.version_info.minor}"
    for codebase in codebases(derived):
        codebase["runtime"] = version
    return derived


def codebases(config: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The function codebases; the CLI takes one as well as a list."""
    found = config.get("functions", [])
    return found if isinstance(found, list) else [found]


def emulators_of(config: Mapping[str, Any]) -> list[str]:
    """Which emulators the configuration has work for."""
    wanted = ["auth", "firestore", "pubsub"]
    wanted += ["functions"] if codebases(config) else []
    wanted += ["hosting"] if config.get("hosting") else []
    return wanted


def write_derived(root: Path, ports: Ports, offset: int, functions: bool = True) -> Path:
    """Write the derived configuration beside `firebase.json` and answer where."""
    config = json.loads((root / "firebase.json").read_text())
    path = root / f".parley.firebase.{offset}.json"
    path.write_text(json.dumps(derive(config, ports, functions), indent=2) + "\n")
    return path
