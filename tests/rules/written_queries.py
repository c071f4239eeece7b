"""The queries that the files of the server and of the clients spell."""

import ast
import re
from collections.abc import Iterator, Sequence

from tests.rules.acting import RULES
from tests.rules.asked_queries import Asked

ROOT = RULES.parents[1]


def server_files() -> Iterator[tuple[str, ast.Module]]:
    """The server's files in which a query is built."""
    for folder in ("parley", "workers", "functions", "emulator"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            path = str(file.relative_to(ROOT))
            if re.match("parley/testing/|functions/(parley|schema|venv)/", path):
                continue
            tree = ast.parse(file.read_text())
            if any(called(node) == "Query" for node in ast.walk(tree)):
                yield path, tree


def called(node: ast.AST) -> str:
    return node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""


def written_in_python(tree: ast.Module) -> set[str]:
    """The conditions and orders that a file spells, as `asked` spells them."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called(node) in ("Where", "OrderBy"):
            found.add(" ".join(filter(None, map(_literal, node.args[:2]))))
    return found


def _literal(node: ast.expr) -> str | None:
    """A constant, or a path into a map with its names joined by dots; None for anything else."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    names = [_literal(each) for each in node.elts] if isinstance(node, ast.Tuple) else []
    return ".".join(name for name in names if name is not None) or None


def client_files() -> Iterator[tuple[str, str]]:
    for folder, ending in (("web", "ts"), ("web", "tsx"), ("emulator/demo", "ts")):
        for file in sorted((ROOT / folder).rglob(f"*.{ending}")):
            if not {"node_modules", "test"} & set(file.parts):
                yield str(file.relative_to(ROOT)), file.read_text()


CLIENT_CONDITION = re.compile(
    r"where\('(?P<field>[\w.]+)', '(?P<operator>[^']+)'"
    r"|orderBy\((?:'(?P<order>[\w.]+)'|documentId\(\))(?:, '?(?P<direction>\w+))?"
)


def written_in_a_client(text: str) -> set[str]:
    found = set()
    for match in CLIENT_CONDITION.finditer(text):
        if match["field"]:
            found.add(f"{match['field']} {match['operator']}")
            continue
        name = match["order"] or "__name__"
        known = {None: [name], "asc": [name], "desc": [f"-{name}"]}
        found.update(known.get(match["direction"], [name, f"-{name}"]))
    return found


def spelled(queries: Sequence[Asked], *, directions: bool) -> set[str]:
    """The conditions and orders of these queries, as a file that makes them spells them."""
    conditions = {f"{where.field} {where.operator}" for one in queries for where in one.query.where}
    return conditions | {
        f"{'-' if order.descending and directions else ''}{order.field}"
        for one in queries
        for order in one.query.order_by
    }
