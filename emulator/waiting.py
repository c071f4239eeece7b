"""Wait for a condition with a deadline. Nothing else in the local stack sleeps."""

import time
from collections.abc import Callable
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

POLL_SECONDS = 0.05


def wait_until(condition: Callable[[], bool], *, seconds: float, what: str) -> None:
    """Return when `condition` holds; raise `TimeoutError` naming `what` at the deadline.

    A condition that can no longer hold should raise.
    """
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"Waited {seconds:g} s for {what}, without success")
        time.sleep(POLL_SECONDS)


def answers(url: str) -> bool:
    """Return whether an HTTP server answers there, with any status."""
    try:
        with urlopen(url, timeout=2):
            return True
    except HTTPError:
        return True
    except (URLError, OSError):
        return False
