"""The first push of all into a shared repository: nothing is there that says who may, so what comes has to be whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from svcctl.model.messages import Message
from svcctl.model.problems import BrokenFiles, Place, Problem
from svcctl.model.settings import parse_settings
from svcctl.model.source import Map
from svcctl.model.team import parse_team
from svcctl.rules import verification as rules
from svcctl.store.records import parse_record
from svcctl.store.tree import Tree, decoded


def first_push(tree: Tree) -> Iterator[Problem]:
    """What is wrong with the files of a desk that is shared for the first time; its history is taken as it is."""
    entries = list(tree.entries())
    for entry in entries:
        for fault in rules.path_faults(entry.path, entry.mode, ""):
            yield Problem(Place(entry.path), fault.code, fault.message, fault.remedy)
    records = [one for one in entries if rules.room(one.path) == rules.RECORD and one.mode == rules.PLAIN]
    for entry, content in tree.contents(records):
        try:
            problems = parse_record(decoded(content, entry.path), entry.path).problems
        except BrokenFiles as error:
            problems = list(error.problems)
        yield from problems
    yield from _foundations(tree)


def _foundations(tree: Tree) -> Iterator[Problem]:
    """What is wrong with the files without which nothing could be verified later."""
    checks: dict[str, Callable[[Map], object]] = {"desk.yaml": parse_settings, "team.yaml": parse_team}
    for path, parse in checks.items():
        try:
            mapping = tree.yaml(path)
            absent = mapping is None or parse(mapping) is None
        except BrokenFiles as error:
            yield from error.problems
            continue
        if absent:
            remedy = Message("push a desk: svcctl init DIR makes one")
            yield Problem(Place(path), "absent", Message("{path} is not in the push", path=path), remedy)
