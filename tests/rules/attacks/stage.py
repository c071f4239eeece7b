"""Where attacks are played: the cast's world with something to steal, forge or spoil at every path.

Beside the cast there are those who try: people who were members or staff, and people whose sign-in
claims more than it proves. A rival service has one of everything too, to be reached for.
"""

from dataclasses import dataclass
from typing import Any

from google.cloud import firestore

from schema import ids, paths
from tests.rules.acting import Database, Document
from tests.rules.cast import Cast
from tests.rules.form import FUTURE, PAST
from tests.rules.forms_of_emails import email
from tests.rules.forms_of_people import attachment, device
from tests.rules.forms_of_staff import campaign, mass_message, sms

# The uid and claims of each sign-in. Other names are the members of the cast.
DISGUISES: dict[str, tuple[str, Document]] = {
    "anonymous": ("stranger", {"firebase": {"sign_in_provider": "anonymous"}}),
    "claimant": (
        "stranger",
        {"role": "owner", "admin": True, "staff": {"role": "owner"}, "serviceId": "acme"},
    ),
    "oddity": (
        "stranger",
        {"role": ["owner"], "admin": "true", "email": 7, "email_verified": "yes", "name": None},
    ),
    "impostor": ("stranger", {"email": "owner@acme.example", "email_verified": False}),
}
OUTSIDERS = ("nobody", "stranger", *DISGUISES, "removed", "former", "rival-owner")
"""None of them is in Alice's chats, nor on her service's staff."""


