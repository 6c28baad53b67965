"""Verifies commits before they are taken in: each changes only what its author may, in their own name.

Who may do what follows from the tip that is there already (its team, its owners of regulations) and from what verified
commits have changed of it. The rules are ``svcctl.rules.verification`` and ``svcctl.rules.appending``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

from svcctl.model.event import Event
from svcctl.model.ids import record_path
from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import BrokenFiles, Place, Problem
from svcctl.model.regulation import Regulation
from svcctl.model.request import Header, fold
from svcctl.model.settings import SSH, parse_settings
from svcctl.model.team import Person, Team, parse_team
from svcctl.rules import verification as rules
from svcctl.rules.appending import (
    are_imported,
    event_faults,
    header_faults,
    import_faults,
    no_version,
    occurrence_faults,
)
from svcctl.rules.verification import Fault
from svcctl.store.commitfiles import CommitFiles, mapping_of
from svcctl.store.commits import Changes, Made, commits, compared
from svcctl.store.git import Blob, Git, Objects
from svcctl.store.joint import Joint, may_be_a_record, place_of
from svcctl.store.merge import Parts, take_apart
from svcctl.store.permitted import owner_in
from svcctl.store.records import Record, parse_record
from svcctl.store.reference import Reference
from svcctl.store.tree import Tree

_SHORT = 10
"""As many characters of a commit's id as people read."""


class Finding(NamedTuple):
    """What is wrong with a commit: its id, the problem with its place in the commit's files, and whose commit it is.

    ``by`` is a handle, or the address of somebody who is not in the team; empty where no commit is meant.
    """

    commit: str
    problem: Problem
    by: str = ""

    def as_json(self) -> dict[str, object]:
        """The finding as ``verify --json`` prints it."""
        return {"commit": self.commit, "by": self.by or None, **self.problem.as_json()}

    def told(self) -> Problem:
        """The problem with its commit, and whose that is, in the words; the commit is its place where it has none."""
        short = self.commit[:_SHORT]
        if not self.problem.path:
            return self.problem._replace(place=Place(f"commit {short}"))
        said = Message("{what} (commit {commit} by {by})", what=self.problem.message, commit=short, by=self.by or "-")
        return self.problem._replace(message=said)

    def line(self) -> Message:
        """The finding as one line: commit, place, what, what to do."""
        place, _, what, remedy = self.problem
        said = Message("{place}: {what}", place=place, what=what) if place.path else what
        said = Message("{commit} {what}", commit=self.commit[:_SHORT], what=said)
        return Message("{said} ({remedy})", said=said, remedy=remedy) if remedy else said


class Edit(NamedTuple):
    """What a commit does to one file, by whom; ``parent`` is the commit that it was made on."""

    commit: Made
    parent: str
    person: Person
    path: str
    before: Blob | None
    after: Blob | None


class Moves(NamedTuple):
    """Records that a commit puts where they belong: by their new paths, and the paths where they were.

    One that stood in its place already, the same, only goes from where it was.
    """

    come: dict[str, Blob]
    gone: frozenset[str]


class Verified(NamedTuple):
    """How many commits were looked at, and what is wrong with them."""

    commits: int
    findings: list[Finding]


def verify(git: Git, objects: Objects, old: str, new: str, known: Sequence[str] = ()) -> Verified:
    """Verifies the commits of ``new`` that ``old`` and ``known`` do not have.

    Args:
        old: the tip that is trusted; its team and owners count.

    Raises:
        BrokenFiles: desk.yaml or team.yaml of the old tip cannot be read.
    """
    found = commits(git, objects, new, [old, *known])
    verifier = Verifier(git, objects, old, new, found)
    for made, changes in compared(git, objects, found):
        verifier.judge(made, changes)
    return Verified(len(found), verifier.findings)


