"""Imports point inwards.

schema <- parley.store <- parley.domain <- services, adapters <- bootstrap <- the rest.
"""

from pathlib import Path

import pytest

from tests.architecture.sources import Module, modules

STORE = ("schema", "parley.errors", "parley.store")
DOMAIN = (*STORE, "parley.domain", "parley.queues")

MAY_IMPORT = {
    "schema": ("schema",),
    "parley.errors": ("parley.errors",),
    "parley.store": STORE,
    "parley.domain": (*STORE, "parley.domain"),
    "parley.queues": DOMAIN,
    "parley.triggers": DOMAIN,
    "parley.blocked_ports": ("parley.blocked_ports",),
    "parley.setting_forms": ("parley.setting_forms", "parley.blocked_ports"),
    "parley.settings": ("schema", "parley.settings", "parley.setting_forms"),
    "parley.structured_logging": ("parley.structured_logging",),
    "parley.services": (*DOMAIN, "parley.services", "parley.structured_logging"),
    "parley.adapters": (
        *DOMAIN,
        "parley.adapters",
        "parley.settings",
        "parley.structured_logging",
    ),
    "parley.wiring": (
        *DOMAIN,
        "parley.services",
        "parley.wiring",
        "parley.settings",
        "parley.structured_logging",
        "parley.triggers",
    ),
    "parley.testing": (*DOMAIN, "parley.testing"),
    "parley.bootstrap": ("schema", "parley"),
    "parley.connect": ("schema", "parley"),
    # An entry point, like those below; its doctor looks at the local stack.
    "parley.cli": ("schema", "parley", "emulator"),
    "parley": ("schema", "parley"),
    "functions": ("schema", "parley", "functions"),
    "workers": ("schema", "parley", "workers"),
    "emulator": ("schema", "parley", "workers", "emulator"),
}
"""A layer, and what it may import of ours; the longest name that fits a module is its layer."""

OURS = ("schema", "parley", "functions", "workers", "emulator", "bench", "tests")

SDK_HOMES = {
    "google": ("parley.adapters", "functions", "emulator"),
    "firebase_admin": ("parley.adapters", "functions", "emulator"),
    "grpc": ("parley.adapters", "functions", "emulator"),
    "twilio": ("parley.adapters", "functions", "emulator"),
    # No vendor's, but HTTP is a matter for the edge: adapters call by it, entry points serve by it.
    "aiohttp": ("parley.adapters", "parley.cli", "functions", "workers", "emulator"),
    "firebase_functions": ("functions",),
    "structlog": ("parley.structured_logging",),
}
"""A vendor's package, and who may import it."""

SOURCES = modules("schema", "parley", "functions", "workers", "emulator")
FUNCTIONS_OWN = {
    module.name.split(".")[1] for module in SOURCES if module.name.startswith("functions.")
}


def is_within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def layer_of(module: Module) -> str:
    return max((layer for layer in MAY_IMPORT if is_within(module.name, layer)), key=len)


def own(imported: str, importer: Module) -> str | None:
    """The imported module's name if it is ours; ``functions/`` is first on its own path."""
    if is_within(importer.name, "functions") and imported.split(".")[0] in FUNCTIONS_OWN:
        return f"functions.{imported}"
    return imported if imported.split(".")[0] in OURS else None


def outward_imports(module: Module) -> list[str]:
    allowed = MAY_IMPORT[layer_of(module)]
    return [
        name
        for imported in module.imports
        if (name := own(imported, module)) and not any(is_within(name, one) for one in allowed)
    ]


def misplaced_sdks(module: Module) -> list[str]:
    return [
        imported
        for imported in module.imports
        if (homes := SDK_HOMES.get(imported.split(".")[0])) is not None
        and not any(is_within(module.name, home) for home in homes)
    ]


def test_imports_point_inwards() -> None:
    wrong = {module.name: found for module in SOURCES if (found := outward_imports(module))}

    assert not wrong


def test_only_adapters_and_entry_points_know_a_vendor() -> None:
    wrong = {module.name: found for module in SOURCES if (found := misplaced_sdks(module))}

    assert not wrong


@pytest.mark.parametrize(
    ("name", "line", "is_wrong"),
    [
        ("parley.services.x", "from parley.adapters import system", True),
        ("parley.services.x", "import parley.adapters.system", True),
        ("parley.services.x", "from ..adapters import system", True),
        ("parley.services.x", "from . import y", False),
        ("parley.adapters.x", "from parley.services.y import z", True),
        ("parley.domain.x", "from parley import settings", True),
        ("parley.domain.x", "from schema import ids", False),
        ("schema.x", "from parley.domain import ports", True),
        ("parley.store.x", "from parley.domain import ports", True),
        ("parley.domain.x", "from parley.store import Update", False),
        ("workers.x", "from functions import main", True),
        ("functions.x", "from workers import runner", True),
        ("functions.x", "def late():\n    from workers import runner", True),
        ("parley.domain.x", "from google.cloud import firestore", True),
        ("parley.services.x", "import firebase_admin", True),
        ("parley.services.x", "import aiohttp", True),
        ("emulator.x", "import aiohttp", False),
        ("emulator.x", "from firebase_functions import https_fn", True),
        ("functions.x", "from firebase_functions import https_fn", False),
        ("parley.adapters.fcm.x", "from firebase_admin import messaging", False),
    ],
)
def test_a_wrong_import_is_found(tmp_path: Path, name: str, line: str, is_wrong: bool) -> None:
    path = tmp_path / "x.py"
    path.write_text(line + "\n", encoding="utf-8")
    module = Module(path, name)

    assert bool(outward_imports(module) + misplaced_sdks(module)) is is_wrong
