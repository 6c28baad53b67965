"""Makes the stencil of a shipped template from Jinja's own understanding of it, ``jinja2.nodes``.

What it extends, includes and overrides is put in place, so that a stencil is one list. A template that does anything
else than the shipped ones do gets none.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from jinja2 import TemplateError, nodes

from svcctl.render.stencil import Beyond
from svcctl.render.templates import PLAIN, environment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

Blocks = Mapping[str, nodes.Block]


def stencil(name: str, directory: str) -> list[Any]:
    """The stencil of a template.

    Raises:
        Beyond: it has none.
    """
    return _Maker(directory, os.path.dirname(name)).template(name, {})


class _Maker:
    """Takes the templates of one folder apart; a stencil is made anew where that folder has changed."""

    def __init__(self, directory: str, folder: str) -> None:
        self._environment = environment([directory], None)
        self._folder = folder

    def template(self, name: str, blocks: Blocks) -> list[Any]:
        """The stencil of a template whose blocks may be overridden."""
        body = self._parsed(name).body
        own = {node.name: node for one in body for node in _blocks_in(one)}
        merged = {**own, **blocks}
        if body and isinstance(body[0], nodes.Extends):
            if not all(isinstance(node, nodes.Block | nodes.Output) for node in body[1:]):
                raise Beyond
            return self.template(_constant(body[0].template), merged)
        return self._parts(body, merged, False)

    def _parsed(self, name: str) -> nodes.Template:
        if name.endswith(PLAIN) or os.path.dirname(name) != self._folder or self._environment.loader is None:
            raise Beyond
        try:
            source, path, _ = self._environment.loader.get_source(self._environment, name)
            return self._environment.parse(source, name, path)
        except TemplateError:
            raise Beyond from None

    def _parts(self, body: Sequence[nodes.Node], blocks: Blocks, is_loop: bool) -> list[Any]:
        parts: list[Any] = []
        for node in body:
            for part in self._part(node, blocks, is_loop):
                if parts and isinstance(part, str) and isinstance(parts[-1], str):
                    parts[-1] += part
                else:
                    parts.append(part)
        return parts

    def _part(self, node: nodes.Node, blocks: Blocks, is_loop: bool) -> list[Any]:
        if isinstance(node, nodes.Output):
            return [one.data if isinstance(one, nodes.TemplateData) else ["put", _value(one)] for one in node.nodes]
        if isinstance(node, nodes.If):
            return [self._if(node, blocks, is_loop)]
        if isinstance(node, nodes.For):
            return [self._for(node, blocks)]
        if is_loop:
            raise Beyond
        if isinstance(node, nodes.Block) and not node.required:
            return self._parts(blocks[node.name].body, blocks, False)
        if isinstance(node, nodes.Include) and node.with_context and not node.ignore_missing:
            return self.template(_constant(node.template), {})
        raise Beyond

    def _if(self, node: nodes.If, blocks: Blocks, is_loop: bool) -> list[Any]:
        other = self._parts(node.else_, blocks, is_loop)
        for elif_ in reversed(node.elif_):
            other = [["if", _value(elif_.test), self._parts(elif_.body, blocks, is_loop), other]]
        return ["if", _value(node.test), self._parts(node.body, blocks, is_loop), other]

    def _for(self, node: nodes.For, blocks: Blocks) -> list[Any]:
        targets = node.target.items if isinstance(node.target, nodes.Tuple) else [node.target]
        if node.test or node.else_ or node.recursive:
            raise Beyond
        names = [target.name for target in targets if isinstance(target, nodes.Name)]
        if len(names) != len(targets):
            raise Beyond
        return ["for", names, _value(node.iter), self._parts(node.body, blocks, True)]


def _blocks_in(node: nodes.Node) -> list[nodes.Block]:
    return ([node] if isinstance(node, nodes.Block) else []) + list(node.find_all(nodes.Block))


def _constant(node: nodes.Node) -> str:
    if not isinstance(node, nodes.Const) or not isinstance(node.value, str):
        raise Beyond
    return node.value


def _value(node: nodes.Node | None) -> list[Any]:
    match node:
        case nodes.Name(name=name):
            return ["name", name]
        case nodes.Getattr(node=owner, attr=attribute) if not hasattr(dict, attribute):
            return ["of", _value(owner), attribute]
        case nodes.Const(value=str() as value):
            return ["const", value]
        case nodes.Or(left=one, right=other):
            return ["or", _value(one), _value(other)]
        case nodes.Not(node=one):
            return ["not", _value(one)]
        case nodes.Compare(expr=one, ops=[nodes.Operand(op="eq", expr=other)]):
            return ["equal", _value(one), _value(other)]
        case nodes.Add(left=one, right=other):
            return ["plus", _value(one), _value(other)]
        case nodes.List(items=items) | nodes.Tuple(items=items):
            return ["list", *map(_value, items)]
        case nodes.CondExpr(test=test, expr1=one, expr2=other):
            return ["choice", _value(test), _value(one), _value(other)]
        case nodes.Filter(name="join", node=values, args=[nodes.Const(value=str() as between)], kwargs=[]):
            return ["joined", _value(values), between]
    raise Beyond
