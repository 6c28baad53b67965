"""Three-way merge of files that are no records: field by field where they are YAML, line by line else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import BrokenFiles
from svcctl.store.tree import decoded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_ABSENT = object()
_LONGEST = 60
_READERS = "regulations/read/"

JoinLines = Callable[[bytes, bytes, bytes, bool], bytes | None]
"""Joins ours, base and theirs line by line; with True keeps both sides of what differs. None: it cannot."""


class Clash(NamedTuple):
    """A field that both sides changed, and what it is on each."""

    field: str
    here: object
    there: object

    def words(self) -> Message:
        """The clash as a person reads it."""
        return Message(
            "{field} is {here} here, {there} there", field=self.field, here=_said(self.here), there=_said(self.there)
        )


def _said(value: object) -> Message:
    if value is _ABSENT:
        return Message("not there")
    text = value if isinstance(value, str) else str(value)
    flat = " ".join(text.split())
    return Message("“{text}”", text=flat if len(flat) <= _LONGEST else flat[: _LONGEST - 1] + "…")


def merge_fields(base: object, ours: object, theirs: object, field: str = "") -> tuple[object, list[Clash]]:
    """The value with both sides' changes, and the fields that both changed differently (ours is kept there).

    Mappings are merged key by key; lists and texts are changed as a whole.
    """
    if ours == theirs or theirs == base:
        return ours, []
    if ours == base:
        return theirs, []
    if not isinstance(ours, dict) or not isinstance(theirs, dict):
        return ours, [Clash(field, ours, theirs)]
    old = base if isinstance(base, dict) else {}
    merged: dict[str, object] = {}
    clashes: list[Clash] = []
    for key in dict.fromkeys([*ours, *theirs, *old]):
        sides = [side.get(key, _ABSENT) for side in (old, ours, theirs)]
        value, found = merge_fields(sides[0], sides[1], sides[2], f"{field}.{key}" if field else key)
        clashes.extend(found)
        if value is not _ABSENT:
            merged[key] = value
    return merged, clashes


def merge_files(
    path: str, base: bytes | None, ours: bytes, theirs: bytes, join: JoinLines
) -> tuple[bytes | None, list[Message]]:
    """A file with the changes of both sides; None where they cannot be joined, and why."""
    if path.endswith(".yaml"):
        return _merge_yaml(path, base, ours, theirs, join)
    # A list of who has read a regulation has the lines of both, as its merge=union says to git.
    joined = join(ours, base or b"", theirs, path.startswith(_READERS))
    if joined is None:
        return None, [Message("both sides changed the same lines, or it is no text")]
    return joined, []


def _merge_yaml(
    path: str, base: bytes | None, ours: bytes, theirs: bytes, join: JoinLines
) -> tuple[bytes | None, list[Message]]:
    try:
        old, here, there = ({} if side is None else _mapping(side, path) for side in (base, ours, theirs))
    except BrokenFiles as error:
        return None, [error.message]
    wanted, clashes = merge_fields(old, here, there)
    if clashes:
        return None, [clash.words() for clash in clashes]
    # The text is joined line by line, so that comments stay; it counts only if it says what the fields say.
    for both in (False, True):
        joined = join(ours, base or b"", theirs, both)
        if joined is not None and _says(joined, path, wanted):
            return joined, []
    for side in (ours, theirs):
        if _says(side, path, wanted):
            return side, []
    return None, [Message("the fields do not clash, but the lines cannot be joined")]


def _mapping(content: bytes, path: str) -> Mapping[str, Any]:
    from svcctl.store import yaml

    mapping, problems = yaml.read(decoded(content, path), path)
    if problems or mapping is None:
        raise BrokenFiles(problems)
    return mapping


def _says(content: bytes, path: str, wanted: object) -> bool:
    try:
        return _mapping(content, path) == wanted
    except BrokenFiles:
        return False


def conflict_text(path: str, reasons: Sequence[Message]) -> Message:
    """One line for a file that cannot be joined."""
    return Message("{path}: {why}", path=path, why=Message.joined(reasons))
