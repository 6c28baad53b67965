"""Opens many requests that another program asks for: all in one commit, none of them twice."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from datetime import datetime

from svcctl.desk import Desk
from svcctl.exchange.batchfile import REF, Line, Lines
from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import BrokenFiles, Problem, SvcctlError
from svcctl.model.request import Header, Request
from svcctl.opening import Opener
from svcctl.recording import Written, author
from svcctl.rules.presence import Addressee, present
from svcctl.store import bulk
from svcctl.store.fastimport import Commit
from svcctl.store.index import Damaged
from svcctl.store.subject import one_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from svcctl.model.team import Person
    from svcctl.store.tree import Tree

_MOST_NAMED = 1000

Step = Callable[[int], None]


class Opened(NamedTuple):
    """What a batch came to, or would come to: new requests, how many were here already, and what was left out."""

    requests: list[Request]
    known: int
    problems: list[Problem]
    remarks: list[Message]


class Batch:
    """The lines of a file on their way into a desk.

    Args:
        strict: open nothing where a line has a problem.
        step: told of progress; two steps a line in all.
    """

    def __init__(
        self, desk: Desk, lines: Lines, person: Person, now: datetime, step: Step, strict: bool = False
    ) -> None:
        self.desk, self.lines, self.person, self.now, self.step = desk, lines, person, now, step
        self.strict = strict
        self._written: list[Written] = []
        self._opened = Opened([], 0, [], [])

    def open(self, dry_run: bool = False) -> Opened:
        """Opens what is not open yet, in one commit; says what that was.

        Raises:
            BrokenFiles: a line has a problem and the batch is ``strict``, or the regulations have.
            Refused: the desk has uncommitted edits where it would be written.
        """
        if dry_run:
            self._commits(self.desk.tree)
            return self._opened
        self.desk.prepare_to_sign()
        folder = os.path.join(self.desk.folder, "svcctl")
        written = bulk.write(self.desk.git, folder, self.desk.branch, self._commits, self.step)
        self.desk.warnings.extend(written.warnings)
        self.desk.stand_on(written.tip)
        return self._opened

    def _commits(self, tree: Tree) -> Sequence[Commit]:
        """The commit that goes on top of a tree; inside the lock."""
        if tree.commit != self.desk.tree.commit:
            self.desk.stand_on(tree.commit)
        known = known_refs(self.desk)
        opener = _Opener(self.desk, self.person, self.now)
        written, problems = opener.all([line for line in self.lines.good if line.ref not in known], self.step)
        problems = sorted([*self.lines.problems, *problems], key=lambda problem: problem.place)
        if problems and self.strict:
            raise BrokenFiles(problems, hint=Message("nothing was opened (--strict)"))
        here = sum(line.ref in known for line in self.lines.good)
        requests = [one.request for one in written if one.request is not None]
        self._opened = Opened(requests, here, problems, [*opener.said, *opener.opener.remarks])
        changes = [change for one in written for change in one.changes]
        return [Commit(author(self.person, self.now), self._message(written), changes)] if changes else []

    def _message(self, written: Sequence[Written]) -> str:
        named = [one.request.id for one in written[:_MOST_NAMED] if one.request is not None]
        more = [f"… and {len(written) - len(named)} more"] if len(written) > len(named) else []
        subject = f"{len(written)} requests opened {self.person.handle}" if len(written) != 1 else written[0].message
        return one_line(subject) + "\n\n" + "\n".join([*named, *more]) + "\n"


class _Opener:
    """Opens line after line on top of one state of the desk; a line that cannot be opened is a problem."""

    def __init__(self, desk: Desk, person: Person, now: datetime) -> None:
        self.opener = Opener(desk, person, now, many=True)
        self.said: list[Message] = []
        self._addressees: dict[str, Addressee] = {}

    def all(self, lines: Sequence[Line], step: Step) -> tuple[list[Written], list[Problem]]:
        """What the lines come to, and what is wrong with those that cannot be opened."""
        # What is wrong with the regulations is not the lines' fault.
        _ = self.opener.regulations
        written, problems = [], []
        for line in lines:
            try:
                written.append(self._one(line))
            except SvcctlError as error:
                problems.append(Problem(line.place, error.code, error.message, error.hint))
            step(1)
        return written, problems

    def _one(self, line: Line) -> Written:
        header = Header(
            "",
            line.title,
            line.type,
            self.opener.now,
            self.opener.person.handle,
            client=line.client,
            channel=line.channel,
            priority=line.priority,
            text=line.text,
            fields={**line.fields, REF: line.ref},
        )
        return self.opener.opened(header, self._addressee(line.to))

    def _addressee(self, to: str) -> str:
        """Who gets what is meant for a person or department, said once where somebody stands in."""
        if to not in self._addressees:
            team = self.opener.desk.reference.team
            self._addressees[to] = found = present(to, team, self.opener.now.date())
            self.said.extend([found.said] if found.said is not None else [])
        return self._addressees[to].to


def known_refs(desk: Desk) -> set[str]:
    """The names that other programs have for the requests of a desk."""
    try:
        index = desk.index()
        rows = index.ask(f"SELECT fields FROM request WHERE fields LIKE '%\"{REF}\"%'") if index is not None else None
    except Damaged:
        # The command cannot be run anew as others are: standard input is read only once.
        rows = None
    if rows is None:
        return {ref for request in desk.requests() if (ref := request.fields.get(REF))}
    return {ref for (fields,) in rows if (ref := json.loads(fields).get(REF))}
