"""Mutants of the judge: one small change of its source at a time, put in place while it runs.

Every comparison is shifted (``<`` becomes ``<=``), turned round or left out, every ``and``
becomes ``or``, every condition is denied, every returned list is emptied.  A mutant takes
the place of the code of the functions it changes, so that whoever holds such a function
runs it; leaving the block puts the original back.
"""

from __future__ import annotations

import ast
import copy
import inspect
import types
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType

SHIFTED = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
TURNED = {
    ast.Lt: ast.GtE, ast.LtE: ast.Gt, ast.Gt: ast.LtE, ast.GtE: ast.Lt,
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
SIGNED = {ast.Add: ast.Sub, ast.Sub: ast.Add}


@dataclass(frozen=True)
class Mutant:
    """A change at one place: the module, the number of the node, what is done to it."""

    module: ModuleType
    node: int
    kind: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.module.__name__}:{self.line} {self.kind} {self.text}"


def mutants(module: ModuleType, skip: tuple[str, ...] = ()) -> list[Mutant]:
    """Every mutant of a module, without those inside functions named in ``skip``."""
    tree = _tree(module)
    skipped = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name in skip
        for inner in ast.walk(node)
    }
    found = []
    for number, node in enumerate(_walk(tree)):
        if id(node) not in skipped:
            for kind in _kinds(node):
                text = ast.unparse(node)[:60].replace("\n", " ")
                found.append(Mutant(module, number, kind, getattr(node, "lineno", 0), text))
    return found


def _walk(tree: ast.AST) -> list[ast.AST]:
    return [n for f in ast.walk(tree) if isinstance(f, ast.FunctionDef) for n in ast.walk(f)]


def _tree(module: ModuleType) -> ast.Module:
    return ast.parse(Path(str(module.__file__)).read_text("utf-8"))


def _kinds(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Compare):
        op = type(node.ops[0])
        return [k for k, table in (("shift", SHIFTED), ("turn", TURNED)) if op in table]
    if isinstance(node, ast.BoolOp):
        return ["and/or"]
    if isinstance(node, ast.BinOp) and type(node.op) in SIGNED:
        return ["sign"]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd | ast.BitOr):
        return [] if "None" in ast.unparse(node) else ["left"]  # ``X | None`` is a type
    if isinstance(node, ast.If | ast.IfExp):
        return ["deny"]
    if isinstance(node, ast.Return) and isinstance(node.value, ast.Call | ast.ListComp):
        return ["empty"] if _gives_findings(node.value) else []
    return []


def _gives_findings(value: ast.expr) -> bool:
    text = ast.unparse(value)
    return text.startswith(("ground.found", "[said(", "[Finding("))


def _mutate(node: ast.AST, kind: str) -> None:
    if kind in ("shift", "turn"):
        table = SHIFTED if kind == "shift" else TURNED
        node.ops[0] = table[type(node.ops[0])]()
    elif kind == "and/or":
        node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    elif kind == "sign":
        node.op = SIGNED[type(node.op)]()
    elif kind == "left":  # only the left side of & or | is left
        node.right = copy.deepcopy(node.left)
    elif kind == "deny":
        node.test = ast.UnaryOp(ast.Not(), node.test)
    elif kind == "empty":
        node.value = ast.List([], ast.Load())


@contextmanager
def in_place(mutant: Mutant) -> Iterator[None]:
    """The mutant runs instead of the original within the block."""
    tree = _tree(mutant.module)
    _mutate(_walk(tree)[mutant.node], mutant.kind)
    ast.fix_missing_locations(tree)
    fresh = ModuleType(mutant.module.__name__)
    fresh.__file__ = mutant.module.__file__
    # dataclasses look their module up while they are made; it is the original one.
    exec(compile(tree, str(mutant.module.__file__), "exec"), fresh.__dict__)
    changed = _functions(fresh)
    kept = []
    for name, function in _functions(mutant.module).items():
        if name in changed:
            kept.append((function, function.__code__))
            function.__code__ = changed[name].__code__
    try:
        yield
    finally:
        for function, code in kept:
            function.__code__ = code


def _functions(module: ModuleType) -> dict[str, types.FunctionType]:
    """The functions of a module and the methods of its classes, by name."""
    found = {}
    for name, value in vars(module).items():
        function = inspect.unwrap(value) if callable(value) else value
        if isinstance(function, types.FunctionType) and function.__module__ == module.__name__:
            found[name] = function
        if isinstance(value, type) and value.__module__ == module.__name__:
            for inner, method in vars(value).items():
                plain = _plain(method)
                if isinstance(plain, types.FunctionType):
                    found[f"{name}.{inner}"] = plain
    return {n: f for n, f in found.items() if not f.__code__.co_freevars}


def _plain(method: object) -> object:
    if isinstance(method, cached_property):
        return method.func
    if isinstance(method, property):
        return method.fget
    if isinstance(method, staticmethod | classmethod):
        return method.__func__
    return method
