"""A stand-in for Firebase Cloud Messaging's HTTP v1 API, which has no emulator.

`python -m emulator.fcm` serves it. Tokens (and installation ids) that begin with `dead` are
answered as unregistered, and those that begin with `foreign` as belonging to another sender. Tests
request all other errors under `/_/faults`.

A fault's `code` decides who answers (`errors.ordered_answer`): FCM itself for its own or unknown
codes; Google's layer before it for Google's codes (`UNAUTHENTICATED`, `PERMISSION_DENIED`,
`NOT_FOUND`) or a reason such as `SERVICE_DISABLED`; a proxy for `HTML`, with a page, and `EMPTY`,
without a body. Without a code, FCM gives the usual meaning of the status.
"""
