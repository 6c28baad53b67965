"""Questions: the commands that tell how things stand, and how the plain lines that ask them are understood.

Cron, prompts and loops ask them far more often than anything is done, and importing click takes as long as answering
does. So their options are declared as data, of which click's are made where click is needed: for help, for completion,
and for every line that is not as plain as can be. A line is plain where all its words are whole options, their values
and arguments; whatever is read of it is what click reads (tested).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from svcctl.cli.session import Session
from svcctl.model.namedtuples import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

Function = Callable[..., "Any"]


class Word:
    """An option, or an argument where its name has no dash.

    Attributes:
        names: as click takes them: ``--by``, or ``--json`` and ``as_json``.
        choices: the values that it can have; any, where there are none.
        between: the least and the greatest of a whole number; a line with such an option is left to click.
        settings: all else, as click takes it.
    """

    def __init__(
        self,
        *names: str,
        choices: Sequence[str] = (),
        between: tuple[int, int] | None = None,
        **settings: Any,
    ) -> None:
        self.names, self.choices, self.between, self.settings = names, tuple(choices), between, settings

    @property
    def key(self) -> str:
        """The name of the function's parameter."""
        return self.names[-1].lstrip("-").replace("-", "_")

    @property
    def flags(self) -> tuple[str, ...]:
        """The words that begin it on a line; an argument has none."""
        return tuple(name for name in self.names if name.startswith("-"))

    def __call__(self, function: Function) -> Function:
        """Declares it of a question's function, as a decorator."""
        function.__dict__.setdefault("words", []).insert(0, self)
        return function

    def is_set(self, name: str) -> bool:
        """Whether one of click's settings is on."""
        return bool(self.settings.get(name))

    def unsaid(self) -> Any:
        """What it is where the line does not have it."""
        if self.is_set("multiple"):
            return ()
        return self.settings.get("default", False if self.is_set("is_flag") else None)

    def takes(self, value: str) -> bool:
        """Whether click would take a value as it is."""
        return self.between is None and not value.startswith("-") and (not self.choices or value in self.choices)


option = argument = Word


class Asked(NamedTuple):
    """A question as a line asks it, and the shared options of the line."""

    question: Question
    values: dict[str, Any]
    shared: dict[str, Any]

    def answer(self, session: Session) -> int:
        """Answers it and returns the exit code."""
        session.options.update(self.shared)
        session.json_errors = session.json_errors or bool(self.values.get("as_json"))
        code: int | None = self.question.function(session, **self.values)
        return code or 0


class Question:
    """A command that tells how things stand: its name, its function, which takes the session first, and its words."""

    def __init__(self, name: str, function: Function) -> None:
        self.name, self.function = name, function
        self.words: tuple[Word, ...] = tuple(function.__dict__.pop("words", ()))

    def asked(self, line: Sequence[str]) -> Asked | None:
        """The question with what follows its name on a line; None where that is not plain."""
        read = _read(line, (*SHARED, *self.words))
        given = _given(self.words, read.arguments) if read else None
        if read is None or given is None:
            return None
        shared = {word.key: read.options.pop(word.key) for word in SHARED if word.key in read.options}
        values = {word.key: word.unsaid() for word in self.words}
        return Asked(self, {**values, **read.options, **given}, shared)


def question(name: str) -> Callable[[Function], Question]:
    """Makes a question of a function, as a decorator."""
    return lambda function: Question(name, function)


class _Read(NamedTuple):
    """The options and arguments of a part of a line, and the verb where it stops and what follows it."""

    options: dict[str, Any]
    arguments: list[str]
    rest: list[str]


def asked(line: Sequence[str], find: Callable[[str], Any]) -> Asked | None:
    """The question that a line asks, if it is a plain one.

    Args:
        line: the words after the program's name.
        find: the command of a name, None where there is none.
    """
    before = _read(line, SHARED, is_before_verb=True)
    if before is None or not before.arguments or not all(map(_is_text, line)):
        return None
    found = find(before.arguments[0])
    if not isinstance(found, Question):
        return None
    one = found.asked(before.rest)
    return one._replace(shared={**before.options, **one.shared}) if one else None


