"""Find the Firestore and Pub/Sub emulators.

In this order: the variable that the Firebase CLI reads too, the Google Cloud SDK, and the downloads
of the CLI. If none is found, the CLI downloads one when the stack starts.
"""

import os
import shutil
import subprocess
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from emulator.found import Found, NotFound

ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / ".parley"

FIRESTORE_VARIABLE = "FIRESTORE_EMULATOR_BINARY_PATH"
PUBSUB_VARIABLE = "PUBSUB_EMULATOR_BINARY_PATH"
FIRESTORE_MAIN = "com.google.cloud.datastore.emulator.firestore.CloudFirestore"
MANIFEST_LINE_BYTES = 72


def find_firestore(environment: Mapping[str, str] = os.environ) -> Found:
    """Return a jar that `java -jar` runs as the Firestore emulator."""
    if found := from_variable(FIRESTORE_VARIABLE, environment):
        return found
    for sdk in sdk_roots(environment):
        jar = sdk / "platform" / "cloud-firestore-emulator" / "cloud-firestore-emulator.jar"
        if jar.exists():
            launcher = write_launcher(jar, STATE / "firestore-launcher.jar")
            return Found(launcher, f"starts {jar} of the Google Cloud SDK")
    if downloaded := newest(cli_cache(environment), "cloud-firestore-emulator-*.jar"):
        return Found(downloaded, "downloaded by the Firebase CLI")
    raise not_found("Firestore", "cloud-firestore-emulator", FIRESTORE_VARIABLE)


def find_pubsub(environment: Mapping[str, str] = os.environ) -> Found:
    """Return the start script of the Pub/Sub emulator."""
    if found := from_variable(PUBSUB_VARIABLE, environment):
        return found
    for sdk in sdk_roots(environment):
        script = sdk / "platform" / "pubsub-emulator" / "bin" / "cloud-pubsub-emulator"
        if script.exists():
            return Found(script, "from the Google Cloud SDK")
    pattern = "pubsub-emulator-*/pubsub-emulator/bin/cloud-pubsub-emulator"
    if downloaded := newest(cli_cache(environment), pattern):
        return Found(downloaded, "downloaded by the Firebase CLI")
    raise not_found("Pub/Sub", "pubsub-emulator", PUBSUB_VARIABLE)


def from_variable(variable: str, environment: Mapping[str, str]) -> Found | None:
    """Return the path that a variable names; raise `NotFound` if it does not exist."""
    if not (told := environment.get(variable)):
        return None
    if not Path(told).exists():
        raise NotFound(f"{variable} points at {told}, which does not exist.")
    return Found(Path(told), f"from {variable}")


def sdk_roots(environment: Mapping[str, str]) -> Iterator[Path]:
    """Yield the possible roots of the Google Cloud SDK: gcloud's own, then usual places."""
    gcloud = shutil.which("gcloud", path=environment.get("PATH"))
    if gcloud:
        # A gcloud on the PATH is in SDK/bin, links to it, or is a package's wrapper that knows it.
        yield Path(gcloud).resolve().parent.parent
    home = Path(environment.get("HOME", os.path.expanduser("~")))
    for spot in (
        home / "google-cloud-sdk",
        Path("/usr/lib/google-cloud-sdk"),
        Path("/usr/share/google-cloud-sdk"),
        Path("/opt/google-cloud-sdk"),
        Path("/snap/google-cloud-cli/current"),
        Path("/opt/homebrew/share/google-cloud-sdk"),
        Path("/usr/local/share/google-cloud-sdk"),
    ):
        if spot.is_dir():
            yield spot
    if gcloud and (told := ask_gcloud(gcloud)):
        # Last, because it takes a second, and the places above nearly always suffice.
        yield told


def ask_gcloud(gcloud: str) -> Path | None:
    """Ask gcloud for the SDK's root."""
    command = [gcloud, "info", "--format=value(installation.sdk_root)"]
    try:
        told = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    root = told.stdout.strip()
    return Path(root) if root else None


def cli_cache(environment: Mapping[str, str]) -> Path:
    """Return the folder in which the Firebase CLI keeps downloaded emulators."""
    if told := environment.get("FIREBASE_EMULATORS_PATH"):
        return Path(told)
    home = Path(environment.get("HOME", os.path.expanduser("~")))
    return home / ".cache" / "firebase" / "emulators"


def newest(folder: Path, pattern: str) -> Path | None:
    """Return the newest match, or None."""
    matches = sorted(folder.glob(pattern), key=lambda path: path.stat().st_mtime)
    return matches[-1] if matches else None


def manifest(jar: Path) -> bytes:
    """Return a manifest that starts the Firestore emulator in `jar`.

    The SDK's jar names no main class, but the Firebase CLI runs `java -jar`. The jar format limits
    lines to 72 bytes with the line end; a continuation begins with a space.
    """
    lines = [
        "Manifest-Version: 1.0",
        f"Main-Class: {FIRESTORE_MAIN}",
        f"Class-Path: {jar.resolve().as_uri()}",
    ]
    return b"".join(wrap(line) for line in lines) + b"\r\n"


def wrap(line: str) -> bytes:
    """Return one manifest header, cut into lines of the allowed length."""
    room = MANIFEST_LINE_BYTES - len(b"\r\n")
    rest = line.encode()
    out = rest[:room]
    rest = rest[room:]
    while rest:
        out += b"\r\n " + rest[: room - 1]
        rest = rest[room - 1 :]
    return out + b"\r\n"


def write_launcher(jar: Path, launcher: Path) -> Path:
    """Write a jar with only a manifest, unless it is there already."""
    wanted = manifest(jar)
    if launcher.exists():
        with zipfile.ZipFile(launcher) as there:
            if there.read("META-INF/MANIFEST.MF") == wanted:
                return launcher
    launcher.parent.mkdir(parents=True, exist_ok=True)
    # Written to another name and renamed, because several test processes may do this at once.
    fresh = launcher.with_suffix(f".{os.getpid()}.tmp")
    with zipfile.ZipFile(fresh, "w") as archive:
        archive.writestr("META-INF/MANIFEST.MF", wanted)
    fresh.replace(launcher)
    return launcher


def not_found(product: str, component: str, variable: str) -> NotFound:
    """Return the error that says how to get the emulator."""
    return NotFound(
        f"No {product} emulator was found. `gcloud components install {component}` or "
        f"`npx firebase setup:emulators:{product.lower().replace('/', '')}` brings one, "
        f"or point {variable} at it."
    )
