"""A stand-in for Twilio's Messages API (2010-04-01), which has no emulator.

`python -m emulator.twilio` serves it: create, fetch, list, update and delete of messages, signed
status callbacks, and signed inbound webhooks. The account is the one of `TWILIO_ACCOUNT_SID` and
`TWILIO_AUTH_TOKEN`, else a made-up one.

Every message is `sent` 50 ms after it was accepted, and `delivered` 50 ms later. Tests request all
other ends under `/_/faults`; a fault concerns creates alone. Its `status` from 400 on refuses the
create with its `code`, or the usual code of the status. `HTML` and `EMPTY` are a proxy's answers.
A fault with a `code` and no such status accepts the message and decides how it ends: a number is
the error code of a message that fails, a word is its last status (`sent`, `read`, `failed`, ...).

Twilio's magic numbers work too (https://www.twilio.com/docs/iam/test-credentials): +15005550001 is
invalid, +15005550002 cannot be routed, and so on.
"""
