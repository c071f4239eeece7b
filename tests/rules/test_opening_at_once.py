"""Callables, past the rules, and clients, under them, open the chat of the same two at once."""

import asyncio

from parley.adapters.firestore.store import FirestoreStore
from parley.adapters.system import RandomIds
from parley.domain.access import UserCaller
from parley.services.chats.load_candidates import LoadCandidates
from parley.services.chats.open_chats import OpenChats
from parley.testing.clock import FixedClock
from schema import ids, paths
from tests.rules.acting import Database, verdict
from tests.rules.cast import Cast
from tests.rules.forms_of_people import direct_chat, joined, open_direct


async def test_fifty_opens_by_callables_and_by_clients_make_one_chat(
    cast: Cast, database: Database
) -> None:
    pair = (cast.alice, cast.stranger)
    chat_id = ids.direct_chat_id(*pair)

    def by_client(uid: str) -> bool:
        client = database.user(uid)
        new = direct_chat(uid)
        return verdict(lambda: open_direct(client, chat_id, new, joined(), joined())) == "allowed"

    async with FirestoreStore.connect(database.project, emulator_host=database.host) as store:
        candidates = LoadCandidates(store=store, clock=FixedClock())
        opens = OpenChats(store=store, new_ids=RandomIds(), candidates=candidates)

        async def by_callable(uid: str, other_uid: str) -> bool:
            return (await opens.open_direct(caller=UserCaller(uid), other_uid=other_uid)).created

        made = await asyncio.gather(
            *(
                by_callable(*pair[:: 1 if number % 4 < 2 else -1])
                if number % 2
                else asyncio.to_thread(by_client, pair[number % 4 // 2])
                for number in range(50)
            )
        )
        (chat,) = await store.get_many([paths.chat(chat_id)])

    assert sum(made) == 1
    assert chat is not None
    assert chat.fields["kind"] == "direct"
