from parley.domain.access import UserCaller
from parley.domain.requests import CreateGroup
from tests.unit.parley.services.conftest import TwinWorld as World

PEOPLE = 20


async def test_a_message_in_a_small_group_costs_what_the_budget_allows(world: World) -> None:
    people = [f"u{number:02d}" for number in range(PEOPLE)]
    for uid in people:
        await world.person(uid, uid)
    await world.people(*people)
    group = CreateGroup(title="Crew", user_ids=people[1:])
    opened = await world.app.open_chats.create_group(caller=UserCaller(people[0]), request=group)
    # The first message finds the sender's name; from then on it is known.
    await world.post(opened.chat_id, "m0", people[0])
    await world.app.fan_out_messages.fan_out(opened.chat_id, ["m0"])
    await world.post(opened.chat_id, "m1", people[0])

    before = world.store.counts
    await world.app.fan_out_messages.fan_out(opened.chat_id, ["m1"])
    spent = world.store.counts - before

    pushed_to = PEOPLE - 1
    assert spent.writes <= PEOPLE + 1
    assert spent.deletes <= 1
    assert spent.reads <= 3 + pushed_to
    assert len(world.sender.sent) == 2 * pushed_to
