"""The person's own folder for what can be made anew at any time and is worth keeping between commands.

What runs as code, and what becomes a page, is not kept with the desk: a desk may come from somebody else, with whatever
its git directory holds. This folder is taken only where nobody else can have written into it (XDG Base Directory
Specification: ``$XDG_CACHE_HOME``, else ``~/.cache``).
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping

_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def cache_folder(environment: Mapping[str, str]) -> str | None:
    """``svcctl`` in the person's cache folder, made where it is missing.

    Returns:
        None where there can be none, or somebody else could have put something there.
    """
    base = environment.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):
        home = environment.get("HOME", "")
        if not os.path.isabs(home):
            return None
        base = os.path.join(home, ".cache")
    folder = os.path.join(base, "svcctl")
    try:
        return folder if _is_own(folder) and _keeps_in_place(base) else None
    except FileNotFoundError:
        return _made(base, folder)
    except OSError:
        return None


def _made(base: str, folder: str) -> str | None:
    try:
        os.makedirs(base, mode=0o700, exist_ok=True)
        os.mkdir(folder, 0o700)
        return folder if _is_own(folder) and _keeps_in_place(base) else None
    except OSError:
        return None


def _is_own(folder: str) -> bool:
    """Whether it is a folder of ours that others cannot write into."""
    state = os.lstat(folder)
    return stat.S_ISDIR(state.st_mode) and state.st_uid == os.geteuid() and not state.st_mode & _OTHERS_WRITE


def _keeps_in_place(folder: str) -> bool:
    """Whether what is ours in a folder stays there: others cannot put something else in its place."""
    state = os.stat(folder)
    is_shared = state.st_mode & _OTHERS_WRITE and not state.st_mode & stat.S_ISVTX
    return state.st_uid in (0, os.geteuid()) and not is_shared
