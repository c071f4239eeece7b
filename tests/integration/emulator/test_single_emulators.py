"""The emulators that the fixtures of `tests/conftest.py` start."""

from tests import patient_http


def test_the_firestore_emulator_answers_for_any_project(
    firestore_emulator: str, project_id: str
) -> None:
    documents = (
        f"http://{firestore_emulator}/v1/projects/{project_id}/databases/(default)/documents"
    )
    written = patient_http.patch(
        f"{documents}/things/one",
        json={"fields": {"n": {"integerValue": "1"}}},
        headers={"Authorization": "Bearer owner"},
    )
    assert written.status_code == 200
    assert written.json()["fields"] == {"n": {"integerValue": "1"}}


def test_the_pubsub_emulator_answers_for_any_project(pubsub_emulator: str, project_id: str) -> None:
    created = patient_http.put(f"http://{pubsub_emulator}/v1/projects/{project_id}/topics/some")
    assert created.status_code == 200
    assert created.json()["name"] == f"projects/{project_id}/topics/some"
