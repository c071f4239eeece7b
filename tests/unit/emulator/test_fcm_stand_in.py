import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestClient, TestServer

from emulator.fcm.server import FcmStandIn

SEND = "/v1/projects/demo/messages:send"


@pytest.fixture
async def fcm() -> AsyncIterator[TestClient[Any, Any]]:
    async with TestClient(TestServer(FcmStandIn().application())) as client:
        yield client


async def send(fcm: TestClient[Any, Any], **message: Any) -> tuple[int, dict[str, Any]]:
    answer = await fcm.post(SEND, json={"message": message})
    return answer.status, await answer.json()


def code_of(body: dict[str, Any]) -> str:
    return str(body["error"]["details"][0]["errorCode"])


@pytest.mark.parametrize("target", ["token", "fid", "topic", "condition"])
async def test_a_message_to_one_target_gets_a_name(fcm: TestClient[Any, Any], target: str) -> None:
    status, body = await send(fcm, **{target: "abc"}, data={"k": "v"})
    assert status == 200
    assert body["name"].startswith("projects/demo/messages/")


async def test_no_two_messages_get_the_same_name(fcm: TestClient[Any, Any]) -> None:
    names = {(await send(fcm, token="t"))[1]["name"] for _ in range(20)}
    assert len(names) == 20


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"token": "a", "topic": "b"},
        {"token": ""},
        {"token": "with space"},
        {"topic": "no spaces allowed"},
        {"token": "t", "data": {"n": 12}},
        {"token": "t", "data": {"from": "x"}},
        {"token": "t", "data": {"k": "x" * 4096}},
        {"token": "t", "notification": {"title": "x" * 2048, "body": "y" * 2048}},
        {"token": "t", "notification": {"title": 1}},
        {"token": "t", "notification": "hello"},
        {"token": "t", "collapse_key": "c"},
        {"token": "t", "android": {"ttl": 60}},
        {"token": "t", "android": {"priority": "urgent"}},
        {"token": "t", "android": {"notification": {"group": "ann:bob"}}},
        {"token": "t", "apns": {"headers": {"apns-collapse-id": "x" * 65}}},
    ],
    ids=str,
)
async def test_what_fcm_refuses_is_an_invalid_argument(
    fcm: TestClient[Any, Any], message: dict[str, Any]
) -> None:
    status, body = await send(fcm, **message)
    assert (status, body["error"]["status"]) == (400, "INVALID_ARGUMENT")


async def test_a_payload_of_4096_bytes_is_accepted(fcm: TestClient[Any, Any]) -> None:
    status, _ = await send(fcm, token="t", data={"k": "x" * 4095})
    assert status == 200


async def test_a_number_in_data_is_refused_with_its_position(fcm: TestClient[Any, Any]) -> None:
    _, body = await send(fcm, token="t", data={"a": "b", "n": 12})
    violation = body["error"]["details"][0]["fieldViolations"][0]
    assert violation["field"] == "message.data[1].value"


async def test_a_dead_token_is_unregistered(fcm: TestClient[Any, Any]) -> None:
    status, body = await send(fcm, token="dead-1")
    assert (status, body["error"]["status"], code_of(body)) == (404, "NOT_FOUND", "UNREGISTERED")


async def test_a_foreign_token_mismatches_the_sender(fcm: TestClient[Any, Any]) -> None:
    status, body = await send(fcm, token="foreign-1")
    assert (status, code_of(body)) == (403, "SENDER_ID_MISMATCH")


async def test_a_body_that_is_not_json_is_refused_and_logged(fcm: TestClient[Any, Any]) -> None:
    answer = await fcm.post(SEND, data=b"{nonsense")
    assert answer.status == 400
    logged = await (await fcm.get("/_/messages")).json()
    assert logged[0]["request"] == "{nonsense"


