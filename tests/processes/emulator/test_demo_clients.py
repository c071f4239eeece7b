import subprocess

from emulator.binaries import ROOT


def test_the_demos_clients_match_the_types_of_the_official_sdk() -> None:
    compiler = ROOT / "node_modules" / ".bin" / "tsc"
    checked = subprocess.run(
        [str(compiler), "-p", "emulator/demo"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout
