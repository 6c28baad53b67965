"""Puts right in a desk's files what can be put right without losing or deciding anything.

Everything else stays as it is, and ``fsck`` names it: two values of one thing, lines that nobody can read, a record
that stands in two places and differs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from svcctl.model.ids import is_request_id, record_path
from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import BrokenFiles, Place, Problem
from svcctl.store import worktree, yaml
from svcctl.store.doctor import changed
from svcctl.store.fastimport import FileChange
from svcctl.store.git import Entry, Git
from svcctl.store.gitindex import Staging
from svcctl.store.merge import Differs, take_apart
from svcctl.store.records import parse_record
from svcctl.store.subject import one_line
from svcctl.store.transaction import PROGRAM
from svcctl.store.tree import REQUESTS, Tree, decoded

_MARK = "\ufeff"
_MOST_AT_ONCE = 2_000
_MOST_NAMED = 50

_SAID = {
    "byte-order-mark": Message("it begins with a byte order mark"),
    "line-ends": Message("its lines end as on another system (CRLF)"),
    "final-newline": Message("its last line has no end"),
    "repeated-lines": Message("event lines stand in it twice"),
    "event-order": Message("its event lines are out of order"),
    "path": Message("the record does not lie in the place of its id"),
    "behind": Message("the file in the folder is an older one than what was committed"),
}


class Repair(NamedTuple):
    """Something that was put right: in which file, and what was wrong."""

    path: str
    code: str
    message: Message

    def as_json(self) -> dict[str, object]:
        """The repair as ``fsck --repair --json`` prints it."""
        return {"path": self.path, "code": self.code, "message": str(self.message)}


class Repairs(NamedTuple):
    """The files that have to be written, and why."""

    changes: list[FileChange]
    done: list[Repair]

    @property
    def subject(self) -> str:
        """The first line of the commit that writes them."""
        paths = {repair.path for repair in self.done}
        return f"Repair {len(paths)} {'file' if len(paths) == 1 else 'files'}"

    @property
    def body(self) -> str:
        """The rest of the commit's message: what was repaired in which file."""
        rows = [one_line(f"{repair.path}: {repair.message}") for repair in self.done[:_MOST_NAMED]]
        return "\n".join(["", *rows, ""])


def _repair(path: str, code: str) -> Repair:
    return Repair(path, code, _SAID[code])


def warnings(path: str, text: str) -> Iterator[Problem]:
    """What ``repairs`` would put right in a file's text; until then it reads the same."""
    for repair in _tidied(path, text)[1] if may_be_tidied(path) else ():
        yield Problem(Place(path), repair.code, repair.message, Message("svcctl fsck --repair"))


def repairs(tree: Tree) -> Repairs:
    """Everything that can be put right in a commit without losing anything."""
    entries = {entry.path: entry for entry in tree.entries() if entry.mode in ("100644", PROGRAM)}
    found = Repairs([], [])
    placed = {path for path in entries if _is_placed(path)}
    texts = _Texts(tree)
    for path, entry in entries.items():
        if not may_be_tidied(path):
            continue
        text = texts.of(entry)
        if text is None or len(found.changes) >= _MOST_AT_ONCE:
            continue
        right = _right_place(tree, path, text) if _may_be_a_record(path) else path
        if right == path:
            _tidy(found, entry, text)
        else:
            _move(found, entry, text, right, texts.of(entries[right]) if right in placed else None)
    return found


class _Texts:
    """The texts of a commit's files; None where one is not UTF-8."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree

    def of(self, entry: Entry) -> str | None:
        found = self.tree.objects.read(entry.oid)
        try:
            return decoded(found[1], entry.path) if found else None
        except BrokenFiles:
            return None


# Which files


def _is_placed(path: str) -> bool:
    return path.startswith(REQUESTS + "/") and is_request_id(path[-22:-5]) and path == record_path(path[-22:-5])


def _may_be_a_record(path: str) -> bool:
    return path.startswith(REQUESTS + "/") and path.endswith(".yaml")


def may_be_tidied(path: str) -> bool:
    """Whether nothing hangs on how the file's text is written, beside what it says."""
    # Approvals are bound to the very bytes of an offer; what clients sent is theirs.
    own = not path.startswith((".", "offers/", "files/", "templates/", "docs/"))
    return own and path.endswith((".yaml", ".md", ".csv", ".txt"))


# Text


def _tidy(found: Repairs, entry: Entry, text: str) -> None:
    new, done = _tidied(entry.path, text)
    if done:
        found.changes.append(FileChange(entry.path, new.encode(), entry.mode))
        found.done.extend(done)


def _tidied(path: str, text: str) -> tuple[str, list[Repair]]:
    """The text put right, and what was wrong with it; nothing, where it would not mean the same."""
    new, codes = _record(text) if _may_be_a_record(path) else _plain(text)
    if not codes or not _says_the_same(path, text, new):
        return text, []
    return new, [_repair(path, code) for code in codes]


