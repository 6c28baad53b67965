"""A desk: what commands talk to.

Reads the committed tree (readers take no lock and write nothing) and records events, commit first. The clock and the
acting person are arguments.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import cached_property

from svcctl.model.ids import is_request_id, record_path, short
from svcctl.model.messages import Message
from svcctl.model.problems import BrokenFiles, Busy, Problem, Refused, SvcctlError, Usage
from svcctl.store.git import Entry, Git, Objects, git_folder
from svcctl.store.parsed import Parsed
from svcctl.store.reference import Reference
from svcctl.store.tree import INDEX, REQUESTS, Tree, current_branch, decoded, find_root, tip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from svcctl.model.event import Event
    from svcctl.model.regulation import Regulation
    from svcctl.model.request import Header, Request
    from svcctl.model.team import Person
    from svcctl.recording import Deed, Written
    from svcctl.rules.clocks import Clock
    from svcctl.store.fastimport import FileChange
    from svcctl.store.index import Index, Place, Selection
    from svcctl.store.records import Record
    from svcctl.store.remote import Remote
    from svcctl.store.repair import Repair
    from svcctl.store.sync import Choice, Synced

MIN_PART = 3
_MOST_MATCHES = 10
_TRIES = 5
_ANYBODYS = (REQUESTS + "/", "offers/", "files/", "clients/")
"""Where everybody writes; what may be recorded of a request, recording checks."""


class Desk:
    """An open desk; use ``open_desk``."""

    def __init__(self, root: str, git: Git, folder: str, objects: Objects, commit: str) -> None:
        self.root, self.git, self.folder, self.objects = root, git, folder, objects
        self.parsed = Parsed(os.path.join(folder, "svcctl"))
        self.tree = Tree(git, objects, commit, self.parsed)
        self.reference = Reference(self.tree)
        self.problems: list[Problem] = []
        self.warnings: list[Message] = []
        self.remarks: list[Message] = []
        self.entropy: Callable[[int], bytes] = os.urandom
        self.progress: Callable[[int, int], None] | None = None
        self.is_present = True
        """Whether it is read as it stands now; the past has no index."""
        self._index: Index | None = None
        self._has_index = True

    def close(self) -> None:
        """Ends the reading process and keeps what was parsed."""
        self.parsed.save()
        if self._index is not None:
            self._index.close()
        self.objects.close()

    # The index

    def index(self, make: bool = True) -> Index | None:
        """The index, brought up to the desk's commit; None where there can be none.

        Args:
            make: make one where there is none yet.
        """
        if not (self._has_index and self.is_present and self.tree.commit):
            return None
        if not make and self._index is None and not os.path.isfile(os.path.join(self._own_folder, INDEX)):
            return None
        from svcctl.store.index import index_path, opened

        if self._index is None:
            self._index = opened(index_path(self._own_folder))
            if self._index is None and not make:
                return None
        if self._index is None or self._index.commit != self.tree.commit:
            from svcctl.store.indexing import up_to_date

            self._index = up_to_date(self._index, self.tree, self._own_folder, self.progress)
            self._has_index = self._index is not None
        self.tree.index = self._index
        return self._index

    def forget_index(self) -> None:
        """Takes the index away, with every word in it; whoever needs one makes it anew."""
        from svcctl.store.index import discard, index_path

        if self._index is not None:
            self._index.close()
            self._index = self.tree.index = None
        discard(index_path(self._own_folder))

    # Finding and reading

    def find(self, part: str) -> str:
        """The request id that a part of it means.

        Raises:
            Refused: no request, or several, have it; lists the matches.
        """
        wanted = part.strip()
        if is_request_id(wanted):
            if self.tree.content(record_path(wanted)) is not None:
                return wanted
            raise _not_found(wanted)
        if len(wanted) < MIN_PART:
            raise Refused(
                Message("“{part}” is too short to find a request by", part=part),
                Message("give {n} or more characters of its id", n=MIN_PART),
                code="short-id",
            )
        return self._only_match(wanted)

    def _only_match(self, part: str) -> str:
        found, ends = self._matches(part)
        if len(found) == 1 or len(ends) == 1:
            return ends[0] if len(ends) == 1 else found[0]
        if not found:
            raise _not_found(part)
        raise self._ambiguous(part, found)

    def _matches(self, part: str) -> tuple[list[str], list[str]]:
        """The ids that have a text in them, and those of them that end with it."""
        known = self._known_matches(part)
        if known is not None:
            return known
        key = part.casefold()
        found = [
            name
            for path in self.tree.record_paths()
            if key in path.casefold() and key in (name := path.rsplit("/", 1)[-1][:-5]).casefold()
        ]
        return found, [name for name in found if name.casefold().endswith(key)]

    def _known_matches(self, part: str) -> tuple[list[str], list[str]] | None:
        """The same by the index as it is, and by what has changed since: to bring it up to date takes longer."""
        if self._index is None and self.is_present and self._has_index:
            if not os.path.isfile(os.path.join(self._own_folder, INDEX)):
                return None
            from svcctl.store.index import index_path, opened

            self._index = opened(index_path(self._own_folder))
        index = self._index
        if index is None or not index.commit or not self.tree.commit or not self.is_present:
            return None
        if index.commit == self.tree.commit:
            return index.ids_with(part)
        try:
            changed = self.objects.changed(index.commit, self.tree.commit)
        except SvcctlError:
            # Nobody knows its commit any more.
            return None
        return index.ids_with(part, changed)

    def _ambiguous(self, part: str, found: Sequence[str]) -> Refused:
        rows = []
        for name in found[:_MOST_MATCHES]:
            header = self._record(name).header
            rows.append(f"{name}  {header.title if header else '?'}")
        if len(found) > _MOST_MATCHES:
            rows.append("…")
        return Refused(
            Message("“{part}” is part of {n} ids", part=part, n=len(found)),
            Message("which one?\n  {rows}", rows=tuple(rows)),
            code="ambiguous-id",
        )

    def _record(self, request_id: str) -> Record:
        from svcctl.store.records import parse_record

        path = record_path(request_id)
        text = self.tree.text(path)
        if text is None:
            raise _not_found(request_id)
        return parse_record(text, path)

    def read(self, request_id: str) -> Request:
        """A request as it stands.

        Raises:
            Refused: there is none of that id.
            BrokenFiles: its record has problems.
        """
        from svcctl.model.request import fold

        record = self._record(request_id)
        if record.problems or record.header is None:
            raise BrokenFiles(record.problems)
        return fold(record.header, record.events)

    def requests(self, selection: Selection | None = None) -> Iterator[Request]:
        """Requests that can be read, oldest first; what is wrong with the others goes to ``problems``.

        Args:
            selection: which of them the index may leave out; whoever asks still looks at each.
        """
        index = self.index() if selection is not None else None
        if selection is None or index is None:
            entries = [entry for entry in self.tree.entries(REQUESTS + "/") if entry.path.endswith(".yaml")]
        else:
            return self.read_all(index.selected(selection))
        return self._folded(entries)

    def read_all(self, places: Sequence[Place]) -> Iterator[Request]:
        """The requests of some records as ``requests`` gives them."""
        return self._folded([Entry(path, oid, "100644") for path, oid in places])

    def _folded(self, entries: Sequence[Entry]) -> Iterator[Request]:
        if not entries:
            return
        from svcctl.model.request import fold
        from svcctl.store.records import parse_record

        for entry, content in self.tree.contents(entries):
            try:
                record = parse_record(decoded(content, entry.path), entry.path)
            except BrokenFiles as error:
                self._note(error.problems)
                continue
            if record.problems or record.header is None:
                self._note(record.problems)
                continue
            yield fold(record.header, record.events)

    def _note(self, problems: Sequence[Problem]) -> None:
        """Keeps problems to be told, each once, however often its file is read."""
        known = set(self.problems)
        self.problems.extend(problem for problem in dict.fromkeys(problems) if problem not in known)

    def regulation_of(self, request: Request) -> Regulation | None:
        """The version of the regulation that the request is bound to; a missing one becomes a problem."""
        try:
            return self.reference.regulation(request.regulation)
        except BrokenFiles as error:
            self._note(error.problems or (_as_problem(request, error),))
            return None

    def clocks(self, request: Request, now: datetime) -> list[Clock]:
        """The request's clocks at ``now``."""
        from svcctl.rules.clocks import measure

        return measure(request, self.regulation_of(request), self.reference.calendar_of, now)

    # What a person means

    def current_stage(self, request_id: str, person: Person, stage: str = "") -> str:
        """The open stage that a person would finish.

        Raises:
            Refused: no stage is open, or several and it is not clear which.
        """
        from svcctl.rules.transitions import choose_item

        request = self.read(request_id)
        item = choose_item(request, person.handle, self.reference.team, stage)
        if not item.stage:
            raise Refused(
                Message("{id}: no stage is open", id=short(request_id)),
                Message("finish the request: svcctl resolve {id} -m OUTCOME", id=short(request_id)),
                code="no-stage",
            )
        return item.stage

    def return_stage(self, request_id: str, person: Person, stage: str = "") -> str:
        """The stage that a return goes back to by the regulation; empty where it goes back to the sender."""
        from svcctl.rules.stages import returned
        from svcctl.rules.transitions import choose_item

        request = self.read(request_id)
        regulation = self.regulation_of(request)
        item = choose_item(request, person.handle, self.reference.team, stage)
        if regulation is None or regulation.stage(item.stage) is None:
            return ""
        back = returned(regulation, item.stage)
        return back.name if back else ""

    def setting(self, request_id: str, values: dict[str, str]) -> Event:
        """The event that changes values, with the old ones beside them.

        Raises:
            Refused: a value that cannot be: an unknown client, channel or priority.
        """
        from svcctl.rules.opening import change

        return change(self.read(request_id), values, self.reference)

    # Recording

    @cached_property
    def branch(self) -> str:
        """The branch that is written to.

        Raises:
            Refused: HEAD is detached.
        """
        name = current_branch(self.folder)
        if not name:
            raise Refused(
                Message("the desk's HEAD is detached: a deed would be on no branch"),
                Message("git switch main (or the branch you work on), then type the command again"),
                code="detached-head",
            )
        return name

    def record(
        self,
        person: Person,
        now: datetime,
        deeds: Sequence[Deed] | Callable[[], Sequence[Deed]],
        dry_run: bool = False,
        at: datetime | None = None,
    ) -> list[Request]:
        """Records events in one commit and returns the requests after it.

        Args:
            person: who did it; the commit's author.
            now: when it is written down; ``at`` is when it happened, if earlier.
            deeds: the events by request, in order; a request may come only once. A function where they follow from
                how the requests stand: it is asked inside the lock, and nothing is written where it finds none. An
                event that has an id keeps it.
            dry_run: check everything, write nothing.

        Raises:
            Refused: an event may not happen now; nothing is written.
            BrokenFiles: a record has problems.
            Busy: others kept writing.
        """
        from svcctl.recording import Recorder

        def prepare() -> list[Written]:
            recorder = Recorder(self, person, now, at)
            return [recorder.judged(deed) for deed in (deeds() if callable(deeds) else deeds)]

        return self._write(prepare, person, now, dry_run)

    def open_new(self, person: Person, now: datetime, header: Header, to: str = "", dry_run: bool = False) -> Request:
        """Opens a request as a person asked for it: the regulation is found, what it requires is checked.

        Args:
            to: a person, who is assigned, or a department; empty: the regulation's first department.

        Raises:
            Refused: an unknown type, client, channel, priority or addressee, or something required is missing.
        """
        from svcctl.opening import Opener

        def prepare() -> list[Written]:
            opener = Opener(self, person, now)
            written = opener.opened(header, to)
            self.remarks = opener.remarks or self.remarks
            return [written]

        return self._write(prepare, person, now, dry_run)[0]

    def open_request(
        self,
        person: Person,
        now: datetime,
        header: Header,
        events: Sequence[Event],
        files: Sequence[FileChange] | Callable[[], Sequence[FileChange]] = (),
        dry_run: bool = False,
    ) -> Request:
        """Opens a request; the header's id is given here, the regulation's first stages start.

        Args:
            files: what is written with it; a function is asked inside the lock.

        Raises:
            Refused: an event may not happen to it.
        """

        from svcctl.recording import Recorder

        def prepare() -> list[Written]:
            recorder = Recorder(self, person, now)
            return [recorder.opened(header, events, files() if callable(files) else files)]

        return self._write(prepare, person, now, dry_run)[0]

    def write_files(
        self,
        person: Person,
        now: datetime,
        message: str,
        changes: Sequence[FileChange] | Callable[[], Sequence[FileChange]],
        dry_run: bool = False,
    ) -> None:
        """Commits files that are no records (clients, team, offers) the same way.

        Args:
            changes: what to write; a function where it follows from what stands there: it is asked inside the lock,
                so that two people who add to the same file at once both find their lines in it.
        """
        from svcctl.recording import Written

        self._write(lambda: [Written(None, message, changes() if callable(changes) else changes)], person, now, dry_run)

    def repair(self, person: Person, now: datetime, dry_run: bool = False) -> list[Repair]:
        """Puts right what loses nothing, in one commit by the person, and the folder's files that are behind it.

        Raises:
            Refused: one of the files has edits that are not committed.
        """
        from svcctl.recording import Written
        from svcctl.store.repair import behind, repairs

        done: list[Repair] = []

        def prepare() -> list[Written]:
            found = repairs(self.tree)
            done[:] = [*behind(self.tree, dry_run), *found.done]
            return [Written(None, found.subject, found.changes, body=found.body)] if found.changes else []

        self._write(prepare, person, now, dry_run)
        return done

    def sync(self, person: Person, now: datetime, remote: Remote, choice: Choice, dry_run: bool = False) -> Synced:
        """Brings this clone and another repository together and reads the desk as it is then.

        Raises:
            Busy: it cannot be reached, others kept pushing, or files cannot be joined; says which.
            Unverified: commits that come, or would be pushed, change what their authors may not.
            Refused: the push is not taken, or a file that has to follow has uncommitted edits.
        """
        from svcctl.recording import author
        from svcctl.store.sync import Here, synchronise

        def refresh() -> str:
            self._refresh()
            self.prepare_to_sign()
            return self.tree.commit

        own = author(person, now)
        here = Here(self.git, self.objects, self._own_folder, self.branch, own, self.entropy, refresh, choice, dry_run)
        done = synchronise(here, remote)
        if done.warning:
            self.warnings.append(done.warning)
        self.stand_on(done.tip)
        if dry_run or not self._start_joined(person, now, done.both):
            return done
        after = synchronise(here, remote)
        self.stand_on(after.tip)
        told = tuple(dict.fromkeys([*done.unverified, *after.unverified]))
        pulled, pushed = done.pulled + after.pulled, done.pushed + after.pushed
        return done._replace(tip=after.tip, pulled=pulled, pushed=pushed, unverified=told)

    def _start_joined(self, person: Person, now: datetime, merged: Sequence[str]) -> list[Request]:
        """Starts the stages that only both sides' work together lets begin; returns their requests."""

        from svcctl.recording import Deed

        def deeds() -> list[Deed]:
            found = ((request_id, self._joined(request_id)) for request_id in merged)
            return [Deed(request_id, events) for request_id, events in found if events]

        return self.record(person, now, deeds) if merged else []

    def _joined(self, request_id: str) -> list[Event]:
        from svcctl.rules.process import joined

        try:
            request = self.read(request_id)
            return joined(request, self.regulation_of(request), self.reference.team)
        except (BrokenFiles, Refused):
            # What is broken, or lacks data, waits for a person; what was merged is merged.
            return []

    def _write(
        self, prepare: Callable[[], Sequence[Written]], person: Person, now: datetime, dry_run: bool
    ) -> list[Request]:
        from svcctl.recording import author, message
        from svcctl.store.fastimport import Moved
        from svcctl.store.lock import Lock
        from svcctl.store.transaction import commit

        branch = self.branch
        with Lock(self._own_folder, self.git):
            for _ in range(_TRIES):
                self._refresh()
                self.prepare_to_sign()
                written = prepare()
                requests = [one.request for one in written if one.request is not None]
                changes = [change for one in written for change in one.changes]
                self._refuse_others(person, changes)
                if dry_run or not written:
                    return requests
                try:
                    self._check_clean(changes)
                    tip, warning = commit(
                        self.git,
                        self._own_folder,
                        branch,
                        self.tree.commit,
                        author(person, now),
                        message(written),
                        changes,
                    )
                except Moved:
                    continue
                if warning:
                    self.warnings.append(warning)
                self.stand_on(tip)
                return requests
        raise Busy(Message("others kept writing to this desk"), Message("type the command again"))

    def prepare_to_sign(self) -> None:
        """Lets commits be signed where desk.yaml says so; see ``svcctl.store.signing.prepare``."""
        if self.tree.commit and self.reference.settings.sign != "no":
            from svcctl.store.signing import prepare

            prepare(self.git)

    def _refuse_others(self, person: Person, changes: Sequence[FileChange]) -> None:
        ruled = [change for change in changes if not change.path.startswith(_ANYBODYS)]
        if ruled:
            from svcctl.store.permitted import refuse_others

            refuse_others(person, self.tree, ruled)

    def _check_clean(self, changes: Sequence[FileChange]) -> None:
        from svcctl.store import journal
        from svcctl.store.fastimport import Moved

        try:
            journal.check_clean(self.git, self.objects, self.tree.commit, [change.path for change in changes])
        except Refused:
            if self._tip() != self.tree.commit:
                # What looks like an edit was committed meanwhile: somebody pulled, or committed by hand.
                raise Moved from None
            raise

    def _tip(self) -> str:
        return tip(self.git, self.folder) or _head(self.objects)

    @property
    def _own_folder(self) -> str:
        return os.path.join(self.folder, "svcctl")

    def _refresh(self) -> None:
        """Looks at the branch's tip again, inside the lock, and finishes what an interrupted command left."""
        from svcctl.store import journal

        tip = self._tip()
        intent = journal.pending(self._own_folder)
        if intent is not None:
            said = journal.finish(self.git, self._own_folder, intent, tip)
            if said:
                self.warnings.append(said)
        if tip != self.tree.commit:
            self.stand_on(tip)

    def stand_on(self, commit: str) -> None:
        """Reads the desk as it is in this commit."""
        self.tree = Tree(self.git, self.objects, commit, self.parsed)
        self.reference = Reference(self.tree)


