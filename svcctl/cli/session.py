"""One run of the command line: the options given, the desk, the clock, the acting person, the language.

Only here are the environment, the clock and the terminal asked.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from functools import cached_property

from svcctl.model.messages import ENGLISH, Catalog, Message
from svcctl.model.problems import Problem, Refused, Usage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from svcctl.desk import Desk
    from svcctl.model.event import Event
    from svcctl.model.events import MessageIn, MessageOut
    from svcctl.model.request import Request
    from svcctl.model.team import Person
    from svcctl.reports.table import Table
    from svcctl.rules.messages import NamedFile


class Session:
    """What the commands are given as their first argument."""

    def __init__(self) -> None:
        self.options: dict[str, Any] = {}
        self.json_errors = False
        self.was_asked_again = False
        self._shown_problems = 0

    def begin_anew(self) -> None:
        """Forgets the desk, so that the command can be run once more."""
        for name in ("desk", "now", "person"):
            self.__dict__.pop(name, None)
        self.was_asked_again = True
        self._shown_problems = 0

    # Who, when, where, in which language

    @cached_property
    def directory(self) -> str:
        """The folder to look for a desk from."""
        return str(self.options.get("directory") or os.environ.get("SVCCTL_DESK") or ".")

    @cached_property
    def desk(self) -> Desk:
        """The open desk."""
        from svcctl.desk import open_desk

        text = self.options.get("as_of")
        if not text:
            return open_desk(self.directory)
        present = open_desk(self.directory)
        try:
            moment = self._instant(text, present.reference.zone)
        finally:
            present.close()
        return open_desk(self.directory, moment)

    @cached_property
    def now(self) -> datetime:
        """The moment of the command, in the desk's zone."""
        return self.moment(self.desk.reference.zone)

    def moment(self, zone: tzinfo) -> datetime:
        """The moment of the command in a zone; for commands that have no desk yet."""
        text = self.options.get("as_of") or self.options.get("now") or os.environ.get("SVCCTL_NOW")
        if text:
            return self._instant(text, zone)
        return datetime.now(zone).replace(microsecond=0)

    def _instant(self, text: str, zone: tzinfo) -> datetime:
        from svcctl.model.instants import parse_instant

        return parse_instant(text, zone).astimezone(zone)

    def when(self, text: str) -> datetime:
        """A moment as a person typed it."""
        from svcctl.model.when import parse_when

        reference = self.desk.reference
        return parse_when(text, self.now, reference.zone, reference.calendar(reference.settings.calendar))

    @cached_property
    def person(self) -> Person:
        """Who acts.

        Raises:
            Refused: nobody said who, or team.yaml does not know them.
        """
        team = self.desk.reference.team
        handle = self.options.get("person") or os.environ.get("SVCCTL_PERSON")
        if handle:
            return self._present(team.person(handle))
        email = self.desk.git.config("user.email")
        if not email:
            raise Refused(
                Message("who are you? git has no user.email here"),
                Message("svcctl --as HANDLE …, export SVCCTL_PERSON=HANDLE, or git config user.email ADDRESS"),
                code="who",
            )
        person = team.by_email(email)
        if person is None:
            raise Refused(
                Message("nobody in team.yaml has the address {email}", email=email),
                Message("svcctl --as HANDLE …, or add yourself: svcctl team add HANDLE --email {email}", email=email),
                code="unknown-person",
            )
        return self._present(person)

    def _present(self, person: Person) -> Person:
        if person.left:
            raise Refused(Message("{person} has left the team", person=person.handle), code="unknown-person")
        return person

    @cached_property
    def catalog(self) -> Catalog:
        """The translations of the chosen language."""
        language = self.options.get("lang") or os.environ.get("LANGUAGE") or os.environ.get("SVCCTL_LANG") or ""
        if not language or language.startswith("en"):
            return ENGLISH
        from svcctl.store.catalogs import catalog

        return catalog(language)

    @property
    def color(self) -> bool:
        """Whether the terminal may be coloured."""
        return not self.options.get("no_color") and not os.environ.get("NO_COLOR") and sys.stdout.isatty()

    @property
    def width(self) -> int | None:
        """The terminal's columns; None where the answer goes elsewhere, so that nothing is cut."""
        return os.get_terminal_size(sys.stdout.fileno()).columns if sys.stdout.isatty() else None

    @property
    def ascii(self) -> bool:
        """Whether the terminal's locale has no letters but ASCII's, so that drawing must do with those."""
        names = (os.environ.get(name) for name in ("LC_ALL", "LC_CTYPE", "LANG"))
        locale = next((name for name in names if name), "C")
        return "utf8" not in locale.lower().replace("-", "")

    def close(self) -> None:
        """Lets go of the desk, if one was opened."""
        desk = self.__dict__.get("desk")
        if desk is not None:
            desk.close()

    # Talking

    def text(self, message: Message) -> str:
        """A message in the chosen language."""
        return message.text(self.catalog)

    def answer(self, text: str, output: str = "") -> None:
        """Prints the answer, or writes it to a file."""
        if not text.endswith("\n"):
            text += "\n"
        if output and output != "-":
            write_output(output, text)
        else:
            _print(text)

    def answer_bytes(self, content: bytes, output: str) -> None:
        """Writes an answer that no terminal can show to a file.

        Raises:
            Usage: no file is named.
        """
        if not output:
            raise Usage(
                Message("a workbook cannot be shown on a terminal"),
                Message("name a file: -o FILE.xlsx, or -o - for another program"),
                code="needs-file",
            )
        if output == "-":
            sys.stdout.buffer.write(content)
        else:
            write_output(output, content)

    def answer_json(self, value: object, output: str = "") -> None:
        """Prints one JSON document."""
        from svcctl.render.json import dump

        self.answer(dump(value), output)

    def say(self, message: Message) -> None:
        """Says something to the person, beside the answer."""
        from svcctl.render.visible import visible

        try:
            sys.stderr.write(message.text(self.catalog, visible) + "\n")
        except OSError:
            # Nobody can be told that nobody can be told.
            return

    def show(self, table: Table, form: str, as_json: bool, output: str, json_value: object = None) -> None:
        """Prints a table in the asked format; ``json_value`` replaces the table where JSON was asked."""
        from svcctl.render.table import render

        if as_json or form == "json":
            self.answer_json(json_value, output)
            return
        if form == "xlsx":
            from svcctl.render.xlsx import table_xlsx

            self.answer_bytes(table_xlsx(table, self.now, self.catalog, self.desk.reference.zone), output)
            return
        self.answer(render(table, form, self.catalog, self.desk.reference.zone, self.width), output)

    def report_problems(self) -> int:
        """Says what is wrong with files that were read, each once; returns the exit code, 0 or 3."""
        problems = self.desk.problems
        for problem in problems[self._shown_problems :]:
            self.say(problem_line(problem))
        self._shown_problems = len(problems)
        for warning in self.desk.warnings:
            self.say(warning)
        self.desk.warnings.clear()
        return 3 if problems else 0

    # Requests

    def read_ids(self, parts: Sequence[str]) -> list[str]:
        """The ids that were typed, ``-`` standing for the words of standard input; each once."""
        words: list[str] = []
        for part in parts:
            words.extend(sys.stdin.read().split() if part == "-" else [part])
        if not words:
            raise Usage(Message("no ids came from standard input"), Message("give one or more ids"), code="no-ids")
        return list(dict.fromkeys(self.desk.find(word) for word in words))

    def change(
        self,
        parts: Sequence[str],
        events: Callable[[str], Sequence[Event]],
        as_json: bool,
        dry_run: bool = False,
        at_text: str = "",
        files: Sequence[NamedFile] = (),
    ) -> None:
        """Records events for each request in one commit and prints what came of it."""
        from svcctl.recording import Deed

        at = self._past(at_text) if at_text else None
        deeds = [Deed(request_id, events(request_id), files) for request_id in self.read_ids(parts)]
        count = {deed.id: len(self.desk.read(deed.id).events) for deed in deeds}
        requests = self.desk.record(self.person, self.now, deeds, dry_run, at)
        self.print_changes(requests, count, as_json, dry_run)

    def speak(
        self,
        part: str,
        kind: type[MessageIn] | type[MessageOut],
        channel: str,
        text: str,
        file: str,
        as_json: bool,
        dry_run: bool = False,
        at_text: str = "",
    ) -> None:
        """Keeps a message; a long body and the file that came with it are put beside the record."""
        from svcctl.rules.messages import message

        attachment = (os.path.basename(file), read_file(file)) if file else None
        events, files = message(kind, channel, text, attachment)
        self.change([part], lambda _: events, as_json, dry_run, at_text, files)

    def _past(self, text: str) -> datetime:
        bare_time = text.replace(":", "").isdecimal() and ":" in text
        at = self.when(f"today {text}" if bare_time else text)
        if at > self.now:
            raise Usage(
                Message("{at} has not come yet", at=f"{at:%Y-%m-%d %H:%M}"),
                Message("--at is for what happened earlier than now"),
                code="future",
            )
        return at

    def print_changes(
        self, requests: Sequence[Request], before: dict[str, int], as_json: bool, dry_run: bool = False
    ) -> None:
        """Prints one line a request, or JSON: the request, and a list of them where several were changed."""
        from svcctl.render.request import change_line, request_json

        clocks = [self.desk.clocks(request, self.now) for request in requests]
        if as_json:
            values = [request_json(r, c, self.now) for r, c in zip(requests, clocks, strict=True)]
            self.answer_json(values[0] if len(values) == 1 else values)
        else:
            for request, own in zip(requests, clocks, strict=True):
                line = change_line(request, request.events[before.get(request.id, 0) :], own, self.now, self.catalog)
                line = "; ".join([line, *(self.text(remark) for remark in self.desk.remarks)])
                self.answer(line + (self.text(Message(" (dry run: nothing was written)")) if dry_run else ""))
        for warning in self.desk.warnings:
            self.say(warning)


