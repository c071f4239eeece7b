"""Find out at Twilio whether it took an SMS whose answer was lost.

https://www.twilio.com/docs/messaging/api/message-resource#read-multiple-message-resources
"""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from twilio.rest import Client

from parley.adapters.twilio.message_info import TwilioMessage, failure_of, message_info
from parley.domain.delivery.job_answers import Accepted, Answer, Temporary
from parley.domain.delivery.sms import SmsRequest
from parley.domain.delivery.sms_provider import SETTLED_AFTER, proves_absence
from parley.domain.ports import Clock, JobAttempt

if TYPE_CHECKING:
    from twilio.rest.api.v2010.account.message import MessageInstance

CLOCK_SKEW = timedelta(minutes=1)
PAGE_SIZE = 200
PAGES = 10
"""So many pages of messages to one number are read; more say nothing for sure."""


class TwilioLookUp:
    """A ``JobLookUp`` of SMS, by recipient, sender, text and time.

    It does not filter by ``DateSent``: a message that waits in Twilio's queue, up to ten hours, has
    none yet, and must not pass for one that was not accepted.
    """

    def __init__(self, client: Client, *, clock: Clock, page_size: int = PAGE_SIZE) -> None:
        self._client = client
        self._clock = clock
        self._page_size = page_size

    async def look_up(self, request: SmsRequest, attempt: JobAttempt) -> Answer | None:
        """Return what became of an attempt; ``Temporary`` if Twilio has no such message.

        None if it is too early to tell, or if the number has too many messages to read.
        """
        now = self._clock.now()
        earliest = attempt.started_at - CLOCK_SKEW
        latest = (attempt.lost_by or now) + SETTLED_AFTER
        pages = 0
        page = await self._client.messages.page_async(to=request.to, page_size=self._page_size)
        while page is not None:
            pages += 1
            found = list(page)
            for message in found:
                if _is_it(message, request) and _is_within(message, earliest, latest):
                    return _answer(TwilioMessage.from_instance(message), request.body)
            # Newest first, so what follows is older still.
            if any(_is_before(message, earliest) for message in found):
                break
            if pages == PAGES:
                return None
            page = await page.next_page_async()
        if not proves_absence(attempt, now):
            return None
        return Temporary(
            "notAccepted", "the answer was lost, and Twilio has no such message; it was not sent"
        )


def _answer(message: TwilioMessage, body: str) -> Answer:
    return failure_of(message, body) or Accepted(message_info(message, body))


def _is_it(message: MessageInstance, request: SmsRequest) -> bool:
    if not str(message.direction or "outbound").startswith("outbound"):
        return False
    if request.messaging_service_sid is not None:
        is_sender = message.messaging_service_sid == request.messaging_service_sid
    else:
        is_sender = message.from_ == request.sender
    return is_sender and _reads_as(message.body or "", request.body)


def _reads_as(sent: str, asked: str) -> bool:
    """Compare texts by their letters and digits.

    A messaging service may replace quotes, dashes and spaces (smart encoding), and a trial account
    puts its own sentence in front.
    """
    if sent == asked:
        return True
    words = _letters(asked)
    return _letters(sent).endswith(words) if words else sent.endswith(asked)


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text)
    return "".join(character for character in plain if character.isalnum())


def _is_within(message: MessageInstance, earliest: datetime, latest: datetime) -> bool:
    created = message.date_created
    return created is None or earliest <= created <= latest


def _is_before(message: MessageInstance, earliest: datetime) -> bool:
    created = message.date_created
    return created is not None and created < earliest
