"""Which closed years are archived: they stay in the commits, and git no longer lays them out in the folder.

That is git's own sparse checkout (git-sparse-checkout(1), cone mode). It belongs to one clone, and in one with several
working trees to one of them; svcctl keeps the years in a file of its own in the git directory.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterable, Mapping

from svcctl.model.messages import Message
from svcctl.model.problems import Refused
from svcctl.store.git import Git
from svcctl.store.gitlock import GitLock
from svcctl.store.lock import not_writable

ROOMS = ("requests", "offers", "files")
"""The folders that have a folder a year."""

_OTHERS = ("calendars", "clients", "docs", "errands", "prices", "regulations", "templates", "vat")
"""Folders of a desk that are laid out whenever they come, beside those that there are."""

_AHEAD = 50
"""Years that are laid out when they come: in cone mode git is told what is there, not what is not."""

_SPARSE_INDEX = (2, 37)
_SETTINGS = ("core.sparseCheckout", "core.sparseCheckoutCone", "index.sparse")


def years(own: str) -> frozenset[int]:
    """The archived years; ``own`` is svcctl's own folder in the git directory."""
    try:
        with open(_file(own), encoding="ascii", errors="replace") as file:
            return frozenset(int(word) for word in file.read().split() if len(word) == 4 and word.isdecimal())
    except (FileNotFoundError, NotADirectoryError):
        return frozenset()


def keep(own: str, archived: Collection[int]) -> None:
    """Writes down which years are archived.

    Raises:
        Refused: it cannot be written.
    """
    try:
        if archived:
            _replace(_file(own), "".join(f"{year}\n" for year in sorted(archived)), own)
        elif os.path.exists(_file(own)):
            os.unlink(_file(own))
    except OSError as error:
        raise not_writable(error) from None


def _file(own: str) -> str:
    return os.path.join(own, "archived")


def _replace(path: str, text: str, own: str) -> None:
    """Writes a file as a whole; what a killed one leaves lies in svcctl's own folder, where it is swept."""
    for folder in (own, os.path.dirname(path)):
        os.makedirs(folder, exist_ok=True)
    beside = os.path.join(own, f"{os.path.basename(path)}.{os.getpid()}.tmp")
    try:
        with open(beside, "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write(text)
        os.replace(beside, path)
    except BaseException:
        if os.path.exists(beside):
            os.unlink(beside)
        raise


def year_of(path: str) -> int | None:
    """The year whose folder a path lies in; None where it lies in none."""
    parts = path.split("/", 2)
    if len(parts) < 3 or parts[0] not in ROOMS or len(parts[1]) != 4 or not parts[1].isdecimal():
        return None
    return int(parts[1])


def has_path(archived: Collection[int], path: str) -> bool:
    """Whether a path lies in one of the years."""
    return bool(archived) and year_of(path) in archived


# What git is told


def cone(archived: Collection[int], folders: Iterable[str], newest: int) -> str:
    """The patterns of a sparse checkout in cone mode that leaves the years out, as git itself writes them.

    Args:
        folders: the folders of the commit, to the second level: ``clients``, ``requests/2026``.
        newest: the last year that there may be records of.
    """
    wanted = set(_OTHERS)
    for folder in folders:
        top, _, inner = folder.partition("/")
        if top not in ROOMS:
            wanted.add(top)
        elif inner and year_of(f"{folder}/x") not in archived:
            wanted.add(folder)
    first = min([*archived, newest])
    coming = [year for year in range(first, newest + _AHEAD) if year not in archived]
    wanted.update(f"{room}/{year}" for room in ROOMS for year in coming)
    rows = ["/*", "!/*/"]
    for top in sorted({folder.partition("/")[0] for folder in wanted} | set(ROOMS)):
        rows.append(f"/{_quoted(top)}/")
        inside = sorted(folder for folder in wanted if folder.startswith(top + "/"))
        rows.extend([f"!/{top}/*/", *(f"/{_quoted(folder)}/" for folder in inside)] if top in ROOMS else [])
    return "".join(row + "\n" for row in rows)


def _quoted(folder: str) -> str:
    return "".join("\\" + letter if letter in "\\*?[" else letter for letter in folder)


def tell(git: Git, patterns: str) -> None:
    """Tells git what to lay out from now on; the index and the folder are as they were.

    Raises:
        Refused: it cannot be written.
    """
    try:
        _replace(_patterns(git), patterns, git.refs.own)
    except OSError as error:
        raise not_writable(error) from None
    wanted = _SETTINGS[: 3 if _version(git) >= _SPARSE_INDEX else 2]
    missing = [name for name in wanted if git.config(name) != "true"]
    if missing:
        _set(git, dict.fromkeys(missing, True))


def tell_all(git: Git) -> None:
    """Tells git to lay everything out; where other working trees have a sparse checkout, its settings stay.

    Raises:
        Refused: it cannot be written.
    """
    if not any(os.path.exists(place) for place in _patterns_of_others(git)):
        _set(git, dict.fromkeys(_SETTINGS, False))
    try:
        if os.path.exists(_patterns(git)):
            os.unlink(_patterns(git))
    except OSError as error:
        raise not_writable(error) from None


def _set(git: Git, values: Mapping[str, bool]) -> None:
    """Makes settings true, or takes them out, in a copy of the configuration, which then takes its place.

    ``git config`` itself would leave its lock where it is killed, and nobody could tell whose it is.
    """
    own = git.config("extensions.worktreeConfig") == "true"
    path = os.path.join(git.refs.folder, "config.worktree") if own else os.path.join(git.refs.shared, "config")
    path, copy = os.path.realpath(path), os.path.join(git.refs.own, "config")
    try:
        with GitLock(git.refs.own, path):
            if os.path.exists(path):
                shutil.copy2(path, copy)
            for name, on in values.items():
                # 5: it is not set.
                words = [name, "true"] if on else ["--unset", name]
                git.run("config", "--file", copy, *words, allowed=(0,) if on else (0, 5))
            if os.path.exists(copy):
                os.replace(copy, path)
    except OSError as error:
        raise not_writable(error) from None


def refuse_foreign(git: Git) -> None:
    """Refuses to change a sparse checkout that somebody has made otherwise.

    Raises:
        Refused: there is one.
    """
    if git.config("core.sparseCheckout") == "true" and os.path.exists(_patterns(git)) and not years(git.refs.own):
        raise Refused(
            Message("this folder has a sparse checkout of its own"),
            Message("git sparse-checkout list shows it; git sparse-checkout disable ends it"),
            code="foreign-sparse",
        )


def _patterns(git: Git) -> str:
    return os.path.join(git.refs.folder, "info", "sparse-checkout")


def _patterns_of_others(git: Git) -> list[str]:
    shared = git.refs.shared
    trees = os.path.join(shared, "worktrees")
    folders = [shared, *(os.path.join(trees, name) for name in (os.listdir(trees) if os.path.isdir(trees) else ()))]
    places = (os.path.join(folder, "info", "sparse-checkout") for folder in folders)
    return [place for place in places if os.path.realpath(place) != os.path.realpath(_patterns(git))]


def _version(git: Git) -> tuple[int, ...]:
    words = git.line("--version").split()
    number = next((word for word in words if word[:1].isdigit()), "0")
    return tuple(int(part) for part in number.split(".") if part.isdecimal())
