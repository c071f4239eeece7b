"""The closed lists of states, reasons and codes in documents and answers."""

from __future__ import annotations

from enum import StrEnum


class CampaignState(StrEnum):
    """The state of a campaign."""

    QUEUED = "queued"
    PLANNING = "planning"
    SCHEDULED = "scheduled"
    RUNNING = "running"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    COMPLETED = "completed"
    COMPLETED_WITH_ERRORS = "completedWithErrors"
    FAILED = "failed"

    @property
    def is_final(self) -> bool:
        """Return whether the campaign is over."""
        return self in _FINAL_CAMPAIGN_STATES


_FINAL_CAMPAIGN_STATES = frozenset(
    {
        CampaignState.CANCELLED,
        CampaignState.COMPLETED,
        CampaignState.COMPLETED_WITH_ERRORS,
        CampaignState.FAILED,
    }
)


class RecipientState(StrEnum):
    """The state of one recipient. States change only forward, in this order."""

    PLANNED = "planned"
    HELD = "held"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    REPLIED = "replied"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"

    @property
    def is_terminal(self) -> bool:
        """Whether the person counts towards the campaign's completion.

        One that is unknown does: a later word of the provider settles it, if there is one.
        """
        return self not in _OPEN_RECIPIENT_STATES


_OPEN_RECIPIENT_STATES = frozenset(
    {RecipientState.PLANNED, RecipientState.HELD, RecipientState.SENDING}
)


class RecipientReason(StrEnum):
    """Why a recipient was skipped, held, failed or is unknown.

    A provider's own error is ``providerError:`` and its code.
    """

    NO_CONSENT = "noConsent"
    OPTED_OUT = "optedOut"
    NO_PHONE = "noPhone"
    INVALID_PHONE = "invalidPhone"
    NO_DEVICE = "noDevice"
    BLOCKED = "blocked"
    DUPLICATE_PHONE = "duplicatePhone"
    FREQUENCY_CAP = "frequencyCap"
    OUTSIDE_WINDOW = "outsideWindow"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    NOT_IN_SERVICE = "notInService"
    TEMPLATE_ERROR = "templateError"
    EMPTY_BODY = "emptyBody"
    BODY_TOO_LONG = "bodyTooLong"
    INVALID_USER = "invalidUser"
    STORE_REJECTED = "storeRejected"
    GIVEN_UP = "givenUp"
    ANSWER_LOST = "answerLost"
    PERSON_LIMIT = "personLimit"
    PREFIX_LIMIT = "prefixLimit"
    SPEND_CAP = "spendCap"
    NO_SENDER = "noSender"
    INVALID_SETTINGS = "invalidSettings"

    @property
    def is_of_sms_worker(self) -> bool:
        """Whether only the worker that sends the SMS finds this; such a person is never skipped."""
        return self in _OF_SMS_WORKERS


_OF_SMS_WORKERS = frozenset(
    {
        RecipientReason.PERSON_LIMIT,
        RecipientReason.PREFIX_LIMIT,
        RecipientReason.SPEND_CAP,
        RecipientReason.NO_SENDER,
        RecipientReason.INVALID_SETTINGS,
    }
)


class PushOutcome(StrEnum):
    """The outcome of the push to one recipient of a campaign."""

    HANDED_OVER = "handedOver"
    NO_DEVICE = "noDevice"
    MUTED = "muted"
    NO_CONSENT = "noConsent"
    ALREADY_READ = "alreadyRead"
    UNCONFIRMED = "unconfirmed"
    FAILED = "failed"


class CampaignError(StrEnum):
    """Why a whole campaign failed, or ended with errors.

    ``ALL_FAILED``: nobody was reached, all for the same reason. ``GIVEN_UP``: work that could not
    be done was parked, and the people who waited for it failed. ``EXPIRED``: ``expireAt`` came
    before anybody was planned. ``UNKNOWN_LIST``: the distribution list of the audience does not
    exist, or has neither members nor a filter.
    """

    INVALID_JOB = "invalidJob"
    SERVICE_NOT_FOUND = "serviceNotFound"
    NOT_ALLOWED = "notAllowed"
    NOT_SUPPORTED = "notSupported"
    TEMPLATE_ERROR = "templateError"
    INVALID_FILTER = "invalidFilter"
    UNKNOWN_LIST = "unknownList"
    EXPIRED = "expired"
    ALL_FAILED = "allFailed"
    GIVEN_UP = "givenUp"


class CallableReason(StrEnum):
    """``details.reason`` of a callable's error."""

    UNAUTHENTICATED = "unauthenticated"
    INVALID_ARGUMENT = "invalidArgument"
    SELF_CHAT = "selfChat"
    BLOCKED = "blocked"
    NOT_STAFF = "notStaff"
    UNKNOWN_SERVICE = "unknownService"
    UNKNOWN_USER = "unknownUser"
    UNIQUE_NAME_TAKEN = "uniqueNameTaken"
    UNKNOWN_CHAT = "unknownChat"
    WRONG_KIND = "wrongKind"
    NOT_A_MEMBER = "notAMember"
    NOT_ALLOWED = "notAllowed"
    LAST_OWNER = "lastOwner"
    NOT_SNOOZED = "notSnoozed"
    ALREADY_ASSIGNED = "alreadyAssigned"
    PAST_TIME = "pastTime"
    UNKNOWN_MESSAGE = "unknownMessage"
    OWN_MESSAGE = "ownMessage"
    SYSTEM_MESSAGE = "systemMessage"
    TOO_MANY_REPORTS = "tooManyReports"
    UNKNOWN_REPORT = "unknownReport"
    UNKNOWN_CAMPAIGN = "unknownCampaign"
    UNKNOWN_JOB = "unknownJob"
    WRONG_STATE = "wrongState"
    UNKNOWN_LIST = "unknownList"
    UNKNOWN_FILE = "unknownFile"
    UNREADABLE_FILE = "unreadableFile"
    BANNED = "banned"
    OPTED_OUT = "optedOut"
    TOO_MANY = "tooMany"
    CONTENDED = "contended"
    INTERNAL = "internal"


class ReportReason(StrEnum):
    """The reason for reporting a message."""

    SPAM = "spam"
    HARASSMENT = "harassment"
    HATE = "hate"
    VIOLENCE = "violence"
    SEXUAL = "sexual"
    SELF_HARM = "selfHarm"
    FRAUD = "fraud"
    ILLEGAL = "illegal"
    OTHER = "other"


class ReportResolution(StrEnum):
    """The staff's decision: the report was right, or it was not."""

    UPHELD = "upheld"
    DISMISSED = "dismissed"


class DeadLetterCode(StrEnum):
    """Why a queue message was dead-lettered."""

    MALFORMED = "malformed"
    UNKNOWN_VERSION = "unknownVersion"
    PERMANENT = "permanent"
    EXHAUSTED = "exhausted"
    POISON = "poison"


class SystemEvent(StrEnum):
    """The event that a system message reports."""

    CREATED = "created"
    JOINED = "joined"
    LEFT = "left"
    REMOVED = "removed"
    RENAMED = "renamed"
    ROLE = "role"
    INVITED = "invited"
    OPENED = "opened"
    CLOSED = "closed"
    MUTED = "muted"
