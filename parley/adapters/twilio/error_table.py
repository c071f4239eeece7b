"""Classify what a call of Twilio raises, as an answer of the delivery engine. Pure.

By HTTP status rather than by code, as Twilio advises, since it keeps adding codes
(https://help.twilio.com/articles/48916449686299): 429 and 5xx may work later, other 4xx never.
Codes are named only where the status says too little.
"""

from __future__ import annotations

from pyreqwest.exceptions import DetailedPyreqwestError, RequestError
from twilio.base.exceptions import TwilioRestException, TwilioServiceException

from parley.adapters.twilio.failed_requests import may_be_sent, reason_of
from parley.adapters.twilio.http_client import TwilioRefusal
from parley.domain.delivery.job_answers import Lost, Refused, Temporary
from parley.structured_logging import get_log

QUEUE_FULL = 21611
"""The sender's queue at Twilio holds all that it can send in time; a 400."""

OUR_CONFIGURATION = frozenset({20003, 20005, 20006, 20008, 20403, 20404})
"""Codes about our account rather than about the message: wrong credentials, an account that is not
active, access denied, test credentials, forbidden, no such account."""

_OUR_STATUSES = frozenset({401, 403, 404, 405, 407})
"""Statuses that say so without a code: each concerns the address or the credentials, which are the
same for every message."""

_BUSY = frozenset({408, 425, 429})
_NO_ANSWER_BEHIND = frozenset({502, 504})
"""Statuses by which a gateway tells that it got no proper answer itself."""

_log = get_log("twilio")


def classify_twilio_error(error: Exception) -> Temporary | Refused | Lost:
    """Return what an error of a ``create`` says about the message.

    ``Lost`` where Twilio may have accepted it: the connection broke or timed out after the request
    was sent, or a gateway gave up waiting for Twilio. An answer by Twilio is believed.
    """
    match error:
        case TwilioRefusal():
            return _classify_answer(
                error.status, error.code or 0, error.msg, error.has_code, error.retry_after
            )
        case TwilioRestException():
            return _classify_answer(error.status, error.code or 0, error.msg, True, None)
        case TwilioServiceException():
            message = error.detail or error.title
            return _classify_answer(error.status, error.code, message, True, None)
    if isinstance(error, RequestError) and not may_be_sent(error):
        return Temporary("noConnection", f"no connection to Twilio: {reason_of(error)}")
    if isinstance(error, DetailedPyreqwestError):
        return Lost(f"no answer from Twilio: {reason_of(error)}")
    return Lost(f"no answer from Twilio: {type(error).__name__} {error}".strip())


def _classify_answer(
    status: int, code: int, message: str, has_code: bool, retry_after: float | None
) -> Temporary | Refused | Lost:
    if status in _NO_ANSWER_BEHIND and not has_code:
        return Lost(f"a gateway before Twilio answered {status}: {message}")
    if status >= 500 or status in _BUSY or code == QUEUE_FULL:
        return Temporary(str(code), message, retry_after)
    if code in OUR_CONFIGURATION or (status in _OUR_STATUSES and not has_code):
        return _misconfigured(status, code, message, retry_after)
    if status == 401 or status < 400:
        # A redirect comes from something between us and Twilio: an address that is not Twilio's.
        return _misconfigured(status, code, message, retry_after)
    return Refused(str(code), message)


def _misconfigured(status: int, code: int, message: str, retry_after: float | None) -> Temporary:
    _log.error("twilio.misconfigured", status=status, code=code, error=message)
    sentence = (
        f"{message}; this concerns the account rather than the message: check TWILIO_ACCOUNT_SID, "
        "TWILIO_AUTH_TOKEN and the state of the account"
    )
    return Temporary(str(code), sentence, retry_after)
