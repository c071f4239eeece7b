"""The context of one command: where to act, and how to print."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from parley.cli.target import Target, choose

if TYPE_CHECKING:
    from emulator.stack_state import RunningStack
    from parley.settings import Settings


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The environment variables, and a function that finds the running local stacks."""

    environment: Mapping[str, str]
    find_stacks: Callable[[], Sequence[RunningStack]]


@dataclass(frozen=True, slots=True)
class Invocation:
    """The options that every command takes, and the environment."""

    surroundings: Surroundings
    as_json: bool
    project: str | None = None
    local: bool = False

    def choose(self, *needs: str) -> Target:
        """Return the target; raise `Failed` if it is not clear. `needs` names emulators."""
        return choose(
            self.surroundings.environment,
            self.surroundings.find_stacks(),
            project=self.project,
            local=self.local,
            needs=needs,
        )

    async def connect(self, *needs: str) -> Settings:
        """Print the target and return its settings; raise `Failed` if it does not answer."""
        from parley.cli.reachable import require_answers

        target = self.choose(*needs)
        print(f"parley: on {target}", file=sys.stderr)
        await require_answers(target.settings, needs)
        return target.settings
