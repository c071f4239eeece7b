"""Models of the Firestore tree and of the queue payloads.

The innermost layer. It imports nothing else of Parley, so rules, functions, workers, the stack and
the clients can all be checked against it.
"""

from schema import (
    zones as zones,  # Must run before any other import asks for a time zone; see ``schema.zones``.
)
