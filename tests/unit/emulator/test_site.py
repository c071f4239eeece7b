"""When the pages are built, and from what."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from emulator.site import PAGES, SITE, SiteFailed, build, hash_of_sources

VITE = """#!/bin/sh
mkdir -p "$4/assets" && echo "$2" > "$4/index.html" && cp "$2/main.tsx" "$4/assets/main.js"
"""
"""What `vite build FOLDER --outDir OUT` comes to here."""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for page in PAGES:
        (tmp_path / "web" / page).mkdir(parents=True)
        (tmp_path / "web" / page / "main.tsx").write_text(f"the {page}")
    bundler = tmp_path / "node_modules" / ".bin" / "vite"
    bundler.parent.mkdir(parents=True)
    bundler.write_text(VITE)
    bundler.chmod(0o755)
    return tmp_path


def test_each_page_lies_where_hosting_looks_for_it(checkout: Path) -> None:
    site = build(checkout)

    assert site == checkout / SITE
    assert (site / "assets" / "main.js").read_text() == "the dashboard"
    assert (site / "chat" / "assets" / "main.js").read_text() == "the chat"
    assert (site / "demo" / "assets" / "main.js").read_text() == "the demo"


def test_what_was_built_from_the_same_sources_stays(checkout: Path) -> None:
    said: list[str] = []
    build(checkout, said.append)
    told = len(said)

    build(checkout, said.append)

    assert told > 0
    assert len(said) == told


def test_a_changed_source_is_built_in_the_same_folder(checkout: Path) -> None:
    site = build(checkout)
    folder = site.stat().st_ino
    (checkout / "web" / "chat" / "main.tsx").write_text("another chat")

    build(checkout)

    assert (site / "chat" / "assets" / "main.js").read_text() == "another chat"
    assert (site / "assets" / "main.js").read_text() == "the dashboard"
    assert site.stat().st_ino == folder
    assert len(list(site.glob(".built-*"))) == 1


def test_a_build_that_fails_leaves_the_last_one(checkout: Path) -> None:
    site = build(checkout)
    (checkout / "web" / "chat" / "main.tsx").unlink()

    with pytest.raises(SiteFailed, match="web/chat could not be built"):
        build(checkout)

    assert (site / "chat" / "assets" / "main.js").read_text() == "the chat"


@pytest.mark.parametrize(
    "change",
    [
        lambda web: (web / "chat" / "new.ts").write_text("new"),
        lambda web: (web / "chat" / "main.tsx").rename(web / "chat" / "renamed.tsx"),
        lambda web: (web / "demo" / "main.tsx").unlink(),
    ],
)
def test_a_source_that_comes_goes_or_moves_is_noticed(
    checkout: Path, change: Callable[[Path], object]
) -> None:
    before = hash_of_sources(checkout)

    change(checkout / "web")

    assert hash_of_sources(checkout) != before


def test_what_a_build_leaves_is_no_source(checkout: Path) -> None:
    before = hash_of_sources(checkout)

    build(checkout)
    (checkout / "web" / "chat" / "node_modules").mkdir()
    (checkout / "web" / "chat" / "node_modules" / "react.js").write_text("react")

    assert hash_of_sources(checkout) == before