class Verifier:
    """Judges commits, parents before children; ``findings`` grows."""

    def __init__(self, git: Git, objects: Objects, old: str, new: str, found: Sequence[Made]) -> None:
        self.git, self.objects, self.old, self.found = git, objects, old, found
        self.findings: list[Finding] = []
        reference = Reference(Tree(git, objects, old))
        self.before, self.team = reference.team, reference.team
        self.signed = reference.settings.sign == SSH
        self.files = CommitFiles(git, objects, new)
        self._owners: dict[str, str] = {}
        self._moved = Moves({}, frozenset())

    # A commit

    def judge(self, made: Made, changes: Sequence[Changes]) -> None:
        """Adds what is wrong with a commit to the findings."""
        found = list(self._judged(made, changes))
        author = rules.author_of(made.author, self.team)
        by = author.handle if author else made.author
        self.findings.extend(Finding(made.id, problem, by) for problem in found)

    def _judged(self, made: Made, changes: Sequence[Changes]) -> Iterator[Problem]:
        if not made.parents:
            message = Message("it has no commit before it: it is of another desk")
            yield Problem(Place(), "no-parent", message, Message("clone the desk, and do it there"))
            return
        person = self._author(made, changes)
        faults = list(self._identity(made, person))
        yield from (_problem("", fault) for fault in faults)
        if person is None or faults:
            return
        if len(made.parents) == 1:
            yield from self._plain(made, person, changes[0])
        else:
            yield from self._merge(made, person, changes)

    def _author(self, made: Made, changes: Sequence[Changes]) -> Person | None:
        """Who made a commit; somebody who joins with it counts already."""
        person = rules.author_of(made.author, self.team)
        if person is not None or len(changes) != 1 or "team.yaml" not in changes[0]:
            return person
        before, after = self.files.team(made.parents[0]), self.files.team(made.id)
        return rules.newcomer(made.author, before, after, self.team) if before and after else None

    def _identity(self, made: Made, person: Person | None) -> Iterator[Fault]:
        if person is None:
            message = Message("nobody in team.yaml has its author's address, {email}", email=made.author or "-")
            remedy = Message("a head adds them: svcctl team add; or: git config user.email, and commit again")
            yield Fault("unknown-author", message, remedy)
            return
        if rules.author_of(made.committer, self.team) != rules.author_of(made.author, self.team):
            message = Message("{author} wrote it, and {email} committed it", author=person.handle, email=made.committer)
            yield Fault("committer", message, Message("everybody commits and pushes their own work"))
        if self.before.people.get(person.handle, person).left:
            yield Fault("left", Message("{person} has left the team", person=person.handle), _ask_head(self.team))
        if self.signed:
            yield from self._signature(made, person)

    def _signature(self, made: Made, person: Person) -> Iterator[Fault]:
        from svcctl.store.signatures import fingerprint

        if not made.signed:
            message = Message("it is not signed, and this desk's commits are (desk.yaml: sign: ssh)")
            yield Fault("unsigned", message, Message("svcctl signs with git's user.signingkey; git commit -S does too"))
            return
        signer = self._signers.get(made.id, "")
        if not signer:
            yield Fault(
                "signature", Message("its signature is not good"), Message("sign it again: git commit --amend -S")
            )
        elif signer not in {fingerprint(key) for key in self.team.people.get(person.handle, person).keys}:
            message = Message("its signature is not by a key of {person} (but {key})", person=person.handle, key=signer)
            yield Fault("signer", message, Message("a head adds their key to team.yaml; or sign with your own"))

    @cached_property
    def _signers(self) -> dict[str, str]:
        from svcctl.store.signatures import signers

        return signers(self.git, [made.id for made in self.found if made.signed], [self.before])

    def _plain(self, made: Made, person: Person, changes: Changes) -> Iterator[Problem]:
        self._moved = self._moves(made, changes)
        # The team comes first: an import writes records of people whom it adds in the same commit.
        for path in sorted(changes, key=lambda path: (rules.room(path) != rules.TEAM, path)):
            change = changes[path]
            yield from self._edited(Edit(made, made.parents[0], person, path, change.before, change.after))

    def _edited(self, edit: Edit) -> Iterator[Problem]:
        if edit.after is not None:
            before = edit.before.mode if edit.before else ""
            faults = list(rules.path_faults(edit.path, edit.after.mode, before))
            if faults:
                yield from (_problem(edit.path, fault) for fault in faults)
                return
        lost = edit.after is None and may_be_a_record(edit.path)
        check = Verifier._record if lost else _CHECKS.get(rules.room(edit.path))
        try:
            yield from check(self, edit) if check else ()
        except BrokenFiles as error:
            yield from error.problems or [Problem(Place(edit.path), error.code, error.message, error.hint)]

    def _known_team(self, edit: Edit) -> Team:
        """The team in force, with whom the writer of an older commit knew."""
        then = self.files.team(edit.parent)
        return rules.both_teams(self.team, then) if then is not None and then != self.team else self.team

    # Records

    def _record(self, edit: Edit) -> Iterator[Problem]:
        if edit.after is None:
            if edit.path not in self._moved.gone and (rules.is_record(edit.path) or self._place_of(edit)):
                yield _problem(edit.path, _deleted(edit.path, edit.parent))
            return
        edit = edit._replace(before=edit.before or self._moved.come.get(edit.path))
        text, before = self.files.text(edit.after, edit.path), self.files.text(edit.before, edit.path)
        record = parse_record(text, edit.path)
        known = parse_record(before, edit.path) if edit.before else Record(None, [], [])
        said = {(problem.code, str(problem.message)) for problem in known.problems}
        problems = [one for one in record.problems if (one.code, str(one.message)) not in said]
        yield from problems
        if problems or record.header is None:
            return
        if edit.before is None:
            faults = self._opened(edit, record.header, _each_once(record.events))
        else:
            faults = self._grown(edit, record, known, before, text)
        yield from (_problem(edit.path, fault, before if fault.code in _IN_OLD else text) for fault in faults)

    def _moves(self, made: Made, changes: Changes) -> Moves:
        """Records that a commit puts where their ids belong, the same to the byte, as ``svcctl fsck --repair`` does."""
        come, gone = dict[str, Blob](), set[str]()
        for path, (before, after) in changes.items():
            if before is None or after is not None or not may_be_a_record(path):
                continue
            place = place_of(self.files.raw(before))
            found = self.objects.read(f"{made.id}:{place}") if place and place != path else None
            if found is not None and found[0] == before.oid:
                gone.add(path)
                if place in changes and changes[place].before is None:
                    come[place] = before
        return Moves(come, frozenset(gone))

    def _place_of(self, edit: Edit) -> str:
        """Where the record that a file was belongs; empty where it was none."""
        return place_of(self.files.raw(edit.before)) if edit.before else ""

    def _opened(self, edit: Edit, header: Header, events: list[Event]) -> Iterator[Fault]:
        if are_imported(header, events):
            yield from import_faults(events, header.by, edit.person, self.team)
            return
        regulation, team = self.files.regulation(header.regulation, edit.parent), self._known_team(edit)
        if "errand" in header.fields and header.by != edit.person.handle:
            defined = self.files.errand(edit.commit.id, header.fields["errand"])
            yield from occurrence_faults(header, events, defined, regulation, team)
        else:
            faults = list(header_faults(header, edit.person, regulation, team))
            yield from faults or self._added(edit, header, [], events, regulation)

    def _added(
        self, edit: Edit, header: Header, before: list[Event], added: list[Event], regulation: Regulation | None
    ) -> Iterator[Fault]:
        for event in added:
            ref = event.__dict__.get("values", {}).get("regulation") if event.do == "set" else ""
            if ref and self.files.regulation(ref, edit.parent) is None:
                yield no_version(ref, event.id)
                return
        team = self._known_team(edit)
        needs = self.files.needs(edit.commit.id, header, before, added, regulation, team)
        yield from event_faults(header, before, added, edit.person, regulation, team, needs)

    def _grown(self, edit: Edit, record: Record, known: Record, before: str, text: str) -> Iterator[Fault]:
        assert record.header is not None
        old, new = (take_apart(one.encode("utf-8", "surrogateescape")) for one in (before, text))
        faults = [*_header_changed(old, new), *_lines_changed(old, new)]
        yield from faults
        if faults:
            return
        ids = {event.id for event in known.events}
        added = [event for event in _each_once(record.events) if event.id not in ids]
        lines = [key[3] for row, key in new.rows.items() if row not in old.rows]
        for name in dict.fromkeys(name for name in lines if name in ids or lines.count(name) > 1):
            message = Message("there is an event {id} already", id=name)
            yield Fault("duplicate-event", message, Message("an event's id is its own: do it with svcctl"), name)
            return
        if are_imported(record.header, added):
            yield from import_faults(added, edit.person.handle, edit.person, self.team)
            return
        regulation = self._bound(edit, record.header, known.events)
        yield from self._added(edit, record.header, known.events, added, regulation)

    def _bound(self, edit: Edit, header: Header, events: Sequence[Event]) -> Regulation | None:
        """The regulation of a request as it stood before."""
        changed = any(event.do == "set" for event in events)
        ref = fold(header, events).regulation if changed else header.regulation
        return self.files.regulation(ref, edit.parent)

    # Other files

    def _team_file(self, edit: Edit) -> Iterator[Problem]:
        after = _team_of(self.files.text(edit.after, edit.path))
        before = self.files.team(edit.parent)
        if before is None:
            yield from (_problem(edit.path, one) for one in rules.head_only(edit.person, self.team, edit.path))
            return
        faults = list(rules.team_faults(edit.person, before, after, self.team, self.signed))
        yield from (_problem(edit.path, fault, self.files.text(edit.after, edit.path)) for fault in faults)
        if not faults:
            self.team = rules.changed_team(self.team, before, after)

    def _desk_file(self, edit: Edit) -> Iterator[Problem]:
        parse_settings(mapping_of(self.files.text(edit.after, edit.path), edit.path))
        yield from self._head_file(edit)

    def _is_tidied(self, edit: Edit) -> bool:
        """Whether a file says the very same as before, written otherwise."""
        texts = [rules.tidied(self.files.text(blob, edit.path)) for blob in (edit.before, edit.after)]
        return texts[0] == texts[1] != ""

    def _head_file(self, edit: Edit) -> Iterator[Problem]:
        if self._is_tidied(edit):
            return
        for fault in rules.head_only(edit.person, self.team, edit.path):
            yield _problem(edit.path, fault)

    def _regulation_file(self, edit: Edit) -> Iterator[Problem]:
        yield from self._owned(edit, lambda text: owner_in(rules.REGULATION, text, edit.path))

    def _errand_file(self, edit: Edit) -> Iterator[Problem]:
        yield from self._owned(edit, lambda text: owner_in(rules.ERRAND, text, edit.path))

    def _owned(self, edit: Edit, owner_in: Callable[[str], str]) -> Iterator[Problem]:
        """A file whose owner is named in it: changed by them, or by a head; a new one is its author's own."""
        if self._is_tidied(edit):
            return
        after = owner_in(self.files.text(edit.after, edit.path)) if edit.after else ""
        owner = self._owners.get(edit.path) or self._owner_before(edit, owner_in) or after
        faults = list(rules.owner_faults(edit.person, edit.path, owner, self.team))
        yield from (_problem(edit.path, fault) for fault in faults)
        if not faults:
            self._owners[edit.path] = after

    def _owner_before(self, edit: Edit, owner_in: Callable[[str], str]) -> str:
        text = self.files.at(self.old, edit.path)
        text = self.files.text(edit.before, edit.path) if text is None else text
        try:
            return owner_in(text) if text else ""
        except BrokenFiles:
            return ""

    def _readers(self, edit: Edit) -> Iterator[Problem]:
        before, after = self.files.text(edit.before, edit.path), self.files.text(edit.after, edit.path)
        yield from (_problem(edit.path, one) for one in rules.reader_faults(edit.person, before, after))

    def _offer(self, edit: Edit) -> Iterator[Problem]:
        if edit.after is None:
            yield _problem(edit.path, _deleted(edit.path, edit.parent))

    def _attachment(self, edit: Edit) -> Iterator[Problem]:
        naming, redacted = self._naming(edit.commit.id, edit.path)
        if edit.after is not None and edit.before is not None:
            message = Message("a file that an event names is never changed")
            yield _problem(edit.path, Fault("file-changed", message, Message("attach the new one beside it")))
        elif edit.after is not None and not naming:
            message = Message("no event of the request names this file")
            remedy = Message("keep it with its message: svcctl message ID in --file …")
            yield _problem(edit.path, Fault("unnamed-file", message, remedy))
        elif edit.after is None and naming - redacted:
            yield _problem(edit.path, _deleted(edit.path, edit.parent))

    def _naming(self, commit: str, path: str) -> tuple[set[str], set[str]]:
        """The ids of the events that name a file, and of those that are redacted, in the record it belongs to."""
        record = record_path(path.split("/")[4])
        events = parse_record(self.files.at(commit, record) or "", record).events
        naming = {event.id for event in events if event.__dict__.get("file") == path}
        return naming, {event.__dict__["event"] for event in events if event.do == "redacted"}

    # Merges

    def _merge(self, made: Made, person: Person, changes: Sequence[Changes]) -> Iterator[Problem]:
        joint = Joint(self.git, self.objects, self.old, made, changes)
        for path in joint.paths:
            yield from self._merged(joint, made, person, path)

    def _merged(self, joint: Joint, made: Made, person: Person, path: str) -> Iterator[Problem]:
        after, sides = joint.after(path), joint.sides(path)
        kind = rules.room(path)
        if after is not None and after not in sides:
            before = "" if all(side is None for side in sides) else rules.PLAIN
            faults = list(rules.path_faults(path, after.mode, before))
            if faults:
                yield from (_problem(path, fault) for fault in faults)
                return
        if kind == rules.RECORD:
            yield from (_problem(path, fault, self.files.text(after, path)) for fault in joint.record_faults(path))
        elif kind == rules.ATTACHMENT:
            yield from self._merged_attachment(joint, made, person, path)
        elif kind == rules.READERS:
            yield from (_problem(path, fault) for fault in joint.line_faults(path))
        elif kind in _OWNED and not joint.follows(path) and not self._as_before(path, after):
            for parent, side in zip(made.parents, sides, strict=True):
                if side != after:
                    yield from self._edited(Edit(made, parent, person, path, side, after))
                    return

    def _as_before(self, path: str, after: Blob | None) -> bool:
        """Whether a file is as the old tip has it: nothing of it was changed."""
        found = self.objects.read(f"{self.old}:{path}")
        return (found[0] if found else "") == (after.oid if after else "")

    def _merged_attachment(self, joint: Joint, made: Made, person: Person, path: str) -> Iterator[Problem]:
        after, sides = joint.after(path), joint.sides(path)
        if joint.is_moved(path) or after in [side for side in sides if side is not None]:
            return
        before = next((side for side in sides if side is not None), None)
        yield from self._attachment(Edit(made, made.parents[0], person, path, before, after))