def _not_found(part: str) -> Refused:
    return Refused(
        Message("no request has “{part}” in its id", part=part),
        Message("svcctl list shows them; svcctl search TEXT looks in their words"),
        code="no-such-request",
    )


def _as_problem(request: Request, error: BrokenFiles) -> Problem:
    from svcctl.model.problems import Place

    return Problem(Place(record_path(request.id)), error.code, error.message, error.hint)


def open_desk(start: str, as_of: datetime | None = None) -> Desk:
    """Opens the desk that ``start`` lies in.

    Args:
        start: a folder.
        as_of: read the desk as it was known then.

    Raises:
        Usage: there is no desk there, or there was none yet.
        BrokenFiles: it is no git repository, or git is missing.
    """
    root = find_root(start)
    folder = git_folder(root)
    git = Git(root)
    commit = _commit_before(git, as_of) if as_of is not None else ""
    objects = Objects(git)
    if as_of is None:
        commit = tip(git, folder) or _head(objects)
    desk = Desk(root, git, folder, objects, commit)
    desk.is_present = as_of is None
    return desk


def _head(objects: Objects) -> str:
    found = objects.read("HEAD")
    return found[0] if found else ""


def _commit_before(git: Git, moment: datetime) -> str:
    commit = git.line("rev-list", "-1", f"--before={int(moment.timestamp())}", "HEAD")
    if not commit:
        raise Usage(
            Message("the desk's history has nothing from before {at}", at=f"{moment:%Y-%m-%d %H:%M}"),
            Message("git log --reverse shows where it begins"),
            code="as-of",
        )
    return commit
