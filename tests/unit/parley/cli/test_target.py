"""Which project a command acts on, by what is said and what runs."""

from __future__ import annotations

import pytest

from emulator.stack_state import RunningStack
from parley.cli.output import Failed
from parley.cli.target import FIRESTORE, PUBSUB, choose

HERE = RunningStack(
    1,
    0,
    {
        "GCLOUD_PROJECT": "demo-parley",
        "FIRESTORE_EMULATOR_HOST": "127.0.0.1:8080",
        "PUBSUB_EMULATOR_HOST": "127.0.0.1:8085",
        "FIREBASE_AUTH_EMULATOR_HOST": "127.0.0.1:9099",
        "PARLEY_FCM_URL": "http://127.0.0.1:9970",
    },
)
MOVED = RunningStack(
    2,
    3000,
    {
        "GCLOUD_PROJECT": "demo-parley",
        "FIRESTORE_EMULATOR_HOST": "127.0.0.1:11080",
        "PUBSUB_EMULATOR_HOST": "127.0.0.1:11085",
    },
)
ELSEWHERE = {FIRESTORE: "10.0.0.9:8080", PUBSUB: "10.0.0.9:8085"}
REAL = {"GCLOUD_PROJECT": "chat-prod"}


def test_the_running_stack_is_the_default_target() -> None:
    target = choose({}, [HERE])

    assert target.settings.firestore_emulator_host == "127.0.0.1:8080"
    assert target.settings.auth_emulator_host == "127.0.0.1:9099"
    assert str(target) == (
        "the local stack at 127.0.0.1:8080, project demo-parley (it runs in this checkout)"
    )


def test_an_empty_variable_counts_as_unset() -> None:
    assert choose({"GCLOUD_PROJECT": " ", FIRESTORE: ""}, [HERE]).is_local


@pytest.mark.parametrize("name", ["GCLOUD_PROJECT", "GOOGLE_CLOUD_PROJECT"])
def test_a_real_project_is_chosen_if_no_stack_runs(name: str) -> None:
    target = choose({name: "chat-prod"}, [])

    assert not target.is_local
    assert str(target) == f"Google Cloud project chat-prod (by {name})"


@pytest.mark.parametrize("name", ["GCLOUD_PROJECT", "GOOGLE_CLOUD_PROJECT"])
def test_a_real_project_and_a_running_stack_need_a_choice(name: str) -> None:
    environment = {name: "chat-prod"}

    with pytest.raises(Failed, match="--project chat-prod, or --local"):
        choose(environment, [HERE])
    chosen = choose(environment, [HERE], project="chat-prod")
    assert (chosen.is_local, chosen.settings.project_id) == (False, "chat-prod")
    local = choose(environment, [HERE], local=True)
    assert (local.is_local, local.settings.project_id) == (True, "demo-parley")


def test_emulators_in_the_environment_come_before_the_running_stack() -> None:
    target = choose(ELSEWHERE, [HERE])

    assert target.settings.firestore_emulator_host == "10.0.0.9:8080"
    assert str(target).endswith("(by FIRESTORE_EMULATOR_HOST)")


def test_named_emulators_serve_a_project_of_any_name() -> None:
    target = choose(REAL | ELSEWHERE, [])

    assert target.is_local
    assert target.settings.project_id == "chat-prod"


@pytest.mark.parametrize("name", [FIRESTORE, PUBSUB, "FIREBASE_AUTH_EMULATOR_HOST"])
@pytest.mark.parametrize("stacks", [[], [HERE]])
def test_a_real_project_with_only_some_emulators_is_refused(
    name: str, stacks: list[RunningStack]
) -> None:
    with pytest.raises(Failed, match="a part would reach the Google Cloud project chat-prod"):
        choose(REAL | {name: "127.0.0.1:8080"}, stacks)


def test_a_command_requires_only_the_emulators_it_needs() -> None:
    target = choose(REAL | {PUBSUB: "127.0.0.1:8085"}, [], needs=(PUBSUB,))

    assert target.is_local
    assert "127.0.0.1:8085" in str(target)


def test_a_demo_project_exists_only_on_the_local_stack() -> None:
    demo = {"GCLOUD_PROJECT": "demo-other"}

    assert choose(demo, [HERE]).settings.project_id == "demo-other"
    assert choose(demo, [HERE]).is_local
    with pytest.raises(Failed, match="no local stack runs in this checkout"):
        choose(demo, [])
    with pytest.raises(Failed, match="exists only on emulators"):
        choose({}, [], project="demo-other")


def test_the_project_option_is_refused_beside_emulators() -> None:
    with pytest.raises(Failed, match="Unset one of them"):
        choose(ELSEWHERE, [], project="chat-prod")


def test_the_local_option_ignores_other_addresses() -> None:
    led = REAL | ELSEWHERE | {"PARLEY_FCM_URL": "http://10.0.0.9:9970"}

    settings = choose(led, [HERE], local=True).settings

    assert settings.firestore_emulator_host == "127.0.0.1:8080"
    assert settings.fcm_url == "http://127.0.0.1:9970"
    with pytest.raises(Failed, match="`make up` starts a local stack"):
        choose(led, [], local=True)


def test_the_offset_chooses_among_several_stacks() -> None:
    with pytest.raises(Failed, match=r"PARLEY_PORT_OFFSET=0, PARLEY_PORT_OFFSET=3000"):
        choose({}, [HERE, MOVED])
    moved = choose({"PARLEY_PORT_OFFSET": "3000"}, [HERE, MOVED])
    assert moved.settings.firestore_emulator_host == "127.0.0.1:11080"
    with pytest.raises(Failed, match="no local stack with PARLEY_PORT_OFFSET=100"):
        choose({"PARLEY_PORT_OFFSET": "100"}, [HERE, MOVED])


def test_without_any_target_the_ways_out_are_named() -> None:
    with pytest.raises(Failed, match=r"`make up` starts.*--project or set GCLOUD_PROJECT"):
        choose({}, [])
