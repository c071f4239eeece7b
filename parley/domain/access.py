"""Who may do what, and how somebody is told that they may not."""

from __future__ import annotations

from parley.errors import ParleyError


class Refused(ParleyError):
    """A request of a person or an app is refused, with a reason from a closed list.

    ``status`` is a callable status code (``invalid-argument``, ``permission-denied``, ...).
    ``message`` ends with the way out, where this refusal knows one.
    """

    def __init__(self, status: str, reason: str, why: str, way_out: str | None = None) -> None:
        self.message = why if way_out is None else f"{why}; {way_out}"
        super().__init__(self.message)
        self.status = status
        self.reason = reason
        self.way_out = way_out
