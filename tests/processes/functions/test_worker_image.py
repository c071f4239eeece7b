"""What the Dockerfile copies is enough to start a worker and the command line.

No image is built here. The folders that it names are copied as it copies them, and a process that
sees nothing else of the repository starts what its entry point names.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")

LOADED = """
import importlib, json, sys
for name in sys.argv[2:]:
    importlib.import_module(name)
root = sys.argv[1]
files = [getattr(module, "__file__", None) or "" for module in list(sys.modules.values())]
print(json.dumps(sorted(f for f in files if f.startswith(root) and "/.venv/" not in f)))
"""


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """The folder that the image works in."""
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "parley/testing" in ignored
    for source, target in re.findall(r"^COPY (\S+) (\S+)$", DOCKERFILE, re.MULTILINE):
        assert f"!{source}" in ignored
        if (ROOT / source).is_dir():
            left_out = shutil.ignore_patterns("__pycache__", "testing")
            shutil.copytree(ROOT / source, tmp_path / target, ignore=left_out)
        else:
            shutil.copy(ROOT / source, tmp_path / target)
    return tmp_path


def test_a_worker_starts_from_what_the_image_holds(image: Path) -> None:
    entry = json.loads(re.findall(r"^ENTRYPOINT (.*)$", DOCKERFILE, re.MULTILINE)[0])
    assert entry[0] == "python"

    ran = subprocess.run(
        [sys.executable, *entry[1:], "--help"],
        cwd=image,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr
    assert "campaign-batches" in ran.stdout


def test_nothing_outside_of_the_image_is_loaded(image: Path) -> None:
    names = ["workers.__main__", "workers.handlers", "parley.cli.commands", "parley.cli.main"]

    ran = subprocess.run(
        [sys.executable, "-c", LOADED, str(ROOT), *names],
        cwd=image,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == []


def test_the_image_has_the_python_of_the_functions() -> None:
    runtime = json.loads((ROOT / "firebase.json").read_text())["functions"][0]["runtime"]
    image = re.findall(r"^FROM python:(\d)\.(\d+)", DOCKERFILE, re.MULTILINE)

    assert [f"python{''.join(version)}" for version in image] == [runtime]
