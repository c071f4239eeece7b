"""What an author should look at before a campaign is sent. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from parley.domain.campaigns.previews import Preview
from parley.domain.delivery.sender_rates import queue_warning
from schema.reasons import RecipientReason

_REASON = RecipientReason
_FAILURES = {
    _REASON.EMPTY_BODY: "the text shows nothing for {people}; give each field a default",
    _REASON.TEMPLATE_ERROR: "the text cannot be rendered for {people}; look at what it assumes",
    _REASON.BODY_TOO_LONG: "the text is too long for {people}; shorten it, or what it shows",
    _REASON.INVALID_USER: "the record of {people} has a wrong field; correct the records",
}


def warnings_of(preview: Preview) -> list[str]:
    """Return sentences for the author, the most important first."""
    return list(_warnings(preview))


def _warnings(preview: Preview) -> Iterator[str]:
    tally, job = preview.tally, preview.campaign.job
    if not tally.audience:
        yield "The audience is empty: the campaign ends at once and nobody gets it."
        return
    if not tally.will_send:
        yield f"Nobody of the {_people(tally.audience)} in the audience gets the message."
    for reason, text in _FAILURES.items():
        if count := tally.failed_by[reason]:
            yield _sentence(text.format(people=_people(count)))
    no_consent = tally.skipped_by[_REASON.NO_CONSENT]
    if no_consent * 2 > tally.audience:
        yield (
            f"Most people have not agreed: {no_consent} of {tally.audience} get nothing by "
            f"{' or '.join(job.channels)} for the purpose {job.purpose}."
        )
    if tally.held:
        yield (
            f"{_people(tally.held)} {_are(tally.held)} outside the sending window and held, the "
            f"last until {tally.held_until:%Y-%m-%d %H:%M} UTC."
        )
    late = tally.too_late + preview.forecast.left
    if late:
        yield (
            f"The campaign expires before {_people(late)} can get it; begin earlier, let it expire "
            "later, or raise the throttle."
        )
    if job.kind == "group" and preview.campaign.user_fields:
        yield (
            "The text of a group is written once for everybody: user."
            f"{' and user.'.join(sorted(preview.campaign.user_fields))} shows nothing but its "
            "default."
        )
    if preview.campaign.sends_sms:
        yield from _sms_warnings(preview)


def _sms_warnings(preview: Preview) -> Iterator[str]:
    tally, job = preview.tally, preview.campaign.job
    if count := tally.skipped_by[_REASON.DUPLICATE_PHONE]:
        shares = "share" if count > 1 else "shares"
        yield f"{_people(count)} {shares} a phone number with another, who gets the one SMS."
    if tally.sms_segments > tally.sms_messages:
        yield (
            f"{tally.sms_messages} SMS take {tally.sms_segments} segments, and each is paid for; "
            "a shorter text, or one without emoji and special characters, takes fewer."
        )
    if preview.sms_sender is not None:
        slow = queue_warning(preview.sms_sender, tally.sms_segments)
        if slow is not None:
            yield f"{slow}."
    if job.message.attachments or job.message.title:
        yield "An SMS carries neither the title nor attachments; only the text is sent."
    if job.fallback is not None and tally.will_send:
        yield (
            f"A person who is not reached by {job.channels[0]} within {job.fallback.after_minutes} "
            f"minutes gets the message by {job.channels[1]} too; that is not counted here."
        )


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."
