"""The exported TypeScript, as the compiler reads it."""

import os
import subprocess
from pathlib import Path

import pytest

from schema import export

ROOT = Path(__file__).resolve().parents[3]
TSC = ROOT / "node_modules" / ".bin" / "tsc"

CLIENT = """
import type { CampaignJob, Filter, Message, Timestamp, UserChat } from "./parley";
declare const now: Timestamp;
const vip: Filter = { and: [{ field: "tags", op: "array-contains", value: "vip" }] };
export const job: CampaignJob = {
  serviceId: "shop", createdBy: "sam", createdAt: now, name: "Autumn", kind: "individual",
  channels: ["chat"], purpose: "marketing", audience: { where: vip },
  message: { body: "Hello" }, command: "start",
};
export const message: Message = { senderId: "alice", body: "Hi", createdAt: now };
export const unread = (row: UserChat): number => row.messageCount - row.readCount;
// @ts-expect-error a kind that does not exist
export const wrong: CampaignJob = { ...job, kind: "everyone" };
"""


def test_the_typescript_compiles_strictly_and_types_a_client(tmp_path: Path) -> None:
    if not TSC.exists():
        if os.environ.get("CI"):
            raise AssertionError("no TypeScript compiler: run `npm ci`")
        pytest.skip("no TypeScript compiler: run `npm ci`")
    export.write(tmp_path)
    (tmp_path / "client.ts").write_text(CLIENT, encoding="utf-8")

    done = subprocess.run(
        [TSC, "--strict", "--noEmit", "--skipLibCheck", tmp_path / "client.ts"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout
