"""People are imported into Firestore, and a repeat writes nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator

from parley.adapters.firestore.store import FirestoreStore
from parley.adapters.system import RandomIds
from parley.domain.access import SYSTEM
from parley.domain.people.import_report import ImportReport
from parley.domain.people_requests import ImportPeople as Request
from parley.services.people.import_people import ImportPeople
from parley.store import SERVER_TIME, Count, Query, Set
from parley.testing.in_memory_files import InMemoryFiles
from schema import paths
from schema.users import ServiceUser

PEOPLE = 2_000


async def lines() -> AsyncIterator[bytes]:
    yield b"uid,displayName,tags,attributes.is.member,consents.sms.marketing\n"
    for first in range(0, PEOPLE, 300):
        numbers = range(first, min(first + 300, PEOPLE))
        yield "".join(f"u{one:05d},Person {one},vip;beta,true,true\n" for one in numbers).encode()


async def test_people_are_imported_and_a_repeat_writes_nothing(
    firestore_emulator: str, project_id: str
) -> None:
    async with FirestoreStore.connect(project_id, emulator_host=firestore_emulator) as store:
        await store.commit(
            [
                Set(paths.service("acme"), {"name": "Acme", "kind": "dashboard"}),
                Set(
                    paths.distribution_list("acme", "vip"),
                    {"name": "VIP", "createdAt": SERVER_TIME},
                ),
                Set(paths.user("u00001"), {"displayName": "Own", "createdAt": SERVER_TIME}),
            ]
        )
        service = ImportPeople(store=store, files=InMemoryFiles(), new_ids=RandomIds())

        async def run() -> ImportReport:
            request = Request(service_id="acme", csv="", list_id="vip")
            return await service.run(caller=SYSTEM, request=request, chunks=lines())

        first, second = await run(), await run()

        assert (first.created, first.failed) == (PEOPLE, 0)
        assert (second.created, second.updated, second.unchanged) == (0, 0, PEOPLE)
        for collection in (paths.service_users("acme"), paths.list_members("acme", "vip")):
            counted = await store.aggregate(Query(collection), {"people": Count()})
            assert counted["people"] == PEOPLE
        one, own = await store.get_many(
            [paths.service_user("acme", "u00001"), paths.user("u00001")]
        )
        assert one is not None
        assert own is not None
        record = ServiceUser.parse(one.fields)
        assert (record.display_name, record.tags) == ("Own", ["vip", "beta"])
        assert record.attributes == {"is": {"member": True}}
        assert record.consents["sms"]["marketing"].granted
        assert own.fields["serviceIds"] == ["acme"]
