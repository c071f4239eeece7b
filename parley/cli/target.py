"""Which project a command acts on: a local stack or a project of Google's, and never both.

In this order: `--project` or `--local`; the emulators that the environment names; the project that
it names; and where it names nothing, the local stack that runs in this checkout. A real project
named in the environment while a local stack runs is refused: one of the two is an oversight.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from parley.cli.output import Failed
from parley.settings import Settings

if TYPE_CHECKING:
    from emulator.stack_state import RunningStack

PROJECT_VARIABLES = ("GCLOUD_PROJECT", "GOOGLE_CLOUD_PROJECT")
FIRESTORE = "FIRESTORE_EMULATOR_HOST"
PUBSUB = "PUBSUB_EMULATOR_HOST"
AUTH = "FIREBASE_AUTH_EMULATOR_HOST"
EMULATOR_VARIABLES = (FIRESTORE, PUBSUB, AUTH)
FCM = "PARLEY_FCM_URL"
OFFSET = "PARLEY_PORT_OFFSET"
NOT_REAL = "demo-"
"""What the name of a project that exists on emulators alone begins with, for Google's tools too."""

STARTS_ONE = "`make up` starts a local stack, which this command then finds by itself"


@dataclass(frozen=True, slots=True)
class Target:
    """Where a command acts, and by what that was decided."""

    settings: Settings
    why: str

    @property
    def is_local(self) -> bool:
        return self.settings.firestore_emulator_host is not None or (
            self.settings.pubsub_emulator_host is not None
        )

    def __str__(self) -> str:
        settings = self.settings
        if not self.is_local:
            return f"project {settings.project_id} of Google Cloud ({self.why})"
        address = settings.firestore_emulator_host or settings.pubsub_emulator_host
        return f"the local stack at {address}, project {settings.project_id} ({self.why})"


def choose(
    environment: Mapping[str, str],
    stacks: Sequence[RunningStack],
    *,
    project: str | None = None,
    local: bool = False,
    needs: Sequence[str] = (FIRESTORE, PUBSUB),
) -> Target:
    """Decide; raises `Failed` with the way out where nothing, or too much, is said.

    `needs` are the emulators without which a command would reach the real product.
    """
    said = {name: value.strip() for name, value in environment.items() if value.strip()}
    emulators = [name for name in EMULATOR_VARIABLES if name in said]
    named = next((name for name in PROJECT_VARIABLES if name in said), None)
    if project is not None:
        return _project_told(said, project, emulators)
    if local:
        return _stack(
            _without(said, *EMULATOR_VARIABLES, *PROJECT_VARIABLES, FCM), stacks, "--local"
        )
    is_real = named is not None and not said[named].startswith(NOT_REAL)
    if emulators:
        missing = [name for name in needs if name not in said]
        if missing and is_real:
            raise Failed(
                f"{' and '.join(emulators)} lead to emulators and {' and '.join(missing)} is not "
                f"set, so that a part would reach {said[named or '']} of Google Cloud. Set all "
                "of them, or none."
            )
        return Target(Settings.from_environment(said), f"by {emulators[0]}")
    if not is_real:
        return _stack(said, stacks, "it runs in this checkout")
    if stacks:
        raise Failed(
            f"{named} names {said[named or '']} of Google Cloud, and a local stack runs in this "
            f"checkout. Say which is meant: --project {said[named or '']}, or --local."
        )
    return Target(Settings.from_environment(said), f"by {named}")


def running_stacks() -> Sequence[RunningStack]:
    """The local stacks of this checkout; a deployed package has none."""
    if importlib.util.find_spec("emulator") is None:
        return ()
    from emulator import stack_state

    return stack_state.running_stacks()


def _project_told(said: Mapping[str, str], project: str, emulators: Sequence[str]) -> Target:
    if project.startswith(NOT_REAL):
        raise Failed(
            f"--project {project}: a project of this name exists on emulators alone. {STARTS_ONE}."
        )
    if emulators:
        raise Failed(
            f"--project {project} is a project of Google Cloud, and {', '.join(emulators)} lead to "
            "emulators. Unset what is not meant."
        )
    settings = Settings.from_environment({**said, "GCLOUD_PROJECT": project})
    return Target(settings, "by --project")


def _stack(said: Mapping[str, str], stacks: Sequence[RunningStack], why: str) -> Target:
    stack = _pick(said.get(OFFSET), stacks)
    return Target(Settings.from_environment({**stack.environment, **said}), why)


def _pick(offset: str | None, stacks: Sequence[RunningStack]) -> RunningStack:
    if not stacks:
        raise Failed(
            f"no local stack runs in this checkout, and nothing names a project. {STARTS_ONE}. "
            "For a project of Google Cloud give --project, or set GCLOUD_PROJECT."
        )
    chosen = [stack for stack in stacks if offset in (None, str(stack.offset))]
    if len(chosen) == 1:
        return chosen[0]
    running = ", ".join(f"{OFFSET}={stack.offset}" for stack in stacks)
    if chosen:
        raise Failed(f"several local stacks run in this checkout; choose one by {running}")
    raise Failed(f"no local stack with {OFFSET}={offset} runs in this checkout; there is {running}")


def _without(said: Mapping[str, str], *names: str) -> dict[str, str]:
    return {name: value for name, value in said.items() if name not in names}
