"""Wait for a condition with a deadline: the one place of the local stack that sleeps."""

import time
from collections.abc import Callable
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

POLL_SECONDS = 0.05


def wait_until(condition: Callable[[], bool], *, seconds: float, what: str) -> None:
    """Return as soon as `condition` holds; raise `TimeoutError` naming `what` at the deadline.

    A condition that can no longer come true should raise, so that nobody waits in vain.
    """
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"Waited {seconds:g} s in vain for {what}")
        time.sleep(POLL_SECONDS)


def answers(url: str) -> bool:
    """Whether an HTTP server answers there at all, whatever it says."""
    try:
        with urlopen(url, timeout=2):
            return True
    except HTTPError:
        return True
    except (URLError, OSError):
        return False