def problem_line(problem: Problem) -> Message:
    """A problem as one line: place, what, what to do."""
    if problem.remedy is None:
        return Message("{place}: {what}", place=problem.place, what=problem.message)
    return Message("{place}: {what} ({remedy})", place=problem.place, what=problem.message, remedy=problem.remedy)


def _print(text: str) -> None:
    try:
        sys.stdout.write(text)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise unprinted(error) from None


def unprinted(error: OSError) -> Refused:
    """The refusal where the answer cannot be printed: the disk that it goes to is full."""
    return Refused(
        Message("cannot print the answer: {why}", why=error.strerror or error),
        Message("what was to be recorded is recorded: svcctl show, svcctl list"),
        code="not-printed",
    )


def write_output(path: str, content: str | bytes) -> None:
    """Writes the answer to a file of the person's choice; text as UTF-8.

    Raises:
        Refused: it cannot be written.
    """
    try:
        with open(path, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
    except OSError as error:
        raise Refused(
            Message("cannot write {path}: {why}", path=path, why=error.strerror or error),
            Message("choose another file for -o"),
            code="not-writable",
        ) from None


def read_file(path: str) -> bytes:
    """The content of a file of the person's choice.

    Raises:
        Refused: it cannot be read.
    """
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise Refused(
            Message("cannot read {path}: {why}", path=path, why=error.strerror or error),
            Message("check the file's name"),
            code="not-readable",
        ) from None
