"""The project's own source files, as these tests look at them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

ROOTS = (
    "schema",
    "parley",
    "functions",
    "workers",
    "emulator",
    "rules",
    "web",
    "deploy",
    "bench",
    "tests",
)
SUFFIXES = frozenset({".py", ".ts", ".tsx", ".js", ".mjs", ".cjs", ".css", ".rules", ".sh", ".tf"})
NOT_OURS = frozenset({"node_modules", "venv", "__pycache__", "exported", "build", "dist", "site"})


@dataclass(frozen=True)
class Module:
    """A Python file, and by which name others import it."""

    path: Path
    name: str

    @property
    def tree(self) -> ast.Module:
        return parsed(self.path)

    @cached_property
    def imports(self) -> list[str]:
        """Every module that this one imports, wherever in the file, by its whole name."""
        return list(self._imports())

    def _imports(self) -> Iterator[str]:
        package = self.name.split(".")
        if self.path.name != "__init__.py":
            package = package[:-1]
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                above = package[: len(package) - node.level + 1] if node.level else []
                source = ".".join([*above, *([node.module] if node.module else [])])
                # `from parley import adapters` names a module as much as `import parley.adapters`.
                yield from (f"{source}.{alias.name}" for alias in node.names)


@cache
def parsed(path: Path) -> ast.Module:
    """The file's syntax, which several tests look at."""
    return ast.parse(path.read_text(encoding="utf-8"))


def files(*roots: str) -> list[Path]:
    """The source files below these folders (all of ours without); links are not followed."""
    found: list[Path] = []
    for root in roots or ROOTS:
        found += _below(ROOT / root)
    return sorted(found)


def modules(*roots: str) -> list[Module]:
    """The Python files below these folders, named from the project's root."""
    found = []
    for path in files(*roots):
        if path.suffix == ".py":
            parts = path.relative_to(ROOT).with_suffix("").parts
            found.append(Module(path, ".".join(parts).removesuffix(".__init__")))
    return found


def _below(folder: Path) -> Iterator[Path]:
    if not folder.is_dir() or folder.is_symlink():
        return
    for path in folder.iterdir():
        if path.name in NOT_OURS or path.name.startswith(".") or path.is_symlink():
            continue
        if path.is_dir():
            yield from _below(path)
        elif path.suffix in SUFFIXES:
            yield path
