"""Parse security rules into expressions that know their position in the text.

The grammar is `syntax.lark`. Text outside it raises `lark.UnexpectedInput`, which names the line.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from lark import Lark, Token, Tree

_PARSER = Lark(
    Path(__file__).with_suffix(".lark").read_text(),
    parser="lalr",
    propagate_positions=True,
    maybe_placeholders=False,
)
_KINDS = {"or_test": "||", "and_test": "&&", "conditional": "?:", "not_test": "!"}


@dataclass(frozen=True)
class Expression:
    """A node of the syntax tree, including the brackets around it.

    `kind` is an operator (`&&`, `==`, `?:`, `!`) or a rule of the grammar, such as `call` or
    `string`. `a && b && c` is one expression with three parts.
    """

    kind: str
    start: int
    end: int
    parts: tuple["Expression", ...] = ()

    def walk(self) -> Iterator["Expression"]:
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass(frozen=True)
class Body:
    """A condition, the result of a function, or the value of a `let`."""

    where: str
    """The function, or the match path and the methods."""
    expression: Expression


@dataclass(frozen=True)
class Function:
    parameters: tuple[str, ...]
    lets: dict[str, Expression]
    returned: Expression


@dataclass(frozen=True)
class Allow:
    """A statement `allow methods: if condition;`, up to and including its semicolon."""

    path: str
    methods: tuple[str, ...]
    start: int
    end: int
    condition: Expression


@dataclass(frozen=True)
class Match:
    """A statement `match path {`: its full path, and the position of the part it adds."""

    path: str
    start: int
    path_start: int
    path_end: int


@dataclass
class Rules:
    text: str
    bodies: list[Body] = field(default_factory=list)
    functions: dict[str, Function] = field(default_factory=dict)
    allows: list[Allow] = field(default_factory=list)
    matches: list[Match] = field(default_factory=list)

    def line(self, offset: int) -> int:
        return self.text.count("\n", 0, offset) + 1

    def code(self, expression: Expression) -> str:
        return self.text[expression.start : expression.end]


@cache
def parse(text: str) -> Rules:
    rules = Rules(text)
    _add_block(rules, "", _PARSER.parse(text).children[-1])
    return rules


def _add_block(rules: Rules, path: str, block: Tree[Token] | Token) -> None:
    assert isinstance(block, Tree)
    for statement in _trees(block):
        meta = statement.meta
        match statement.data, statement.children:
            case "match", [Token() as own, inner]:
                assert own.start_pos is not None
                assert own.end_pos is not None
                full = path + own
                rules.matches.append(Match(full, meta.start_pos, own.start_pos, own.end_pos))
                _add_block(rules, full, inner)
            case "allow", [*methods, Tree() as condition]:
                expression = _expression(condition)
                names = tuple(str(method) for method in methods)
                allow = Allow(path, names, meta.start_pos, meta.end_pos, expression)
                rules.allows.append(allow)
                rules.bodies.append(Body(f"{path} {', '.join(names)}", expression))
            case _:
                _add_function(rules, statement)


def _add_function(rules: Rules, function: Tree[Token]) -> None:
    name = function.children[0]
    parameters, *lets, returned = _trees(function)
    values = {str(let.children[0]): _expression(_trees(let)[0]) for let in lets}
    result = _expression(returned)
    names = tuple(str(parameter) for parameter in parameters.children)
    rules.functions[str(name)] = Function(names, values, result)
    rules.bodies += [Body(f"{name}()", value) for value in (*values.values(), result)]


def _expression(tree: Tree[Token]) -> Expression:
    start, end = tree.meta.start_pos, tree.meta.end_pos
    parts = tuple(_expression(part) for part in _trees(tree))
    match tree.data:
        case "group":
            return Expression(parts[0].kind, start, end, parts[0].parts)
        case "comparison":
            return Expression(str(tree.children[1]), start, end, parts)
        case data:
            return Expression(_KINDS.get(data, str(data)), start, end, parts)


def _trees(tree: Tree[Token]) -> list[Tree[Token]]:
    return [child for child in tree.children if isinstance(child, Tree)]
