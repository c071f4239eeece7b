"""Attacks that open chats and come into them, or bring somebody else into them."""

from typing import Any

from google.cloud import firestore

from schema import ids, paths
from tests.rules.acting import Document
from tests.rules.attacks.attack import Act, Attack, Place, get, put, writes
from tests.rules.attacks.places import case, chat, direct, group, member, new_chat
from tests.rules.attacks.stage import Stage
from tests.rules.forms_of_people import direct_chat, joined


def opens(chat_id: Place, creator: str, **more: Any) -> Act:
    """A chat, and each whom its id names as a member, as a direct chat is written."""

    def commit(client: firestore.Client, stage: Stage) -> object:
        batch = client.batch()
        chat = {**direct_chat(stage.uid(creator)), **more}
        batch.set(client.document(paths.chat(chat_id(stage))), chat)
        for uid in set(chat_id(stage).split(":")):
            batch.set(client.document(paths.chat_member(chat_id(stage), uid)), joined())
        return batch.commit()

    return commit


def pair(who: str, other: str) -> Place:
    return lambda stage: ids.direct_chat_id(stage.uid(who), stage.uid(other))


OPENED = opens(new_chat, "alice")
OPENED_WRONG: list[tuple[str, Place, Document]] = [
    ("with a colon that only looks like one", lambda s: s.new_chat.replace(":", "\uff1a"), {}),
    ("with oneself", lambda s: f"{s.alice}:{s.alice}", {}),
    ("unsorted", lambda s: f"{s.stranger}:{s.alice}", {}),
    ("by three", lambda s: f"{s.alice}:{s.bob}:{s.carol}", {}),
    ("with a service", lambda s: f"{s.alice}:service", {}),
    ("again", direct, {}),
    ("as a group", lambda s: f"new-{s.suffix}", {"kind": "group"}),
    ("as a group, under a direct chat's id", new_chat, {"kind": "group"}),
    ("in a service", new_chat, {"serviceId": "acme"}),
    ("with messages in it", new_chat, {"messageCount": 9}),
]

ATTACKS = [
    Attack("a third opens the chat of two", "carol", opens(new_chat, "carol"), OPENED, "alice"),
    Attack("a third opens it in the name of one of them", "carol", OPENED, OPENED, "alice"),
    Attack("one opens it in the other's name", "stranger",
        OPENED, opens(new_chat, "stranger")),
    *(
        Attack(f"a chat is opened {how}", "alice", opens(chat_id, "alice", **more), OPENED)
        for how, chat_id, more in OPENED_WRONG
    ),
    Attack("the blocked open a chat", "carol",
        opens(pair("carol", "alice"), "carol"), opens(pair("carol", "bob"), "carol")),
    Attack("the blocked open a chat in the blocker's name", "carol",
        opens(pair("alice", "carol"), "alice"), opens(pair("alice", "carol"), "alice"), "alice"),
    Attack("a person opens a case", "stranger",
        writes(put(lambda s: paths.chat(ids.case_chat_id(s.stranger, s.service)),
            lambda s: {**direct_chat(s.stranger), "kind": "case", "serviceId": s.service})),
        opens(new_chat, "stranger")),
    Attack("staff open a case", "agent",
        writes(put(lambda s: paths.chat(ids.case_chat_id(s.carol, s.service)),
            lambda s: {**direct_chat(s.uid("agent")), "kind": "case", "serviceId": s.service})),
        opens(pair("agent", "carol"), "agent")),
    Attack("staff open a broadcast chat", "owner",
        writes(put(lambda s: paths.chat(ids.broadcast_chat_id(s.carol, s.service)),
            lambda s: {**direct_chat(s.uid("owner")), "kind": "broadcast"})),
        opens(pair("owner", "carol"), "owner")),
    *(
        Attack(f"{by} makes {who} a member of a {kind}", by,
            writes(put(member(who, of), joined())), opens(pair("stranger", "bob"), "stranger"),
            "stranger")
        for by, who, kind, of in [
            ("stranger", "stranger", "group", group),
            ("anonymous", "anonymous", "group", group),
            ("removed", "removed", "group", group),
            ("bob", "stranger", "group", group),
            ("alice", "stranger", "group", group),
            ("alice", "stranger", "pair", direct),
            ("bob", "bob", "pair that he is in", direct),
            ("owner", "owner", "group", group),
            ("agent", "agent", "case", case),
        ]
    ),
    Attack("staff make their dashboard a member", "owner",
        writes(put(lambda s: paths.chat_member(s.private_group, s.dashboard), joined())),
        get(chat(group))),
    Attack("staff write an audit", "owner",
        writes(put(lambda s: paths.chat_audit(s.case, "a2"), {"action": "closed"})),
        get(lambda s: paths.chat_audit(s.case, "a1"))),
]  # fmt: skip
