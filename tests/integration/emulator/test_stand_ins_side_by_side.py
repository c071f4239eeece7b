"""Two checkouts on one machine."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.binaries import ROOT
from emulator.ports import HOST, free_port
from emulator.process import Process
from emulator.waiting import answers, wait_until
from tests import patient_http


@pytest.fixture
def two(tmp_path: Path) -> Iterator[list[str]]:
    ports = [free_port(), free_port()]
    processes = [
        Process(
            f"fcm-{port}",
            [sys.executable, "-m", "emulator.fcm", "--port", str(port)],
            log=tmp_path / f"{port}.log",
            cwd=ROOT,
        )
        for port in ports
    ]
    for process in processes:
        process.start()
    urls = [f"http://{HOST}:{port}" for port in ports]
    try:
        wait_until(lambda: all(map(answers, urls)), seconds=20, what="both stand-ins")
        yield urls
    finally:
        for process in processes:
            process.end()


def test_two_stand_ins_do_not_share_messages(two: list[str]) -> None:
    one, other = two
    body = {"message": {"token": "t"}}
    sent = patient_http.post(f"{one}/v1/projects/demo-parley/messages:send", json=body)
    assert sent.status_code == 200
    assert [entry["request"] for entry in patient_http.get(f"{one}/_/messages").json()] == [body]
    assert patient_http.get(f"{other}/_/messages").json() == []
