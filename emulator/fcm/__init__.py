"""A stand-in for Firebase Cloud Messaging's HTTP v1 API, for which there is no emulator.

`python -m emulator.fcm` serves it. Tokens (and installation ids) that begin with `dead` are
answered as unregistered, those that begin with `foreign` as belonging to another sender. Everything
else that can go wrong is ordered under `/_/faults`.
"""
