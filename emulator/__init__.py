"""The local stack: Firebase's emulators, stand-ins for vendors that have none, and the demo."""

from schema import zones as zones  # So that no process of the stack reads the machine's zones.
