import json
import sys

from emulator.binaries import ROOT
from emulator.firebase_config import derive, emulators_of
from emulator.ports import Ports
from emulator.site import SITE

CONFIG = json.loads((ROOT / "firebase.json").read_text())


def test_firebase_json_has_the_contracts_ports() -> None:
    ports = Ports().by_name()
    for name, emulator in CONFIG["emulators"].items():
        if isinstance(emulator, dict) and "port" in emulator:
            assert emulator["port"] == ports[name]


def test_every_port_of_the_derived_configuration_is_moved() -> None:
    derived = derive(CONFIG, Ports.at(3000))["emulators"]
    for name, emulator in CONFIG["emulators"].items():
        if isinstance(emulator, dict) and "port" in emulator and name in derived:
            assert derived[name]["port"] == emulator["port"] + 3000
    assert derived["firestore"]["websocketPort"] == 12150


def test_firebase_json_itself_does_not_change() -> None:
    before = json.dumps(CONFIG)
    derive(CONFIG, Ports.at(3000), functions=False)
    assert json.dumps(CONFIG) == before


def test_functions_run_locally_on_our_python_and_deploy_on_the_oldest() -> None:
    [codebase] = derive(CONFIG, Ports())["functions"]
    assert codebase["runtime"] == f"python{sys.version_info.major}{sys.version_info.minor}"
    assert CONFIG["functions"][0]["runtime"] == "python311"


def test_without_functions_none_are_loaded() -> None:
    assert "functions" not in emulators_of(derive(CONFIG, Ports(), functions=False))
    assert "functions" in emulators_of(derive(CONFIG, Ports()))


def test_hosting_runs_only_beside_the_functions_that_its_rewrites_lead_to() -> None:
    assert "hosting" in emulators_of(derive(CONFIG, Ports()))
    assert "hosting" not in emulators_of(derive(CONFIG, Ports(), functions=False))


def test_hosting_serves_the_site_that_is_built() -> None:
    assert CONFIG["hosting"]["public"] == SITE.as_posix()
    assert (SITE.as_posix() + "/") in (ROOT / ".gitignore").read_text().splitlines()


def test_webhooks_are_told_from_pages_first() -> None:
    kinds = ["function" in rewrite for rewrite in CONFIG["hosting"]["rewrites"]]

    assert kinds == sorted(kinds, reverse=True)
    assert any(kinds)


def test_no_part_needs_a_download() -> None:
    derived = derive(CONFIG, Ports())
    assert derived["emulators"]["ui"] == {"enabled": False}
    assert not {"storage", "database"} & set(emulators_of(derived))
