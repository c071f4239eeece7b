"""The local stack: Firebase's emulators, stand-ins for vendors without one, and the demo."""

from schema import (
    zones as zones,  # Ensures that no process of the stack reads the machine's time zones.
)
