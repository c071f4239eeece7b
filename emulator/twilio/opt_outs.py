"""The opt-outs of people from senders, as Twilio remembers them.

https://help.twilio.com/articles/223134027 lists the default keywords.
"""

from collections.abc import Sequence

from emulator.twilio.messages import number_of

STOP_WORDS = frozenset(
    {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"}
)
START_WORDS = frozenset({"START", "YES", "UNSTOP"})
UNSUBSCRIBED = 21610


class OptOuts:
    """Remembers opt-outs by sender and recipient; a messaging service is one sender."""

    def __init__(self) -> None:
        self._blocked: set[tuple[str, str]] = set()
        self._services: dict[str, str] = {}

    def learn_service(self, messaging_service_sid: str) -> None:
        """Remember whose number answers come to."""
        self._services[number_of(messaging_service_sid)] = messaging_service_sid

    def service_of(self, number: str) -> str | None:
        return self._services.get(number)

    def hear(self, sender: str, person: str, body: str, opt_out_type: str | None) -> None:
        """Apply what a person wrote; `opt_out_type` is Twilio's own reading of it."""
        word = opt_out_type or body.strip().upper()
        for key in self._keys(sender, person):
            if word in STOP_WORDS:
                self._blocked.add(key)
            elif word in START_WORDS:
                self._blocked.discard(key)

    def blocks(self, senders: Sequence[str | None], person: str) -> bool:
        return any((sender, person) in self._blocked for sender in senders if sender)

    def clear(self) -> None:
        self._blocked.clear()

    def _keys(self, sender: str, person: str) -> list[tuple[str, str]]:
        service = self._services.get(sender)
        return [(one, person) for one in (sender, service) if one]