def _plain(text: str) -> tuple[str, list[str]]:
    """The text as it should be written, and what was wrong with it."""
    codes = []
    new = text.removeprefix(_MARK)
    if new != text:
        codes.append("byte-order-mark")
    if "\r\n" in new:
        codes.append("line-ends")
        new = new.replace("\r\n", "\n")
    if new and not new.endswith("\n"):
        codes.append("final-newline")
        new += "\n"
    return new, codes


def _record(text: str) -> tuple[str, list[str]]:
    """As ``_plain`` for a record, whose lines have an order; one with lines that are no events is only read."""
    plain, codes = _plain(text)
    try:
        parts = take_apart(plain.encode())
    except Differs:
        return text, []
    ids = [key[3] for key in parts.rows.values()]
    if "" in ids or len(set(ids)) < len(ids):
        return text, []
    rows = [row for row in plain.rpartition("\nevents:")[2].split("\n")[1:] if row.strip()]
    once = list(dict.fromkeys(rows))
    right = sorted(parts.rows, key=lambda row: parts.rows[row])
    if len(once) < len(rows) or len(right) < len(once):
        codes.append("repeated-lines")
    if [row for row in once if row in parts.rows] != right:
        codes.append("event-order")
    return (parts.joined().decode(), codes) if codes else (text, [])


def _says_the_same(path: str, old: str, new: str) -> bool:
    """Whether a file means the same after its repair."""
    if path.endswith(".yaml") and not _may_be_a_record(path):
        return _mapping(path, old.removeprefix(_MARK)) == _mapping(path, new) is not None
    if not _may_be_a_record(path):
        return old.removeprefix(_MARK).split() == new.split()
    before, after = parse_record(old.removeprefix(_MARK), path), parse_record(new, path)
    same = {event.line() for event in before.events} >= {event.line() for event in after.events}
    kept = {event.id for event in before.events} == {event.id for event in after.events}
    return before.header == after.header is not None and not before.problems and not after.problems and same and kept


def _mapping(path: str, text: str) -> Mapping[str, object] | None:
    mapping, problems = yaml.read(text, path)
    return None if problems else mapping


# Places


def _right_place(tree: Tree, path: str, text: str) -> str:
    """Where a record lies by its id; the path itself where that is not certain."""
    if _is_placed(path) and f"\nid: {path[-22:-5]}\n" in f"\n{text[:1000]}".replace("\r\n", "\n").replace(_MARK, ""):
        return path
    header = parse_record(text, path).header
    if header is None or not is_request_id(header.id):
        return path
    right = record_path(header.id)
    renamed = path.rpartition("/")[2] != f"{header.id}.yaml" and is_request_id(path[-22:-5])
    if renamed and not tree.git.line("rev-list", "-1", tree.commit, "--", right):
        # The name is that of another request: it may as well be the id that somebody has changed.
        return path
    return right if not parse_record(text, right).problems else path


def _move(found: Repairs, entry: Entry, text: str, right: str, there: str | None) -> None:
    if there is None and not any(change.path == right for change in found.changes):
        found.changes.extend((FileChange(entry.path, None), FileChange(right, text.encode(), entry.mode)))
    elif there == text:
        found.changes.append(FileChange(entry.path, None))
    else:
        return
    found.done.append(_repair(entry.path, "path"))


# The folder


def behind(tree: Tree, dry_run: bool) -> list[Repair]:
    """Brings files of the folder, and of the index, up to the commit where they are what was committed before.

    An edit that is nowhere in the history is somebody's work and stays.
    """
    entries = {entry.path: entry for entry in tree.entries() if entry.mode in ("100644", PROGRAM)}
    paths = [path for path in changed(tree) if path in entries][:_MOST_AT_ONCE]
    staged = tree.git.staged(paths) if paths else {}
    done = []
    for path in paths:
        oids = [entries[path].oid, *_history(tree.git, tree.commit, path)]
        contents = [found[1] for oid in oids if (found := tree.objects.read(oid))]
        known = any(worktree.stands(tree.git.root, path, content) for content in contents)
        if known and staged.get(path) in oids:
            done.append(_repair(path, "behind"))
            if not dry_run:
                _follow(tree.git, entries[path], contents[0])
    return done


def _follow(git: Git, entry: Entry, content: bytes) -> None:
    worktree.write(git.root, entry.path, content, entry.mode == PROGRAM)
    git.stage([Staging(entry.path, entry.oid, entry.mode)])


def _history(git: Git, commit: str, path: str) -> list[str]:
    """The objects that a path had in the commits before."""
    out = git.run("log", "--format=", "--raw", "--no-abbrev", "--no-renames", commit, "--", path)
    rows = [row.split() for row in out.decode("utf-8", "replace").splitlines() if row.startswith(":")]
    return [row[3] for row in rows if set(row[3]) != {"0"}]