async def test_the_journal_keeps_all_calls_in_order_until_cleared(
    fcm: TestClient[Any, Any],
) -> None:
    for token in ("a", "dead", "b"):
        await send(fcm, token=token)
    logged = await (await fcm.get("/_/messages")).json()
    assert [(one["request"]["message"]["token"], one["status"]) for one in logged] == [
        ("a", 200),
        ("dead", 404),
        ("b", 200),
    ]
    assert set(logged[0]) == {"at", "request", "status", "response"}
    assert len(await (await fcm.get("/_/messages?after=2")).json()) == 1
    assert (await fcm.delete("/_/messages")).status == 204
    assert await (await fcm.get("/_/messages")).json() == []


async def test_a_fault_answers_with_its_status_code_and_retry_after(
    fcm: TestClient[Any, Any],
) -> None:
    faults = [{"rate": 1, "status": 429, "code": "QUOTA_EXCEEDED", "retryAfter": 7}]
    assert (await fcm.put("/_/faults", json=faults)).status == 200
    answer = await fcm.post(SEND, json={"message": {"token": "t"}})
    assert (answer.status, answer.headers["Retry-After"]) == (429, "7")
    body = await answer.json()
    assert (body["error"]["status"], code_of(body)) == ("RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED")


@pytest.mark.parametrize(
    ("status", "code", "google"),
    [
        (400, "INVALID_ARGUMENT", "INVALID_ARGUMENT"),
        (401, "THIRD_PARTY_AUTH_ERROR", "UNAUTHENTICATED"),
        (403, "SENDER_ID_MISMATCH", "PERMISSION_DENIED"),
        (404, "UNREGISTERED", "NOT_FOUND"),
        (503, "UNAVAILABLE", "UNAVAILABLE"),
        (404, "A_CODE_OF_NOBODY", "NOT_FOUND"),
    ],
)
async def test_fcms_codes_and_unknown_codes_are_answered_by_fcm(
    fcm: TestClient[Any, Any], status: int, code: str, google: str
) -> None:
    await fcm.put("/_/faults", json=[{"status": status, "code": code}])
    answered, body = await send(fcm, token="t")
    assert (answered, body["error"]["status"], code_of(body)) == (status, google, code)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (401, "UNAUTHENTICATED"),
        (403, "PERMISSION_DENIED"),
        (404, "NOT_FOUND"),
        (429, "RESOURCE_EXHAUSTED"),
        (400, "FAILED_PRECONDITION"),
    ],
)
async def test_googles_codes_are_answered_by_googles_layer(
    fcm: TestClient[Any, Any], status: int, code: str
) -> None:
    await fcm.put("/_/faults", json=[{"status": status, "code": code}])
    answered, body = await send(fcm, token="t")
    assert (answered, body["error"]["status"]) == (status, code)
    assert "errorCode" not in str(body)


async def test_a_disabled_api_is_named_in_an_error_info(fcm: TestClient[Any, Any]) -> None:
    await fcm.put("/_/faults", json=[{"status": 403, "code": "SERVICE_DISABLED"}])
    _, body = await send(fcm, token="t")
    (info,) = body["error"]["details"]
    assert body["error"]["status"] == "PERMISSION_DENIED"
    assert (info["@type"], info["reason"], info["domain"]) == (
        "type.googleapis.com/google.rpc.ErrorInfo",
        "SERVICE_DISABLED",
        "googleapis.com",
    )


async def test_without_a_code_fcm_answers_the_usual_code_of_the_status(
    fcm: TestClient[Any, Any],
) -> None:
    await fcm.put("/_/faults", json=[{"status": 404}])
    assert code_of((await send(fcm, token="t"))[1]) == "UNREGISTERED"


@pytest.mark.parametrize("status", [200, 404, 502])
async def test_a_proxys_page_is_in_the_journal_as_text(
    fcm: TestClient[Any, Any], status: int
) -> None:
    await fcm.put("/_/faults", json=[{"status": status, "code": "HTML"}])
    answer = await fcm.post(SEND, json={"message": {"token": "t"}})
    assert (answer.status, answer.content_type) == (status, "text/html")
    (logged,) = await (await fcm.get("/_/messages")).json()
    assert logged["status"] == status
    assert logged["response"] == await answer.text()


