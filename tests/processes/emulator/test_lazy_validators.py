"""The Firebase CLI starts without the validators that its Auth emulator needs later, if at all."""

from __future__ import annotations

import json
from pathlib import Path

from emulator.firebase_cli import LAZY_VALIDATORS
from tests.node_tools import ROOT, find_tool, run

ASKED = """
const { realpathSync } = require('node:fs');
const { createRequire } = require('node:module');
const need = createRequire(realpathSync(process.argv[1]));
need('exegesis').compileApi = (api, options) => console.log(JSON.stringify(options));
need('exegesis-express').middleware({}, { controllers: {} });
process.exit(0);
"""


def test_a_validator_of_the_auth_emulator_is_compiled_when_it_is_first_used(
    tmp_path: Path,
) -> None:
    asking = tmp_path / "asking.cjs"
    asking.write_text(ASKED)

    ran = run(
        ["node", f"--require={LAZY_VALIDATORS}", f"--require={asking}", find_tool("firebase")]
    )

    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == {"lazyCompileValidationSchemas": True, "controllers": {}}


def test_the_auth_emulator_makes_its_validators_by_the_call_that_is_changed() -> None:
    server = ROOT / "node_modules" / "firebase-tools" / "lib" / "emulator" / "auth" / "server.js"

    assert "exegesisExpress.middleware(" in server.read_text()
