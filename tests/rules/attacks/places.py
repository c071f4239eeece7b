"""Places of the stage, by who is meant: what attacks and their twins reach for."""

from collections.abc import Callable
from typing import Any

from schema import paths
from tests.rules.acting import Document
from tests.rules.attacks.attack import Place
from tests.rules.attacks.stage import Stage


def group(stage: Stage) -> str:
    return stage.group


def direct(stage: Stage) -> str:
    return stage.direct


def shut(stage: Stage) -> str:
    return stage.shut


def broadcast(stage: Stage) -> str:
    return stage.broadcast


def case(stage: Stage) -> str:
    return stage.case


def new_chat(stage: Stage) -> str:
    return stage.new_chat


def chat(of: Place) -> Place:
    return lambda stage: paths.chat(of(stage))


def member(who: str, of: Place = group) -> Place:
    return lambda stage: paths.chat_member(of(stage), stage.uid(who))


def message(message_id: str, of: Place = group) -> Place:
    return lambda stage: paths.message(of(stage), message_id)


def said(who: str, of: Place = group) -> Place:
    """What this one has left in a chat."""
    return message(f"from-{who}", of)


def entry(message_id: str, of: Place = direct) -> Place:
    """A message's entry in the outbox."""
    return lambda stage: paths.message_queue(of(stage), message_id)


def reaction(who: str, of: Place = group) -> Place:
    """This one's, to what Alice said."""
    return lambda stage: paths.reaction(of(stage), "from-alice", stage.uid(who))


def receipt(who: str, of: Place = direct) -> Place:
    return lambda stage: paths.read_receipt(of(stage), stage.uid(who))


def typing(who: str, of: Place = direct) -> Place:
    return lambda stage: paths.typing_indicator(of(stage), stage.uid(who))


def row(who: str, of: Place = direct) -> Place:
    return lambda stage: paths.user_chat(stage.uid(who), of(stage))


def dashboard_row(stage: Stage) -> str:
    return paths.user_chat(stage.dashboard, stage.case)


def rival_dashboard_row(stage: Stage) -> str:
    return paths.user_chat(stage.rival_dashboard, stage.rival_case)


def record(who: str) -> Place:
    return lambda stage: paths.user(stage.uid(who))


def profile(who: str) -> Place:
    return lambda stage: paths.profile(stage.uid(who))


def tokens(who: str) -> Place:
    return lambda stage: paths.push_tokens(stage.uid(who))


def token_owner(who: str) -> Place:
    """Who holds this one's push token."""
    return lambda stage: paths.push_token_owner(stage.uid(who))


def block(who: str, whom: str) -> Place:
    return lambda stage: paths.user_block(stage.uid(who), stage.uid(whom))


def staff(who: str) -> Place:
    return lambda stage: paths.staff(stage.service, stage.uid(who))


def rival_staff(who: str) -> Place:
    return lambda stage: paths.staff(stage.rival, stage.uid(who))


def known(who: str) -> Place:
    """What the service knows of this one."""
    return lambda stage: paths.service_user(stage.service, stage.uid(who))


def service(stage: Stage) -> str:
    return paths.service(stage.service)


def vip(stage: Stage) -> str:
    return paths.distribution_list(stage.service, "vip")


def rival_vip(stage: Stage) -> str:
    return paths.distribution_list(stage.rival, "vip")


def under(parent: Place, rest: str) -> Place:
    return lambda stage: f"{parent(stage)}/{rest}"


def campaign(path: Callable[[str], str] = paths.campaign) -> Place:
    """The service's campaign, or what another path has of it."""
    return lambda stage: path(stage.campaign)


def rival_campaign(path: Callable[[str], str] = paths.campaign) -> Place:
    return lambda stage: path(stage.rival_campaign)


def batch(stage: Stage) -> str:
    """One of the ledger's."""
    return paths.campaign_batch(stage.campaign, "b1")


def job(path: Callable[[str], str]) -> Place:
    return lambda stage: path(stage.job)


def rival_job(path: Callable[[str], str]) -> Place:
    return lambda stage: path(stage.rival_job)


def fresh(path: Callable[[str], str]) -> Place:
    """Where nothing is yet."""
    return lambda stage: path(f"new-{stage.suffix}")


def signed(
    who: str, form: Callable[[Stage], Document], **change: Any
) -> Callable[[Stage], Document]:
    """A job written by this one, with some of its fields replaced."""
    return lambda stage: {**form(stage), "createdBy": stage.uid(who), **change}
