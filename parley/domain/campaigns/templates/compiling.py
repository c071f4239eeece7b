"""Parse a template with python-liquid, and compile its syntax tree into parts to render.

Unknown kinds of nodes are refused, so no tag of a later python-liquid works by accident.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from liquid import BoundTemplate, Environment, TokenStream
from liquid.ast import BlockNode, Node
from liquid.builtin.content import ContentNode
from liquid.builtin.expressions.loop import LoopExpression
from liquid.builtin.expressions.primitive import StringLiteral
from liquid.builtin.output import OutputNode
from liquid.builtin.tags.assign_tag import AssignNode
from liquid.builtin.tags.capture_tag import CaptureNode
from liquid.builtin.tags.case_tag import CaseNode, MultiExpressionBlockNode
from liquid.builtin.tags.comment_tag import CommentNode
from liquid.builtin.tags.cycle_tag import CycleNode
from liquid.builtin.tags.decrement_tag import DecrementNode
from liquid.builtin.tags.doc_tag import DocNode
from liquid.builtin.tags.for_tag import BreakNode, ContinueNode, ForNode
from liquid.builtin.tags.if_tag import IfNode
from liquid.builtin.tags.ifchanged_tag import IfChangedNode
from liquid.builtin.tags.increment_tag import IncrementNode
from liquid.builtin.tags.liquid_tag import LiquidNode
from liquid.builtin.tags.render_tag import RenderNode
from liquid.builtin.tags.tablerow_tag import TablerowNode
from liquid.builtin.tags.unless_tag import UnlessNode
from liquid.parser import get_parser
from liquid.token import TOKEN_CONTINUE

from parley.domain.campaigns.templates import loops, nodes
from parley.domain.campaigns.templates.expressions import (
    Evaluate,
    compile_condition,
    compile_filtered,
    compile_match,
    compile_value,
)
from parley.domain.campaigns.templates.liquid_values import is_true
from parley.domain.campaigns.templates.nodes import Body, Branch, Interrupt, Part, Render
from parley.domain.campaigns.templates.partials import render_partial
from parley.domain.campaigns.templates.refusals import Refused, TemplateError
from parley.domain.campaigns.templates.source import Place, tokenize

_PARSER = Environment(extra=False)
for _refused in ("include", "render"):
    del _PARSER.tags[_refused]  # They would read other templates.


_WITH_RENDER = Environment(extra=False)
del _WITH_RENDER.tags["include"]


def parse(text: str, *, with_render: bool = False) -> BoundTemplate:
    """Return python-liquid's syntax tree; raise the errors of its parser.

    ``with_render``: the text may render other templates.
    """
    parser = _WITH_RENDER if with_render else _PARSER
    return BoundTemplate(parser, get_parser(parser).parse(TokenStream(tokenize(text))))


def compile_body(parsed: Iterable[Node]) -> Body:
    """Compile nodes in order; raise :class:`TemplateError` naming the one that is wrong."""
    return Body(tuple(part for node in parsed for part in _parts(node, in_loop=False)))


def _body(block: BlockNode, *, in_loop: bool) -> Body:
    return Body(tuple(part for node in block.nodes for part in _parts(node, in_loop=in_loop)))


def _parts(node: Node, *, in_loop: bool) -> Iterator[Part]:
    if isinstance(node, LiquidNode):  # Each of its lines is a tag of its own.
        for inner in node.block.nodes:
            yield from _parts(inner, in_loop=in_loop)
        return
    place = Place(node.token.source, node.token.start_index)
    try:
        yield _part(node, place, in_loop=in_loop)
    except Refused as error:
        raise TemplateError(f"{place}: {error}") from error


def _part(node: Node, place: Place, *, in_loop: bool) -> Part:
    match node:
        case ContentNode():
            return _content(node, place)
        case OutputNode():
            return Part(nodes.output(compile_filtered(node.expression)), place)
        case AssignNode():
            render = nodes.assign(str(node.name), compile_filtered(node.expression))
            return Part(render, place, blank=True)
        case CaptureNode():
            body = _body(node.block, in_loop=in_loop)
            return Part(nodes.capture(str(node.name), body), place, blank=True)
        case CommentNode():
            return Part(nodes.nothing, place, blank=True)
        case DocNode():
            return Part(nodes.nothing, place, blank=not node.text)
        case IncrementNode():
            return Part(nodes.count(str(node.name), 1), place)
        case DecrementNode():
            return Part(nodes.count(str(node.name), -1), place)
        case CycleNode():
            return Part(_cycle(node), place)
        case RenderNode():
            return Part(render_partial(node), place)
        case BreakNode() | ContinueNode():
            if not in_loop:
                raise Refused("break and continue may only be used in a loop")
            interrupt = Interrupt.BREAK if isinstance(node, BreakNode) else Interrupt.CONTINUE
            return Part(lambda run: interrupt, place)
    return _block(node, place, in_loop=in_loop)


def _block(node: Node, place: Place, *, in_loop: bool) -> Part:
    """Compile a tag with one or more bodies."""
    match node:
        case IfNode() | UnlessNode():
            return _branches(_if_branches(node, in_loop=in_loop), nodes.choice, place)
        case CaseNode():
            return _branches(_case_branches(node, in_loop=in_loop), nodes.case, place)
        case ForNode():
            inner = [_body(node.block, in_loop=True)]
            if node.default:
                inner.append(_body(node.default, in_loop=in_loop))
            (body, *rest), blank = nodes.trimmed(inner)
            loop = _loop(node.expression)
            return Part(loops.for_loop(loop, body, rest[0] if rest else None), place, blank=blank)
        case TablerowNode():
            body = _body(node.block, in_loop=True)
            cols = node.expression.cols
            columns = compile_value(cols) if cols else None
            return Part(loops.table_row(_loop(node.expression), columns, body), place)
        case IfChangedNode():
            body = _body(node.block, in_loop=in_loop)
            return Part(nodes.ifchanged(body), place, blank=body.blank)
    raise Refused("this tag cannot be used")


def _content(node: ContentNode, place: Place) -> Part:
    verbatim = node.token.source.startswith("{%", node.token.start_index)
    blank = not verbatim and not node.text.strip(" \t\n\v\f\r")
    return Part(nodes.content(node.text), place, blank=blank, content=not verbatim)


def _cycle(node: CycleNode) -> Render:
    group = compile_value(node.group) if node.group else None
    return nodes.cycle(
        repr([str(one) for one in node.args]), group, [*map(compile_value, node.args)]
    )


def _branches(
    branches: Sequence[Branch], render: Callable[[Sequence[Branch]], Render], place: Place
) -> Part:
    bodies, blank = nodes.trimmed([branch.body for branch in branches])
    kept = [Branch(branch.condition, body) for branch, body in zip(branches, bodies, strict=True)]
    return Part(render(kept), place, blank=blank)


def _if_branches(node: IfNode | UnlessNode, *, in_loop: bool) -> list[Branch]:
    condition = compile_condition(node.condition)
    if isinstance(node, UnlessNode):
        condition = _negated(condition)
    branches = [Branch(condition, _body(node.consequence, in_loop=in_loop))]
    for other in node.alternatives:
        body = _body(other.block, in_loop=in_loop)
        branches.append(Branch(compile_condition(other.expression), body))
    if node.default:
        branches.append(Branch(None, _body(node.default, in_loop=in_loop)))
    return branches


def _negated(condition: Evaluate) -> Evaluate:
    return lambda run: not is_true(condition(run))


def _case_branches(node: CaseNode, *, in_loop: bool) -> list[Branch]:
    branches = []
    for block in node.blocks:
        if isinstance(block, MultiExpressionBlockNode):
            body = _body(block.block, in_loop=in_loop)
            for sought in block.expression.expressions:
                branches.append(Branch(compile_match(node.expression, sought), body))
        else:
            branches.append(Branch(None, _body(block, in_loop=in_loop)))
    return branches


def _loop(expression: LoopExpression) -> loops.Loop:
    offset = expression.offset
    goes_on = isinstance(offset, StringLiteral) and offset.token.kind == TOKEN_CONTINUE
    return loops.Loop(
        variable=str(expression.identifier),
        key=f"{expression.identifier}-{expression.iterable}",
        items=compile_value(expression.iterable),
        limit=compile_value(expression.limit) if expression.limit else None,
        offset=compile_value(offset) if offset and not goes_on else None,
        goes_on=goes_on,
        backwards=expression.reversed,
    )
