"""The Firebase CLI's configuration for the local stack: `firebase.json` with moved ports.

The CLI takes ports only from its configuration, and refuses paths outside its folder. So the
derived file is written beside `firebase.json`, one for each offset.
"""

import copy
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from emulator.ports import HOST, Ports

# The CLI's names of our ports, where they differ.
SERVICES = ("auth", "eventarc", "firestore", "functions", "hosting", "hub", "logging", "pubsub")


def derive(config: Mapping[str, Any], ports: Ports, functions: bool = True) -> dict[str, Any]:
    """Return the configuration on other ports; without `functions` it loads none."""
    derived = copy.deepcopy(dict(config))
    emulators = derived.setdefault("emulators", {})
    for service in (*SERVICES, "tasks"):
        emulators[service] = {"host": HOST, "port": ports.by_name()[service]}
    emulators["firestore"]["websocketPort"] = ports.firestore_websocket
    emulators["ui"] = {"enabled": False}
    if not functions:
        derived.pop("functions", None)
        # Its rewrites lead to functions, and the pages call them.
        derived.pop("hosting", None)
    if not derived.get("hosting"):
        emulators.pop("hosting", None)
    # Functions run in the environment that runs us; the CLI looks for an interpreter of the
    # configured version in it. What is deployed keeps the version of firebase.json.
    version = f"python{sys.version_info.major}{sys.version_info.minor}"
    for codebase in codebases(derived):
        codebase["runtime"] = version
    return derived


def codebases(config: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the function codebases; the CLI accepts one as well as a list."""
    found = config.get("functions", [])
    return found if isinstance(found, list) else [found]


def emulators_of(config: Mapping[str, Any]) -> list[str]:
    """Return the emulators that the configuration needs."""
    wanted = ["auth", "firestore", "pubsub"]
    wanted += ["functions"] if codebases(config) else []
    wanted += ["hosting"] if config.get("hosting") else []
    return wanted


def write_derived(root: Path, ports: Ports, offset: int, functions: bool = True) -> Path:
    """Write the derived configuration beside `firebase.json` and return its path."""
    config = json.loads((root / "firebase.json").read_text())
    path = root / f".parley.firebase.{offset}.json"
    path.write_text(json.dumps(derive(config, ports, functions), indent=2) + "\n")
    return path
