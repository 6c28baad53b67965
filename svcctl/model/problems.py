"""What can be wrong: problems in files are values with a place; refused operations are exceptions.

Each exception class carries its exit code; the command line turns it into a sentence once.
"""

from __future__ import annotations

from collections.abc import Sequence

from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple


class Place(NamedTuple):
    """Where in a file something stands; line and column count from 1, 0 means the file as a whole."""

    path: str = ""
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        if not self.line:
            return self.path
        return f"{self.path}:{self.line}:{self.column}"


NOWHERE = Place()
"""The place of what came from no file."""


class Problem(NamedTuple):
    """One thing wrong in a file: where, a stable code, what, and what to do about it."""

    place: Place
    code: str
    message: Message
    remedy: Message | None = None

    @property
    def path(self) -> str:
        return self.place.path

    @property
    def line(self) -> int:
        return self.place.line

    @property
    def column(self) -> int:
        return self.place.column

    def as_json(self) -> dict[str, object]:
        """The problem as the stable JSON object of ``fsck`` and ``regulation lint``."""
        return {
            "path": self.place.path,
            "line": self.place.line,
            "column": self.place.column,
            "code": self.code,
            "message": str(self.message),
            "remedy": str(self.remedy) if self.remedy else None,
        }


class SvcctlError(Exception):
    """An expected refusal: what happened, what to type next, and the process's exit code."""

    exit_code = 1
    code = "refused"

    def __init__(self, message: Message, hint: Message | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        if code:
            self.code = code

    def __str__(self) -> str:
        return str(self.message)


class Refused(SvcctlError):
    """The desk's rules do not allow it (exit code 1)."""


class Usage(SvcctlError):
    """The command was not understood: an unknown word, an impossible date (exit code 2)."""

    exit_code = 2
    code = "usage"


class BrokenFiles(SvcctlError):
    """The desk's files have problems (exit code 3)."""

    exit_code = 3
    code = "broken-files"

    def __init__(
        self,
        problems: Sequence[Problem] = (),
        message: Message | None = None,
        hint: Message | None = None,
        code: str | None = None,
    ) -> None:
        if message is None:
            message = problems[0].message if problems else Message("the desk's files have problems")
        super().__init__(message, hint, code or (problems[0].code if problems else None))
        self.problems = tuple(problems)


class Busy(SvcctlError):
    """Locked, in conflict, or changed meanwhile: try again (exit code 4)."""

    exit_code = 4
    code = "busy"