@pytest.mark.parametrize(("status", "code"), [(404, "EMPTY"), (302, "ANY")])
async def test_an_answer_may_have_no_body(
    fcm: TestClient[Any, Any], status: int, code: str
) -> None:
    await fcm.put("/_/faults", json=[{"status": status, "code": code, "retryAfter": 3}])
    answer = await fcm.post(SEND, json={"message": {"token": "t"}}, allow_redirects=False)
    assert (answer.status, await answer.read()) == (status, b"")
    assert answer.headers["Retry-After"] == "3"
    assert ("Location" in answer.headers) == (status == 302)


async def test_a_fault_hits_only_matching_calls(fcm: TestClient[Any, Any]) -> None:
    await fcm.put("/_/faults", json=[{"rate": 1, "status": 503, "match": {"token": "^a"}}])
    assert (await send(fcm, token="a1"))[0] == 503
    assert (await send(fcm, token="b1"))[0] == 200


async def test_a_dropped_answer_is_lost_after_the_call_was_accepted(
    fcm: TestClient[Any, Any],
) -> None:
    await fcm.put("/_/faults", json=[{"rate": 1, "status": 503, "dropAnswer": True}])
    with pytest.raises(aiohttp.ClientError):
        await send(fcm, token="t")
    logged = await (await fcm.get("/_/messages")).json()
    # The client may repeat a call when a kept connection breaks.
    assert logged
    assert {one["status"] for one in logged} == {200}


async def test_an_invalid_list_of_faults_is_refused(fcm: TestClient[Any, Any]) -> None:
    wrongs: list[Any] = [[{"rate": 2}], [{"match": {"token": "("}}], [{"unknown": 1}], {}]
    for wrong in wrongs:
        assert (await fcm.put("/_/faults", json=wrong)).status == 400


async def test_faults_read_back_as_they_were_put(fcm: TestClient[Any, Any]) -> None:
    fault = {"rate": 0.5, "status": 500, "retryAfter": 2.0, "delayMs": 1.0, "seed": 7}
    await fcm.put("/_/faults", json=[fault])
    [back] = await (await fcm.get("/_/faults")).json()
    assert fault.items() <= back.items()


async def next_told(stream: aiohttp.ClientResponse) -> dict[str, Any]:
    async for line in stream.content:
        if line.startswith(b"data: "):
            told: dict[str, Any] = json.loads(line[6:])
            return told
    raise AssertionError("the stream has ended")


async def test_a_message_is_delivered_to_who_listens_for_its_token(
    fcm: TestClient[Any, Any],
) -> None:
    await send(fcm, token="ann", data={"n": "kept"})
    async with fcm.get("/_/stream", params={"token": "ann"}) as stream:
        assert (await next_told(stream))["data"] == {"n": "kept"}
        await send(fcm, token="ben", data={"n": "another's"})
        await send(fcm, token="ann", data={"n": "live"})
        assert (await next_told(stream))["data"] == {"n": "live"}


async def test_what_was_refused_is_delivered_to_nobody(fcm: TestClient[Any, Any]) -> None:
    await fcm.put("/_/faults", json=[{"rate": 1, "status": 404, "code": "UNREGISTERED"}])
    await send(fcm, token="ann", data={"n": "refused"})
    await fcm.put("/_/faults", json=[])
    await send(fcm, token="ann", data={"n": "accepted"})

    async with fcm.get("/_/stream", params={"token": "ann"}) as stream:
        assert (await next_told(stream))["data"] == {"n": "accepted"}


async def test_a_stream_is_of_one_token(fcm: TestClient[Any, Any]) -> None:
    assert (await fcm.get("/_/stream")).status == 400
