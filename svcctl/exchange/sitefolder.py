"""The folder of a site: written file by file, each whole, never outside, and never over what others put there.

A mark in the folder says that it is svcctl's. Files that others add beside (a web server's settings, ``CNAME``) stay;
pages in the site's own sub-folders that are not written again are deleted. A page that did not change is not touched,
so that copying the folder copies little.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress

from svcctl.model.messages import Message
from svcctl.model.problems import Refused

MARK = ".svcctl-site"
_TEXT = b"This folder is written by svcctl report site; pages in its sub-folders are replaced and deleted.\n"
_NAME = re.compile(r"[A-Za-z0-9][\w.-]*\.html", re.ASCII)
_BESIDE = ".svcctl-part"
_OPEN_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class SiteFolder:
    """An open folder; ``folders`` are the names of its sub-folders, which are its own.

    Where it lies in ``desk``, git is told to leave it alone: what is derived has no history.

    Sub-folders are held open and never followed through a symbolic link, so that no page lands elsewhere.
    """

    def __init__(self, path: str, folders: tuple[str, ...], desk: str = "") -> None:
        """Makes the folder where it is missing.

        Raises:
            Refused: it holds files that svcctl did not write, or cannot be written.
        """
        self.path = os.path.realpath(path)
        self.written: dict[str, set[str]] = {name: set() for name in ("", *folders)}
        self.handles: dict[str, int] = {}
        try:
            self._open(folders)
            if desk and os.path.commonpath([self.path, os.path.realpath(desk)]) == os.path.realpath(desk):
                self._replace(self.handles[""], ".gitignore", b"*\n")
        except OSError as error:
            self.close()
            raise _not_writable(error.filename or path, error) from None
        except Refused:
            self.close()
            raise

    def _open(self, folders: tuple[str, ...]) -> None:
        os.makedirs(self.path, exist_ok=True)
        root = os.open(self.path, _OPEN_FOLDER)
        self.handles[""] = root
        names = os.listdir(root)
        if names and MARK not in names:
            raise Refused(
                Message("{path} holds files that svcctl did not write", path=self.path),
                Message("name a new or an empty folder after -o"),
                code="not-ours",
            )
        self._replace(root, MARK, _TEXT)
        for name in folders:
            with suppress(FileExistsError):
                os.mkdir(name, dir_fd=root)
            self.handles[name] = os.open(name, _OPEN_FOLDER, dir_fd=root)

    def write(self, path: str, text: str) -> bool:
        """Writes a page; returns whether it changed.

        Args:
            path: ``NAME.html`` or ``FOLDER/NAME.html``.

        Raises:
            Refused: it cannot be written.
            ValueError: the path is none of the site's.
        """
        folder, _, name = path.rpartition("/")
        if path[:1] == "/" or folder not in self.handles or not _NAME.fullmatch(name):
            raise ValueError(path)
        self.written[folder].add(name)
        try:
            return self._replace(self.handles[folder], name, text.encode())
        except OSError as error:
            raise _not_writable(os.path.join(self.path, path), error) from None

    def _replace(self, folder: int, name: str, content: bytes) -> bool:
        if _read(folder, name) == content:
            return False
        beside = name + _BESIDE
        with suppress(FileNotFoundError):
            os.unlink(beside, dir_fd=folder)
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666, dir_fd=folder)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.replace(beside, name, src_dir_fd=folder, dst_dir_fd=folder)
        return True

    def finish(self) -> int:
        """Deletes the pages in the sub-folders that were not written again; returns how many.

        Raises:
            Refused: one cannot be deleted.
        """
        gone = 0
        for folder, names in self.written.items():
            handle = self.handles[folder]
            old = {name for name in os.listdir(handle) if _NAME.fullmatch(name.removesuffix(_BESIDE))} - names
            for name in sorted(old) if folder else ():
                try:
                    os.unlink(name, dir_fd=handle)
                except OSError as error:
                    raise _not_writable(os.path.join(self.path, folder, name), error) from None
                gone += 1
        return gone

    def close(self) -> None:
        """Lets go of the folder."""
        for handle in self.handles.values():
            os.close(handle)
        self.handles.clear()


def _read(folder: int, name: str) -> bytes | None:
    """What a file holds; None where there is none, or a link to one."""
    try:
        handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
    except OSError:
        return None
    with os.fdopen(handle, "rb") as file:
        try:
            return file.read()
        except IsADirectoryError:
            return None


def _not_writable(path: str, error: OSError) -> Refused:
    return Refused(
        Message("cannot write {path}: {why}", path=path, why=error.strerror or error),
        Message("name another folder after -o"),
        code="not-writable",
    )
