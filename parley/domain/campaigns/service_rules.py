"""What a service says about its campaigns: its name, hours, cap and budgets. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from parley.domain.campaigns.campaign import Campaign
from parley.domain.delivery.routing import RouteContext
from schema import limits
from schema.base import ClosedDocument
from schema.campaigns import CampaignChannel
from schema.channel_settings import SmsSettings
from schema.sending_window import RECIPIENT, SendingWindow
from schema.services import Budgets, FrequencyCap
from schema.users import RECENT_CAMPAIGNS
from schema.visible import is_blank

_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)

AnySetting = TypeVar("AnySetting", bound=ClosedDocument)


@dataclass(frozen=True, slots=True)
class ServiceRules:
    """The settings of a service that campaigns obey; ``name`` fits the title of a chat."""

    name: str
    window: SendingWindow | None = None
    cap: FrequencyCap | None = None
    budgets: Budgets | None = None
    sms: SmsSettings | None = None

    @classmethod
    def read(cls, service_id: str, fields: Mapping[str, Any]) -> ServiceRules:
        """Read ``services/{serviceId}``; a setting that cannot be read counts as missing."""
        name = fields.get("name")
        return cls(
            name=_as_title(name if isinstance(name, str) and not is_blank(name) else service_id),
            window=_setting(SendingWindow, fields.get("window")),
            cap=_setting(FrequencyCap, fields.get("frequencyCap")),
            budgets=_setting(Budgets, fields.get("budgets")),
            sms=_setting(SmsSettings, fields.get("sms")),
        )

    def budget(self, channel: CampaignChannel) -> int | None:
        """Return how many messages a minute the service sends on a channel, None for no limit."""
        if self.budgets is None:
            return None
        return self.budgets.chat if channel == "chat" else self.budgets.sms

    def person_fields(self, campaign: Campaign) -> tuple[str, ...]:
        """Return the fields that these rules need of a person."""
        context = self.context(campaign, _ANY_TIME)
        zone = context.window is not None and context.window.time_zone == RECIPIENT
        return (
            *(("timeZone",) if zone else ()),
            *((RECENT_CAMPAIGNS,) if context.is_capped else ()),
        )

    def context(self, campaign: Campaign, now: datetime) -> RouteContext:
        """Return what the people of a campaign are checked against at a time.

        A campaign's own window goes before the service's, which holds marketing alone.
        """
        job, schedule = campaign.job, campaign.job.schedule
        own = schedule.window if schedule is not None else None
        is_marketing = job.purpose == "marketing"
        return RouteContext(
            purpose=job.purpose,
            now=now,
            window=own or (self.window if is_marketing else None),
            cap=self.cap,
            expire_at=schedule.expire_at if schedule is not None else None,
            countries=tuple(self.sms.countries) if self.sms and self.sms.countries else None,
            source=campaign.id,
        )


def _setting(model: type[AnySetting], value: Any) -> AnySetting | None:
    return model.parse_or_none(value) if isinstance(value, Mapping) else None


def _as_title(name: str) -> str:
    """Return a name, shortened to fit the title of a chat."""
    fits = limits.length(name) <= limits.CHAT_TITLE
    return name if fits else name[: limits.CHAT_TITLE // 2]
