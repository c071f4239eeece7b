"""Who plays in a test and where: a service with its staff, a rival one, people and their chats."""

from dataclasses import dataclass

from schema import ids, paths
from tests.rules.acting import Document

ROLES = ("owner", "admin", "agent", "viewer")


@dataclass(frozen=True)
class Cast:
    """Ids that no other test uses. Alice owns the group and has the case; Bob is in her chats."""

    suffix: str

    @property
    def service(self) -> str:
        return f"acme-{self.suffix}"

    @property
    def rival(self) -> str:
        return f"rival-{self.suffix}"

    @property
    def alice(self) -> str:
        return f"alice-{self.suffix}"

    @property
    def bob(self) -> str:
        return f"bob-{self.suffix}"

    @property
    def carol(self) -> str:
        """In the group alone."""
        return f"carol-{self.suffix}"

    @property
    def stranger(self) -> str:
        return f"stranger-{self.suffix}"

    def staff(self, role: str) -> str:
        return f"{role}-{self.suffix}"

    @property
    def rival_owner(self) -> str:
        return f"rival-owner-{self.suffix}"

    @property
    def direct(self) -> str:
        return ids.direct_chat_id(self.alice, self.bob)

    @property
    def case(self) -> str:
        return ids.case_chat_id(self.alice, self.service)

    @property
    def broadcast(self) -> str:
        return ids.broadcast_chat_id(self.alice, self.service)

    @property
    def group(self) -> str:
        """A group of the service's, with its dashboard as a member."""
        return f"group-{self.suffix}"

    @property
    def private_group(self) -> str:
        """A group of the same service, without the dashboard."""
        return f"private-{self.suffix}"

    @property
    def new_chat(self) -> str:
        """The direct chat of Alice and the stranger, which is not there yet."""
        return ids.direct_chat_id(self.alice, self.stranger)

    @property
    def chats(self) -> dict[str, str]:
        return {
            "direct": self.direct,
            "case": self.case,
            "broadcast": self.broadcast,
            "group": self.group,
            "private group": self.private_group,
        }

    def member(self, uid: str) -> str:
        """The name by which a member of the cast is called in a parameter."""
        return self.staff(uid) if uid in ROLES else f"{uid}-{self.suffix}"

    def documents(self) -> dict[str, Document]:
        """What the server has written before the play begins."""
        dashboard = ids.service_member(self.service)
        documents: dict[str, Document] = {
            paths.service(self.service): {"name": "Acme", "kind": "dashboard"},
            paths.service(self.rival): {"name": "Rival", "kind": "dashboard"},
            paths.service_user(self.service, self.alice): {"uid": self.alice, "tags": []},
            paths.staff(self.rival, self.rival_owner): {"role": "owner", "displayName": "Rita"},
            **{
                paths.profile(uid): {"displayName": uid}
                for uid in (self.alice, self.carol, self.stranger)
            },
        }
        for role in ROLES:
            person = {"role": role, "displayName": role.title()}
            documents[paths.staff(self.service, self.staff(role))] = person
        members = {
            self.direct: {self.alice: "member", self.bob: "member"},
            self.case: {self.alice: "member", dashboard: "owner"},
            self.broadcast: {self.alice: "member"},
            self.group: {
                self.alice: "owner",
                self.bob: "admin",
                self.carol: "member",
                dashboard: "member",
            },
            self.private_group: {self.alice: "owner", self.bob: "member"},
        }
        for kind, chat_id in self.chats.items():
            service = "default" if kind == "direct" else self.service
            documents[paths.chat(chat_id)] = {"serviceId": service, "kind": kind.split()[-1]}
            for uid, role in members[chat_id].items():
                documents[paths.chat_member(chat_id, uid)] = {"role": role}
        return documents
