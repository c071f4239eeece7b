"""Choose the project that a command acts on: a local stack or a Google Cloud project.

In this order: `--project` or `--local`; the emulators named in the environment; the project named
in the environment; the local stack that runs in this checkout. A real project in the environment is
refused while a local stack runs, because one of the two is an oversight.
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
PROVIDERS = (
    "PARLEY_FCM_URL",
    "PARLEY_TWILIO_URL",
    "TWILIO_ACCOUNT_SID",
    "TWILIO_AUTH_TOKEN",
    "PARLEY_PUBLIC_URL",
)
OFFSET = "PARLEY_PORT_OFFSET"
NOT_REAL = "demo-"
"""The prefix of projects that exist only on emulators. Google's tools use it too."""

STARTS_ONE = "`make up` starts a local stack, and this command then finds it"


@dataclass(frozen=True, slots=True)
class Target:
    """The project that a command acts on, and why it was chosen."""

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
            return f"Google Cloud project {settings.project_id} ({self.why})"
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
    """Return the target; raise `Failed` with the way out if it is missing or ambiguous.

    `needs` names the emulators without which the command would reach the real product.
    """
    said = {name: value.strip() for name, value in environment.items() if value.strip()}
    emulators = [name for name in EMULATOR_VARIABLES if name in said]
    named = next((name for name in PROJECT_VARIABLES if name in said), None)
    if project is not None:
        return _real_project(said, project, emulators)
    if local:
        others = (*EMULATOR_VARIABLES, *PROJECT_VARIABLES, *PROVIDERS)
        return _local_stack(_without(said, *others), stacks, "--local")
    is_real = named is not None and not said[named].startswith(NOT_REAL)
    if emulators:
        missing = [name for name in needs if name not in said]
        if missing and is_real:
            raise Failed(
                f"{' and '.join(emulators)} lead to emulators and {' and '.join(missing)} is not "
                f"set, so a part would reach the Google Cloud project {said[named or '']}. Set all "
                "of them, or none."
            )
        return Target(Settings.from_environment(said), f"by {emulators[0]}")
    if not is_real:
        return _local_stack(said, stacks, "it runs in this checkout")
    if stacks:
        raise Failed(
            f"{named} names the Google Cloud project {said[named or '']}, but a local stack runs "
            f"in this checkout. Choose one: --project {said[named or '']}, or --local."
        )
    return Target(Settings.from_environment(said), f"by {named}")


def running_stacks() -> Sequence[RunningStack]:
    """Return the local stacks that run in this checkout; a deployed package has none."""
    if importlib.util.find_spec("emulator") is None:
        return ()
    from emulator import stack_state

    return stack_state.running_stacks()


def _real_project(said: Mapping[str, str], project: str, emulators: Sequence[str]) -> Target:
    if project.startswith(NOT_REAL):
        raise Failed(
            f"--project {project}: a project with this name exists only on emulators. {STARTS_ONE}."
        )
    if emulators:
        raise Failed(
            f"--project {project} is a Google Cloud project, but {', '.join(emulators)} lead to "
            "emulators. Unset one of them."
        )
    settings = Settings.from_environment({**said, "GCLOUD_PROJECT": project})
    return Target(settings, "by --project")


def _local_stack(said: Mapping[str, str], stacks: Sequence[RunningStack], why: str) -> Target:
    stack = _pick(said.get(OFFSET), stacks)
    return Target(Settings.from_environment({**stack.environment, **said}), why)


def _pick(offset: str | None, stacks: Sequence[RunningStack]) -> RunningStack:
    if not stacks:
        raise Failed(
            f"no local stack runs in this checkout, and nothing names a project. {STARTS_ONE}. "
            "For a Google Cloud project, give --project or set GCLOUD_PROJECT."
        )
    chosen = [stack for stack in stacks if offset in (None, str(stack.offset))]
    if len(chosen) == 1:
        return chosen[0]
    running = ", ".join(f"{OFFSET}={stack.offset}" for stack in stacks)
    if chosen:
        raise Failed(f"several local stacks run in this checkout; choose one by {running}")
    raise Failed(f"no local stack with {OFFSET}={offset} runs in this checkout; running: {running}")


def _without(said: Mapping[str, str], *names: str) -> dict[str, str]:
    return {name: value for name, value in said.items() if name not in names}
