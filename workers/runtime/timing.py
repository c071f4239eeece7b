"""The times of a runner."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """The runner's times, in seconds of the event loop."""

    drain_timeout: float = 7.0
    """What started work gets to finish after the runner is told to stop."""

    final_pull_timeout: float = 5.0
    """What open pulls get to end at a drain, as they do within the subscriber's deadline. A pull
    that is cancelled may still be filled, and its messages come a lease later."""

    settle_delay: float = 0.25
    """Between cancelling pulls and giving messages back; the queue must notice the first."""

    final_ack_timeout: float = 1.5
    """What the last acknowledgements may take."""

    stall_timeout: float = 60.0
    """A runner that makes no progress for so long while messages wait is unhealthy."""

    extend_interval: float | None = None
    """Between two extensions of the leases; None for a third of the lease."""

    health_interval: float = 1.0
    waiting_interval: float = 30.0
    """Between two health checks, and two reads of how long work has waited in the tree."""