@dataclass(frozen=True)
class Stage(Cast):
    """The cast, with a person who was removed from the group and one who is muted in it."""

    def uid(self, who: str) -> str:
        """As whom this one signs in."""
        return self.member(DISGUISES[who][0] if who in DISGUISES else who)

    @property
    def removed(self) -> str:
        return f"removed-{self.suffix}"

    @property
    def stray(self) -> str:
        """Whom that person invited to the group before, as an admin."""
        return f"stray-{self.suffix}"

    @property
    def guest(self) -> str:
        """Whom an admin of the group has invited."""
        return f"guest-{self.suffix}"

    @property
    def muted(self) -> str:
        return f"muted-{self.suffix}"

    @property
    def blocked(self) -> str:
        """With whom Alice had a direct chat before she blocked them."""
        return f"blocked-{self.suffix}"

    @property
    def shut(self) -> str:
        return ids.direct_chat_id(self.alice, self.blocked)

    @property
    def former(self) -> str:
        """Who was an agent and left a message in the case."""
        return f"former-{self.suffix}"

    @property
    def dashboard(self) -> str:
        return ids.service_member(self.service)

    @property
    def rival_dashboard(self) -> str:
        return ids.service_member(self.rival)

    @property
    def rival_case(self) -> str:
        return ids.case_chat_id(self.bob, self.rival)

    @property
    def campaign(self) -> str:
        return f"c-{self.suffix}"

    @property
    def rival_campaign(self) -> str:
        return f"rc-{self.suffix}"

    @property
    def orphan(self) -> str:
        """A campaign of the service with a ledger, whose job is gone."""
        return f"oc-{self.suffix}"

    @property
    def job(self) -> str:
        return f"j-{self.suffix}"

    @property
    def rival_job(self) -> str:
        return f"rj-{self.suffix}"

    def documents(self) -> dict[str, Document]:
        orphan = {"serviceId": self.service, "state": "completed"}
        return {
            paths.campaign_status(self.orphan): orphan,
            **super().documents(),
            **self._people(),
            **self._services(),
            **self._chats(),
            **self._jobs(self.service, self.campaign, self.job),
            **self._jobs(self.rival, self.rival_campaign, self.rival_job),
        }

    def _people(self) -> dict[str, Document]:
        row = {"serviceId": "default", "kind": "direct", "messageCount": 5, "readCount": 2}
        documents: dict[str, Document] = {
            paths.user_chat(self.alice, self.direct): {**row, "otherUid": self.bob},
            paths.user_chat(self.bob, self.direct): {**row, "otherUid": self.alice},
            paths.user_chat(self.dashboard, self.case): {**row, "kind": "case"},
            paths.user_chat(self.rival_dashboard, self.rival_case): {**row, "kind": "case"},
            paths.user_block(self.alice, self.carol): {"createdAt": PAST},
            paths.user_block(self.alice, self.blocked): {"createdAt": PAST},
        }
        for uid in (self.alice, self.bob):
            person = {"displayName": uid, "phone": "+4915112345678", "email": f"{uid}@x.example"}
            documents[paths.user(uid)] = {**person, "createdAt": PAST, "serviceIds": ["default"]}
            documents[paths.profile(uid)] = {"displayName": uid}
            devices = {"phone": {**device(), "updatedAt": PAST}}
            documents[paths.push_tokens(uid)] = {"devices": devices, "muted": {self.direct: True}}
            documents[paths.push_token_owner(uid)] = {"uid": uid}
        return documents

    def _services(self) -> dict[str, Document]:
        documents: dict[str, Document] = {}
        for service in (self.service, self.rival):
            of_all = paths.distribution_list(service, "vip")
            documents[of_all] = {"name": "VIP", "createdAt": PAST}
            documents[f"{of_all}/members/{self.alice}"] = {"addedAt": PAST}
            documents[paths.service_audit(service, "a1")] = {"action": "campaign started"}
            documents[paths.service_user(service, self.bob)] = {
                "uid": self.bob,
                "phone": "+4915112345678",
                "tags": ["vip"],
                "consents": {},
            }
        return documents

    def _chats(self) -> dict[str, Document]:
        documents: dict[str, Document] = {
            paths.chat(self.rival_case): {"serviceId": self.rival, "kind": "case"},
            paths.chat_member(self.rival_case, self.bob): {"role": "member"},
            paths.message_queue(self.direct, "from-alice"): {"senderId": self.alice},
            paths.chat_member(self.group, self.muted): {"role": "member", "mutedUntil": FUTURE},
            paths.past_member(self.group, self.removed): {"leftAt": PAST, "by": self.alice},
            **{
                paths.user_chat(uid, self.group): {
                    **{"serviceId": "default", "kind": "group", "messageCount": 0, "readCount": 0},
                    **{"invited": True, "invitedBy": inviter, "updatedAt": PAST},
                }
                for uid, inviter in ((self.stray, self.removed), (self.guest, self.bob))
            },
            paths.chat(self.shut): {"serviceId": "default", "kind": "direct"},
            paths.reaction(self.shut, "from-alice", self.blocked): {"emoji": "!"},
            paths.typing_indicator(self.shut, self.blocked): {"at": PAST},
        }
        for who, uid in (("alice", self.alice), ("blocked", self.blocked)):
            said = {"senderId": uid, "body": "Hello", "createdAt": PAST}
            documents[paths.message(self.shut, f"from-{who}")] = said
            documents[paths.chat_member(self.shut, uid)] = {"role": "member"}
        for chat in (self.direct, self.group, self.case):
            for who, sender, staff in (
                ("alice", self.alice, None),
                ("bob", self.bob, None),
                ("carol", self.carol, None),
                ("removed", self.removed, None),
                ("muted", self.muted, None),
                ("service", self.dashboard, self.staff("agent")),
                ("former", self.dashboard, self.former),
                ("system", "system", None),
            ):
                message: Document = {"senderId": sender, "body": "Hello", "createdAt": PAST}
                if staff:
                    message["staffId"] = staff
                else:
                    message["attachments"] = [attachment()]
                documents[paths.message(chat, f"from-{who}")] = message
            seen = {"readTo": PAST, "deliveredTo": PAST, "readAt": PAST}
            for uid in (self.alice, self.bob):
                documents[paths.read_receipt(chat, uid)] = seen
                documents[paths.typing_indicator(chat, uid)] = {"at": PAST}
            documents[paths.reaction(chat, "from-alice", self.bob)] = {"emoji": "!"}
            documents[paths.chat_audit(chat, "a1")] = {"action": "opened"}
        return documents

    def _jobs(self, service: str, campaign_id: str, job_id: str) -> dict[str, Document]:
        whose = {"serviceId": service, "createdAt": PAST}
        failed = {**whose, "delivery": {"state": "ERROR", "attempts": 3}}
        return {
            paths.campaign(campaign_id): {**campaign(self), **whose},
            paths.campaign_status(campaign_id): {
                **whose,
                "state": "running",
                "counts": {"sent": 1},
            },
            paths.campaign_batch(campaign_id, "b1"): {**whose, "uids": [self.alice]},
            paths.campaign_plan(campaign_id): whose,
            paths.mass_message(job_id): {**mass_message(self), **failed},
            paths.non_chat_sms(job_id): {**sms(self), **failed},
            paths.email_notification(job_id): {**email(self), **failed},
            paths.report(job_id): {**whose, "state": "open"},
            paths.dead_letter(job_id): {**whose, "queue": "campaign-queue", "parkedAt": PAST},
            paths.suspect(job_id): {"count": 1},
        }


def client_of(database: Database, stage: Stage, who: str) -> firestore.Client:
    """A client that signs in as this one, with the claims that this one makes."""
    if who == "nobody":
        return database.nobody()
    claims: dict[str, Any] = DISGUISES[who][1] if who in DISGUISES else {}
    return database.user(stage.uid(who), **claims)
