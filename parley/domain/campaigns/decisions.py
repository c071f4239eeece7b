"""Decide for one person of a campaign: the channel and the text, or why there is none. Pure.

Sending, previewing and explaining ask the same function, so they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from parley.domain.campaigns.campaign import Campaign
from parley.domain.campaigns.fallbacks import falls_back_at, last_channel
from parley.domain.campaigns.kinds import MessageText, Person
from parley.domain.campaigns.past_members import check_past, check_willing
from parley.domain.campaigns.templates import (
    Allowance,
    BodyTemplate,
    OverAllowance,
    TemplateError,
)
from parley.domain.delivery import push
from parley.domain.delivery.routing import (
    Exclusion,
    RouteContext,
    check_consent,
    check_person,
    choose_channel,
    sms_number,
)
from schema import limits
from schema.addressees import Addressee, UnreadableField
from schema.campaigns import CampaignChannel
from schema.reasons import RecipientReason, RecipientState
from schema.storable import check_text
from schema.visible import is_blank

NOT_IN_SERVICE = Exclusion(RecipientState.SKIPPED, RecipientReason.NOT_IN_SERVICE)
EMPTY_BODY = Exclusion(RecipientState.FAILED, RecipientReason.EMPTY_BODY)


@dataclass(frozen=True, slots=True)
class Decision:
    """A person gets ``text`` on ``channel``; ``no_push`` is why no push follows it."""

    channel: CampaignChannel
    text: MessageText
    no_push: Exclusion | None = None


class Decider:
    """Decides person by person; what they share is built once.

    ``holders`` is filled with who gets the SMS for a number: the first of those who have it.
    ``allowance``: the steps of all their texts together; raise ``OverAllowance`` above it.
    """

    def __init__(
        self,
        campaign: Campaign,
        service_name: str,
        context: RouteContext,
        holders: dict[str, str] | None = None,
        allowance: Allowance | None = None,
    ) -> None:
        self._allowance = allowance
        self._campaign = campaign
        self._is_group = campaign.kind.shared_chat_id(campaign) is not None
        self._holders = {} if holders is None else holders
        self._context = context
        self._attachments = len(campaign.job.message.attachments or ())
        self._shared = {
            "service": {"name": service_name},
            "campaign": {"name": campaign.job.name},
        }
        self._limits = {
            channel: limits.SMS_BODY if channel == "sms" else limits.CHAT_BODY
            for channel in campaign.job.channels
        }

    def decide(self, person: Person) -> Decision | Exclusion:
        """Return what happens to this person now."""
        if person.user is None:
            return NOT_IN_SERVICE
        left = check_past(person) or check_willing(person, is_group=self._is_group)
        if left is not None:
            return left
        channels = channels_of(self._campaign, person)
        addressee = self._addressee(person, channels)
        channel = choose_channel(addressee, channels, self._context)
        if isinstance(channel, Exclusion):
            return channel
        excluded = check_person(addressee, self._context)
        if excluded is not None:
            return excluded
        text = self._text(addressee, channel)
        if isinstance(text, Exclusion):
            return text
        if text.number is not None:
            self._holders[text.number] = person.uid
        no_push = check_consent(addressee, "push", self._context)
        return Decision(channel, text, no_push)

    def shared_text(self) -> MessageText | None:
        """Return the text of a message that all share, None if there is none to show."""
        text = self._text(Addressee({}), "chat")
        return None if isinstance(text, Exclusion) else text

    def _addressee(self, person: Person, channels: Sequence[CampaignChannel]) -> Addressee:
        """Return the person as the router sees them, after those who were decided before."""
        addressee = person.addressee()
        if self._holders and "sms" in channels:
            number = sms_number(addressee, self._context)
            holder = None if isinstance(number, Exclusion) else self._holders.get(number)
            if holder not in (None, person.uid):
                return replace(addressee, is_number_taken=True)
        return addressee

    def _text(self, addressee: Addressee, channel: CampaignChannel) -> MessageText | Exclusion:
        """Return the person's text, or why there is none: an error concerns that person alone."""
        try:
            shown = addressee.shown_to_templates(self._campaign.user_fields)
            body = self._rendered(self._campaign.body, shown)
            title = self._rendered(self._campaign.title, shown)
        except UnreadableField as wrong:
            return _failed(RecipientReason.INVALID_USER, str(wrong))
        except TemplateError as wrong:
            return _failed(RecipientReason.TEMPLATE_ERROR, str(wrong))
        is_sms = channel == "sms"
        shows_nothing = body is None or is_blank(body)
        if shows_nothing and (is_sms or not self._attachments):
            return EMPTY_BODY
        title = None if is_sms else title
        for name, text, limit in (
            ("text", body, self._limits[channel]),
            ("title", title, limits.CHAT_TITLE),
        ):
            if text is not None and (length := limits.length(text)) > limit:
                detail = f"the {name} has {length} characters (limit: {limit})"
                return _failed(RecipientReason.BODY_TOO_LONG, detail)
        return MessageText(
            body=None if shows_nothing else body,
            title=title or None,
            preview="" if is_sms else push.preview(body, self._attachments),
            number=str(sms_number(addressee, self._context)) if is_sms else None,
            until=falls_back_at(self._campaign, channel, self._context.now),
        )

    def _rendered(self, template: BodyTemplate | None, user: Mapping[str, Any]) -> str | None:
        if template is None:
            return None
        try:
            text = template.render(
                {"user": user, **self._shared}, now=self._context.now, allowance=self._allowance
            )
            check_text(text)
        except (TemplateError, OverAllowance):
            raise
        except Exception as error:
            raise TemplateError(f"rendering failed: {type(error).__name__}: {error}") from error
        return text


def channels_of(campaign: Campaign, person: Person) -> Sequence[CampaignChannel]:
    """Return the channels that a person may still be reached on."""
    last = last_channel(person.entry)
    return campaign.job.channels if last is None else [last]


def _failed(reason: RecipientReason, detail: str) -> Exclusion:
    return Exclusion(RecipientState.FAILED, reason, detail)