def _is_text(word: str) -> bool:
    """Whether it is not bytes that are no UTF-8, which Python hands over as half surrogate pairs."""
    return word.isascii() or word.encode("utf-8", "replace").decode() == word


def _read(line: Sequence[str], words: Iterable[Word], is_before_verb: bool = False) -> _Read | None:
    known = {flag: word for word in words for flag in word.flags}
    options: dict[str, Any] = {}
    arguments: list[str] = []
    waiting = iter(line)
    for one in waiting:
        if one == "-" or not one.startswith("-"):
            arguments.append(one)
            if is_before_verb:
                break
        elif one not in known or not _take(known[one], waiting, options):
            return None
    return _Read(options, arguments, list(waiting))


def _take(word: Word, waiting: Iterator[str], options: dict[str, Any]) -> bool:
    """Whether an option could be read, with the value that waits for it."""
    if word.is_set("is_flag"):
        options[word.key] = True
        return True
    value = next(waiting, "-")
    if not word.takes(value) or (word.key in options and not word.is_set("multiple")):
        return False
    options[word.key] = (*options.get(word.key, ()), value) if word.is_set("multiple") else value
    return True


def _given(words: Iterable[Word], arguments: list[str]) -> dict[str, Any] | None:
    """The arguments by their names; None where there are too few or too many."""
    wanted = [word for word in words if not word.flags]
    if len(wanted) == 1 and wanted[0].settings.get("nargs") == -1:
        return {wanted[0].key: tuple(arguments)} if arguments else None
    missing = wanted[len(arguments) :]
    if len(arguments) > len(wanted) or not all("default" in word.settings for word in missing):
        return None
    return {word.key: value for word, value in zip(wanted, arguments, strict=False)}


# What several commands share

SHARED = (
    option("-C", "directory", metavar="DIR", help="The desk's folder (also SVCCTL_DESK)."),
    option("--as", "person", metavar="PERSON", help="Who acts (SVCCTL_PERSON, else git's user.email)."),
    option("--lang", metavar="LANG", is_eager=True, help="Language of the program's words: en, ru, pl (LANGUAGE)."),
    option("--now", metavar="INSTANT", help="Act as if it were then (SVCCTL_NOW)."),
    option("--as-of", metavar="INSTANT", help="Read the desk as it was known then."),
    option("--no-color", is_flag=True, default=None, help="No colours (NO_COLOR)."),
    option("--debug", is_flag=True, default=None, help="Show the traceback of an error."),
)
"""The options of every command, which stand before its name or after it."""

ids = argument("ids", nargs=-1, required=True, metavar="ID...")
one_id = argument("part", metavar="ID")
json_flag = option("--json", "as_json", is_flag=True, help="Print JSON.")
field_option = option("--field", "field", multiple=True, metavar="K=V", help="A value, as often as needed.")

LISTING = (
    option(
        "--format",
        "form",
        choices=("table", "plain", "csv", "json", "md", "html", "xlsx"),
        default="table",
        help="How to print it.",
    ),
    option("--json", "as_json", is_flag=True, help="Short for --format json."),
    option("-o", "output", metavar="FILE", default="", help="Write it to a file."),
)


def listing(function: Function) -> Function:
    """Adds the options of everything that lists: --format, --json, -o."""
    for word in reversed(LISTING):
        word(function)
    return function


def fields(values: Iterable[str]) -> dict[str, str]:
    """``k=v`` words as a mapping.

    Raises:
        click.BadParameter: a word without ``=``, or a key that is no plain word.
    """
    found: dict[str, str] = {}
    for text in values:
        # Only here: with it comes all that a request is opened by.
        from svcctl.rules.opening import is_field_name

        key, sign, value = text.partition("=")
        if not sign or not is_field_name(key):
            import click

            raise click.BadParameter(f"“{text}” should be KEY=VALUE, the key one plain word")
        found[key] = value
    return found
