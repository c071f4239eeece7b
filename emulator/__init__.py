"""The local stack: Firebase's emulators, stand-ins for vendors that have none, and the demo."""
