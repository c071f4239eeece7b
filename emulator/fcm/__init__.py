"""A stand-in for Firebase Cloud Messaging's HTTP v1 API, for which there is no emulator.

`python -m emulator.fcm` serves it. Tokens (and installation ids) that begin with `dead` are
answered as unregistered, those that begin with `foreign` as belonging to another sender. Everything
else that can go wrong is ordered under `/_/faults`.

A fault's `code` decides who speaks (`errors.ordered`): FCM itself for a code of its own, or one
that is nobody's; Google's layer before it for one of Google's (`UNAUTHENTICATED`,
`PERMISSION_DENIED`, `NOT_FOUND`) or a reason such as `SERVICE_DISABLED`; a proxy for `HTML`, with a
page, and `EMPTY`, without a body. Without a code, FCM says what that status usually means.
"""
