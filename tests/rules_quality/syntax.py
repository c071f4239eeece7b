"""The text of security rules as a tree, with the place of each expression.

It reads the part of the language that Parley's rules use: match blocks, functions, `allow`, and
every expression. Whether the rules are right is the emulator's matter; this only finds places.
One file, a little long, since a reader by recursive descent is read from top to bottom.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

_SPACE = re.compile(r"(?:\s|//[^\n]*)*")
_NAME = re.compile(r"[A-Za-z_]\w*")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_STRING = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_SEGMENT = re.compile(r"[\w()-]+")
_MATCH_PATH = re.compile(r"(?:/(?:[\w-]+|\{\w+(?:=\*\*)?\}))+")
_COMPARISONS = ("==", "!=", "<=", ">=", "<", ">", "in", "is")


@dataclass(frozen=True)
class Expression:
    """One expression: what it is, where it stands, and what it is made of.

    `kind` is an operator (`&&`, `==`, `?:`, `!`), or `call`, `member`, `index`, `list`, `map`,
    `path`, `name`, `number`, `string`. Brackets around it are part of it.
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
    """An expression that stands by itself: a condition, what a function returns, or a `let`."""

    where: str
    """The function, or the match path and the methods, that it belongs to."""
    expression: Expression


@dataclass(frozen=True)
class Function:
    """What a function takes, what it names by `let`, and what it returns."""

    parameters: tuple[str, ...]
    lets: dict[str, Expression]
    returned: Expression


@dataclass(frozen=True)
class Allow:
    """One `allow methods: if condition;`, from its first letter to its semicolon."""

    path: str
    methods: tuple[str, ...]
    start: int
    end: int
    condition: Expression


@dataclass(frozen=True)
class Match:
    """One `match path {`: the whole path, and where its own part of it stands."""

    path: str
    start: int
    path_start: int
    path_end: int
    inside: int
    """Right behind its opening brace."""


@dataclass
class Rules:
    """What was found in the text of the rules."""

    text: str
    bodies: list[Body] = field(default_factory=list)
    functions: dict[str, Function] = field(default_factory=dict)
    allows: list[Allow] = field(default_factory=list)
    matches: list[Match] = field(default_factory=list)

    def line(self, offset: int) -> int:
        return self.text.count("\n", 0, offset) + 1


class NotUnderstood(Exception):
    """The text is none that this reader knows; the message has the line and what stands there."""