_CHECKS: dict[str, Callable[[Verifier, Edit], Iterator[Problem]]] = {
    rules.RECORD: Verifier._record,
    rules.TEAM: Verifier._team_file,
    rules.DESK: Verifier._desk_file,
    rules.ATTRIBUTES: Verifier._head_file,
    rules.REGULATION: Verifier._regulation_file,
    rules.ERRAND: Verifier._errand_file,
    rules.READERS: Verifier._readers,
    rules.OFFER: Verifier._offer,
    rules.ATTACHMENT: Verifier._attachment,
}
_OWNED = (rules.TEAM, rules.DESK, rules.ATTRIBUTES, rules.REGULATION, rules.ERRAND)
_IN_OLD = ("event-removed",)


def _ask_head(team: Team) -> Message:
    return Message("ask a head: {names}", names=rules.heads_of(team))


def _team_of(text: str) -> Team:
    return parse_team(mapping_of(text, "team.yaml"))


def _each_once(events: Sequence[Event]) -> list[Event]:
    return list({event.id: event for event in events}.values())


def _deleted(path: str, parent: str) -> Fault:
    message = Message("the file was deleted: what a desk has recorded stays")
    return Fault("deleted", message, Message("git checkout {commit} -- {path}", commit=parent[:10], path=path))


