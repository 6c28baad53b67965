"""The shape of the house: imports point downwards, one room for git and one for YAML, small functions.

A failure says why the rule is there; the remedy is nearly always to move code down or to split it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

import pytest

ROOT = Path(__file__).parent.parent / "svcctl"
ROOMS = ("model", "rules", "reports", "store", "exchange", "render", "desk", "imports", "cli")
# A room may import the rooms below it. render, exchange and store stand side by side on one floor.
FLOOR = {"model": 0, "rules": 1, "reports": 2, "store": 3, "exchange": 3, "render": 3}
FLOOR |= dict.fromkeys(("archiving", "batch", "desk", "imports", "opening", "recording"), 4) | {"cli": 5}
ONLY = {
    "yaml": {"store/yaml.py"},
    "subprocess": {"store/git.py", "exchange/program.py", "cli/editing.py", "render/limits.py"},
    "git": {"store/history.py"},
}
GENERIC = {"reports/facts.py", "store/workers.py"}
"""What has type variables that are there when it runs."""

PURE_ROOMS = ("model", "rules", "reports")
IMPURE = {"os", "sys", "subprocess", "pathlib", "socket", "tempfile", "shutil", "time", "click"}
LONGEST_FUNCTION = 60
LONGEST_MODULE = 720
BANNED = ("util", "helper", "manager", "common", "misc")


def modules() -> list[Path]:
    return sorted(ROOT.rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def room_of(name: str) -> str:
    return name.split("/")[0].removesuffix(".py")


def imports(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module
            if node.module == "svcctl" or node.module.count(".") == 1:
                yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_imports_point_downwards(path: Path) -> None:
    room = room_of(name_of(path))
    if room not in FLOOR:
        return
    for line, name in imports(path):
        parts = name.split(".")
        if parts[0] != "svcctl" or len(parts) < 2 or parts[1] not in FLOOR or parts[1] == room:
            continue
        assert FLOOR[parts[1]] <= FLOOR[room], f"{name_of(path)}:{line}: {room} must not know {parts[1]}"


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_one_room_each_for_yaml_git_and_processes(path: Path) -> None:
    for line, name in imports(path):
        allowed = ONLY.get(name.split(".")[0])
        assert allowed is None or name_of(path) in allowed, f"{name_of(path)}:{line}: only {allowed} import {name}"


@pytest.mark.parametrize("path", [p for p in modules() if room_of(name_of(p)) in PURE_ROOMS], ids=name_of)
def test_the_lower_rooms_are_pure(path: Path) -> None:
    for line, name in imports(path):
        assert name.split(".")[0] not in IMPURE, f"{name_of(path)}:{line}: the clock and the world are arguments here"


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_typing_is_for_type_checkers(path: Path) -> None:
    """It takes a question a fortieth of its time to import; ``NamedTuple`` is in ``svcctl.model.namedtuples``."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = [node for node in tree.body if isinstance(node, ast.ImportFrom | ast.Import)]
    names = {node.module for node in found if isinstance(node, ast.ImportFrom)}
    names |= {alias.name for node in found if isinstance(node, ast.Import) for alias in node.names}
    assert "typing" not in names or name_of(path) in GENERIC, f"{name_of(path)}: import it under TYPE_CHECKING"


def functions() -> Iterator[tuple[int, str]]:
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield _body_length(node), f"{name_of(path)}:{node.lineno} {node.name}"


def _body_length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of the body; decorators, the signature and the docstring are not what makes a function hard to read."""
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return node.end_lineno - body[0].lineno + 1 if body and node.end_lineno else 1


def test_functions_are_small() -> None:
    sizes = sorted(functions(), reverse=True)
    lengths = [size for size, _ in sizes]
    assert lengths[0] <= LONGEST_FUNCTION, f"too long to see whole: {sizes[:5]}"
    assert quantiles(lengths, n=10)[8] <= 30, f"the longest tenth has grown: {sizes[:20]}"
    assert median(lengths) <= 9


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_modules_are_one_noun(path: Path) -> None:
    name = name_of(path)
    assert not any(word in name for word in BANNED), f"{name}: name it after what it is about"
    lines = path.read_text(encoding="utf-8").count("\n")
    assert lines <= LONGEST_MODULE, f"{name} has {lines} lines: split it by noun"


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_modules_and_public_functions_say_what_they_are_for(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), f"{name_of(path)} has no docstring"
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{name_of(path)}:{node.lineno}: {node.name} has no docstring"