def read(text: str) -> Rules:
    return _Reader(text).rules()


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found = Rules(text)

    def rules(self) -> Rules:
        self.skip()
        if self.take("rules_version"):
            self.require("=")
            self.pattern(_STRING)
            self.require(";")
        self.require("service")
        self.pattern(re.compile(r"[\w.]+"))
        self.block("")
        return self.found

    # Cursor: it always stands on a token, never on space or a comment.

    def skip(self) -> None:
        space = _SPACE.match(self.text, self.at)
        assert space is not None
        self.at = space.end()

    def sees(self, token: str) -> bool:
        if not self.text.startswith(token, self.at):
            return False
        after = self.text[self.at + len(token) : self.at + len(token) + 1]
        return not (token[-1].isalnum() and (after.isalnum() or after == "_"))

    def take(self, token: str) -> bool:
        if not self.sees(token):
            return False
        self.at += len(token)
        self.skip()
        return True

    def require(self, token: str) -> None:
        if not self.take(token):
            raise self.surprise(repr(token))

    def pattern(self, pattern: re.Pattern[str]) -> tuple[int, int]:
        found = pattern.match(self.text, self.at)
        if found is None:
            raise self.surprise(pattern.pattern)
        self.at = found.end()
        self.skip()
        return found.span()

    def word(self) -> str:
        start, end = self.pattern(_NAME)
        return self.text[start:end]

    def surprise(self, expected: str) -> NotUnderstood:
        there = self.text[self.at : self.at + 40].split("\n")[0]
        line = self.text.count("\n", 0, self.at) + 1
        return NotUnderstood(f"line {line}: expected {expected}, found {there!r}")

    # Blocks

    def block(self, path: str) -> None:
        self.require("{")
        while not self.take("}"):
            start = self.at
            if self.take("match"):
                self.match(path, start)
            elif self.take("function"):
                self.function()
            else:
                self.require("allow")
                self.allow(path, start)

    def match(self, path: str, start: int) -> None:
        path_start, path_end = self.pattern(_MATCH_PATH)
        inner = path + self.text[path_start:path_end]
        self.found.matches.append(Match(inner, start, path_start, path_end, self.at + 1))
        self.block(inner)

    def allow(self, path: str, start: int) -> None:
        methods = [self.word()]
        while self.take(","):
            methods.append(self.word())
        self.require(":")
        self.require("if")
        condition = self.expression()
        end = self.at + 1
        self.require(";")
        self.found.allows.append(Allow(path, tuple(methods), start, end, condition))
        self.found.bodies.append(Body(f"{path} {', '.join(methods)}", condition))

    def function(self) -> None:
        name = self.word()
        parameters = []
        lets = {}
        self.require("(")
        while not self.take(")"):
            parameters.append(self.word())
            self.take(",")
        self.require("{")
        while self.take("let"):
            variable = self.word()
            self.require("=")
            lets[variable] = self.body(f"{name}()")
        self.require("return")
        returned = self.body(f"{name}()")
        self.found.functions[name] = Function(tuple(parameters), lets, returned)
        self.require("}")

    def body(self, where: str) -> Expression:
        expression = self.expression()
        self.found.bodies.append(Body(where, expression))
        self.require(";")
        return expression

    # Expressions, from the loosest binding to the tightest

    def expression(self) -> Expression:
        condition = self.either()
        if not self.take("?"):
            return condition
        then = self.expression()
        self.require(":")
        return _joined("?:", condition, then, self.expression())

    def either(self) -> Expression:
        return self.chain("||", self.both)

    def both(self) -> Expression:
        return self.chain("&&", self.comparison)

    def chain(self, operator: str, part: Callable[[], Expression]) -> Expression:
        """`a && b && c` is one expression of three parts, whichever way it is grouped."""
        parts = [part()]
        while self.take(operator):
            parts.append(part())
        return parts[0] if len(parts) == 1 else _joined(operator, *parts)

    def comparison(self) -> Expression:
        left = self.sum()
        for operator in _COMPARISONS:
            if self.take(operator):
                return _joined(operator, left, self.sum())
        return left

    def sum(self) -> Expression:
        left = self.unary()
        while self.sees("+") or self.sees("-") or self.sees("*") or self.sees("/"):
            operator = self.text[self.at]
            self.require(operator)
            left = _joined(operator, left, self.unary())
        return left

    def unary(self) -> Expression:
        start = self.at
        if self.sees("!") and not self.sees("!="):
            self.require("!")
            inner = self.unary()
            return Expression("!", start, inner.end, (inner,))
        return self.postfix()

    def postfix(self) -> Expression:
        base = self.primary()
        start = base.start
        while True:
            if self.take("."):
                _, end = self.pattern(_NAME)
                base = Expression("member", start, end, (base,))
            elif self.sees("("):
                arguments, end = self.listed("(", ")")
                base = Expression("call", start, end, (base, *arguments))
            elif self.sees("["):
                indices, end = self.listed("[", "]")
                base = Expression("index", start, end, (base, *indices))
            else:
                return base

    def listed(self, opening: str, closing: str) -> tuple[list[Expression], int]:
        """What stands between brackets, parted by `,` or `:`, and where the brackets end."""
        self.require(opening)
        parts = []
        while not self.sees(closing):
            parts.append(self.expression())
            if not (self.take(",") or self.take(":")):
                break
        end = self.at + 1
        self.require(closing)
        return parts, end

    def primary(self) -> Expression:
        start = self.at
        if self.take("("):
            inner = self.expression()
            end = self.at + 1
            self.require(")")
            return replace(inner, start=start, end=end)
        if self.sees("["):
            parts, end = self.listed("[", "]")
            return Expression("list", start, end, tuple(parts))
        if self.sees("{"):
            parts, end = self.listed("{", "}")
            return Expression("map", start, end, tuple(parts))
        if self.sees("/"):
            return self.path()
        for kind, pattern in (("string", _STRING), ("number", _NUMBER), ("name", _NAME)):
            if pattern.match(self.text, self.at):
                return Expression(kind, *self.pattern(pattern))
        raise self.surprise("an expression")

    def path(self) -> Expression:
        start, end = self.at, self.at
        variables = []
        while self.take("/"):
            if self.sees("$("):
                self.at += 1
                (variable,), end = self.listed("(", ")")
                variables.append(variable)
            else:
                _, end = self.pattern(_SEGMENT)
        return Expression("path", start, end, tuple(variables))


def _joined(kind: str, *parts: Expression) -> Expression:
    return Expression(kind, parts[0].start, parts[-1].end, parts)
