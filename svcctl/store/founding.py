"""Makes a desk: its files from the shipped ones, in a first commit."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from datetime import datetime
from string import Template

from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import Refused, Usage
from svcctl.model.schema import did_you_mean
from svcctl.store import journal
from svcctl.store.fastimport import FileChange
from svcctl.store.git import Author, Git, git_folder
from svcctl.store.lock import Lock, not_writable
from svcctl.store.records import scalar
from svcctl.store.reference import shipped_yaml
from svcctl.store.shipped import shipped
from svcctl.store.transaction import commit
from svcctl.store.tree import current_branch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

CALENDAR = "office"
_BESIDE = ".svcctl-new"


class Founder(NamedTuple):
    """The first person of a desk."""

    handle: str
    name: str
    email: str


class Country(NamedTuple):
    """What a desk of a country starts with."""

    code: str
    lang: str = "en"
    timezone: str = "UTC"
    currency: str = "EUR"
    hours: str = "09:00-13:00, 14:00-18:00"
    holidays: str = ""


def country(code: str, timezone: str = "") -> Country:
    """The starting values of a country by its ISO 3166 code; without a code, an office week in ``timezone``.

    Raises:
        Usage: nothing is known of that country.
    """
    if not code:
        return Country("", timezone=timezone or "UTC")
    table = shipped_yaml("countries.yaml") or {}
    row: Mapping[str, Any] | None = table.get(code.upper())
    if row is None:
        raise Usage(
            Message("nothing is known of the country “{code}”", code=code),
            Message("{near}; or leave --country out and edit desk.yaml", near=did_you_mean(code.upper(), table)),
            code="unknown-country",
        )
    return Country(code.upper(), **{key: str(value) for key, value in row.items()})


def desk_files(name: str, place: Country, founder: Founder) -> list[FileChange]:
    """The files of a new desk."""
    words = {
        "name": scalar(name),
        "lang": place.lang,
        "timezone": place.timezone,
        "currency": place.currency,
        "country": place.code,
        "calendar": CALENDAR,
        "handle": founder.handle,
        "person": scalar(founder.name),
        "email": scalar(founder.email),
        "hours": place.hours,
        "holidays": f"holidays: {place.holidays}" if place.holidays else "# holidays: ru   # a table beside this file",
    }
    texts = {
        "desk.yaml": template("desk.yaml", words),
        "team.yaml": template("team.yaml", words),
        "channels.yaml": template("channels.yaml", words),
        f"calendars/{CALENDAR}.yaml": template("office.yaml", words),
        ".gitattributes": template("gitattributes", words),
    }
    return [
        *(FileChange(path, text.encode()) for path, text in texts.items()),
        *_shipped_files(place),
    ]


def _shipped_files(place: Country) -> list[FileChange]:
    folder = shipped("regulations")
    names = sorted(name for name in os.listdir(folder) if name.endswith(".md"))
    changes = [FileChange(f"regulations/{name}", _bytes(f"{folder}/{name}")) for name in names]
    if place.holidays:
        table = f"calendars/{place.holidays}.yaml"
        changes.append(FileChange(table, _bytes(f"{folder}/{table}")))
    return changes


def _bytes(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def template(name: str, words: Mapping[str, str]) -> str:
    """A shipped file of a new desk with its words filled in."""
    text = _bytes(f"{shipped('templates')}/desk/{name}").decode("utf-8")
    return Template(text).substitute(words)


def found(root: str, files: list[FileChange], author: Author, message: str) -> None:
    """Writes the files of a new desk in its first commit; makes the repository where there is none.

    Raises:
        Refused: a desk, or one of its files, is there already, the folder cannot be written, or HEAD is detached.
    """
    if _finished(root):
        return
    _check_free(root, files)
    try:
        _make_repository(root)
    except OSError as error:
        raise not_writable(error) from None
    git = Git(root)
    folder = git_folder(root)
    branch = current_branch(folder)
    if not branch:
        raise Refused(
            Message("{folder}'s HEAD is detached: the desk would be on no branch", folder=root),
            Message("git switch main (or the branch you work on), then type the command again"),
            code="detached-head",
        )
    tip = git.line("rev-parse", "--verify", "--quiet", "HEAD", allowed=(0, 1))
    own = os.path.join(folder, "svcctl")
    with Lock(own, git):
        commit(git, own, branch, tip, author, message, files)


def _finished(root: str) -> bool:
    """Finishes what an interrupted founding has left; True where the desk had been recorded."""
    own = os.path.join(root, ".git", "svcctl")
    if os.path.exists(os.path.join(root, "desk.yaml")) or not os.path.exists(os.path.join(own, "intent.json")):
        return False
    git = Git(root)
    with Lock(own, git):
        intent = journal.pending(own)
        if intent is not None:
            journal.finish(git, own, intent, git.refs.read(current_branch(git_folder(root))))
    return os.path.exists(os.path.join(root, "desk.yaml"))


def _make_repository(root: str) -> None:
    """Makes the repository beside its place and moves it there, so that a half-made one is never met."""
    os.makedirs(root, exist_ok=True)
    beside = os.path.join(root, _BESIDE)
    shutil.rmtree(beside, ignore_errors=True)
    if os.path.exists(os.path.join(root, ".git")):
        return
    try:
        Git(root).run("init", "--quiet", "-b", "main", beside)
        os.rename(os.path.join(beside, ".git"), os.path.join(root, ".git"))
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def is_begun(root: str, files: Sequence[FileChange]) -> bool:
    """Whether a folder has only what an interrupted founding of these files has left."""
    try:
        names = set(os.listdir(root))
    except OSError:
        return False
    ours = {".git", _BESIDE, *(change.path.partition("/")[0] for change in files)}
    made = _BESIDE in names or os.path.isdir(os.path.join(root, ".git", "svcctl"))
    return made and "desk.yaml" not in names and names <= ours


def _check_free(root: str, files: list[FileChange]) -> None:
    if os.path.exists(os.path.join(root, "desk.yaml")):
        raise Refused(
            Message("{folder} is a desk already", folder=root),
            Message("svcctl -C {folder} status shows it", folder=root),
            code="desk-exists",
        )
    taken = [change.path for change in files if os.path.lexists(os.path.join(root, change.path))]
    if taken or os.path.isfile(os.path.join(root, "svcctl", "__main__.py")):
        raise Refused(
            Message("{folder} has files of its own: {names}", folder=root, names=", ".join(taken) or "svcctl/"),
            Message("give an empty or new folder: svcctl init DIR"),
            code="not-empty",
        )


def founder_author(founder: Founder, now: datetime) -> Author:
    """The author of a desk's first commit."""
    address = founder.email or f"{founder.handle}@localhost"
    return Author(founder.name, address, f"{int(now.timestamp())} {now:%z}")