def _header_changed(old: Parts, new: Parts) -> Iterator[Fault]:
    if rules.tidied(old.header) == rules.tidied(new.header):
        return
    pairs = list(zip(old.header.split("\n"), new.header.split("\n"), strict=False))
    there, here = next((pair for pair in pairs if pair[0] != pair[1]), ("", ""))
    message = Message("the header said “{old}” and says “{new}”", old=there, new=here)
    about = (here or there).partition(":")[0]
    yield Fault("header", message, Message("a header never changes; change a value by: svcctl set"), about)


def _lines_changed(old: Parts, new: Parts) -> Iterator[Fault]:
    ids = new.ids()
    for row, key in old.rows.items():
        if row in new.rows:
            continue
        remedy = Message("put the line back as it was: git log -p -- the file; what was wrong: svcctl undo, or a note")
        if key[3] in ids:
            yield Fault("event-changed", Message("the event {id} was changed", id=key[3]), remedy, key[3])
        else:
            message = Message("the event {id} was taken out", id=key[3] or row[:40])
            yield Fault("event-removed", message, remedy, key[3])


def _problem(path: str, fault: Fault, text: str = "") -> Problem:
    line = next((n for n, row in enumerate(text.split("\n"), 1) if _is_about(row, fault.about)), 0)
    return Problem(Place(path, line, 1 if line else 0), fault.code, fault.message, fault.remedy)


def _is_about(row: str, about: str) -> bool:
    return about != "" and (row.startswith(f"{about}:") or (row.startswith("- ") and f'"id": "{about}"' in row))
