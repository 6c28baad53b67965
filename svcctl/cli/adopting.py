"""Regulations put in force, and read: adopt, ack, read."""

from __future__ import annotations

import click

from svcctl.cli.command import command, dry_run, json_flag, listing
from svcctl.cli.session import Session
from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import BrokenFiles, Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date

    from svcctl.model.regulation import Regulation
    from svcctl.rules.adopting import Audience
    from svcctl.store.fastimport import FileChange


@command("adopt")
@click.argument("file", metavar="FILE")
@click.option("--from", "since", required=True, metavar="DATE", help="The first day: 2026-12-01, tomorrow, mon …")
@click.option("-m", "--message", "what", required=True, metavar="CHANGELOG", help="What it says otherwise, and why.")
@dry_run
@json_flag
def adopt(session: Session, file: str, since: str, what: str, dry_run: bool, as_json: bool) -> None:
    """Put a draft in force from a day on.

    The draft is checked as lint does, gets the next version's number, and is committed as regulations/NAME.md with its
    first day and a line of its changelog. Requests opened before that day stay with the version they began under.

    Example: svcctl regulation adopt draft.md --from 2026-12-01 -m "pick-up within 15 minutes, as clients asked"
    """
    from svcctl.cli.trying import proposal
    from svcctl.rules.adopting import audience, refuse_first_day

    desk = session.desk
    day = _day(session, since)
    refuse_first_day(day, session.now.date())
    draft = proposal(session, file)
    _refuse_unfit(session, draft)
    step = _Step(session, file, draft, day, what)
    desk.write_files(session.person, session.now, step.message(), step.changes, dry_run)
    adopted = step.adopted
    concerned = audience(adopted, desk.reference.team)
    if as_json:
        session.answer_json(_adopted_json(adopted, concerned, dry_run))
        return
    line = Message("{ref} is in force from {day}", ref=adopted.ref, day=day)
    session.answer(session.text(line) + (session.text(Message(" (dry run: nothing was written)")) if dry_run else ""))
    session.answer(session.text(_concerned(concerned)))
    for said in step.said:
        session.say(said)


def _day(session: Session, text: str) -> date:
    """A day as a person typed it; one written out may be a day off."""
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError:
        return session.when(text).date()


def _refuse_unfit(session: Session, draft: Regulation) -> None:
    """Refuses a draft with problems, all of them said; what lint leaves out is said too."""
    from svcctl.cli.regulations import known
    from svcctl.rules.lint import lint
    from svcctl.store.regulations import in_force

    problems = lint(draft, in_force(session.desk.tree, strict=True).regulations, known(session))
    if problems:
        raise BrokenFiles(problems)


class _Step:
    """One adoption: the version that comes of a draft, made anew from what stands in the desk inside its lock."""

    def __init__(self, session: Session, file: str, draft: Regulation, day: date, what: str) -> None:
        from svcctl.cli.session import read_file

        self.session, self.draft, self.day, self.what = session, draft, day, what
        self.text = read_file(file).decode("utf-8")
        self.said: list[Message] = []

    def message(self) -> str:
        """The commit's message."""
        self._make()
        return f"regulation {self.adopted.ref} in force from {self.day}: {self.what}\n"

    def changes(self) -> list[FileChange]:
        """The regulation's file."""
        from svcctl.store.fastimport import FileChange

        return [FileChange(f"regulations/{self.draft.name}.md", self._make().encode("utf-8"))]

    def _make(self) -> str:
        from svcctl.model.regulation import ChangeNote
        from svcctl.rules.adopting import adopted, next_version
        from svcctl.rules.regulationdiff import differences
        from svcctl.store.reference import parsed_regulation

        newest = self.session.desk.reference.current_regulation(self.draft.name)
        if newest is not None and not differences(newest, self.draft):
            raise Refused(
                Message("the draft says nothing otherwise than {ref}", ref=newest.ref),
                Message("svcctl regulation diff FILE shows what a draft changes"),
                code="no-change",
            )
        number = next_version(self.draft, newest)
        self.said = [_never_begins(newest)] if newest and newest.in_force and newest.in_force >= self.day else []
        note = ChangeNote(number, self.day, self.session.person.handle, " ".join(self.what.split()))
        text = adopted(self.text, self.draft, newest, note)
        self.adopted = parsed_regulation(text, f"regulations/{self.draft.name}.md", strict=True)
        return text


def _never_begins(newest: Regulation) -> Message:
    return Message("{ref}, which was to begin on {day}, never will", ref=newest.ref, day=newest.in_force)


def _adopted_json(adopted: Regulation, concerned: Audience, dry_run: bool) -> dict[str, object]:
    return {
        "regulation": adopted.ref,
        "in_force": str(adopted.in_force),
        "concerns": {
            "departments": list(concerned.departments),
            "roles": list(concerned.roles),
            "people": list(concerned.people),
        },
        "dry_run": dry_run,
    }


def _concerned(found: Audience) -> Message:
    named = ", ".join((*found.departments, *found.roles)) or "-"
    return Message("it concerns {named}: {people}", named=named, people=", ".join(found.people) or "-")


@command("ack")
@click.argument("ref", metavar="NAME[@VERSION]")
@json_flag
def ack(session: Session, ref: str, as_json: bool) -> None:
    """Say that you have read a regulation: the newest version, if none is named.

    Example: svcctl regulation ack credit-application
    """
    from svcctl.model.instants import iso
    from svcctl.rules.adopting import readers, reading_path
    from svcctl.store.fastimport import FileChange
    from svcctl.store.regulations import named

    desk, person = session.desk, session.person
    found = named(desk.reference, ref)
    path = reading_path(found)

    def changes() -> list[FileChange]:
        text = desk.tree.text(path) or ""
        read = readers(text).get(person.handle)
        if read:
            raise Refused(
                Message("you have read {ref} on {at} already", ref=found.ref, at=read[:10]),
                Message("svcctl regulation read {name} shows who has not", name=found.name),
                code="no-change",
            )
        line = f"{iso(session.now)} {person.handle}\n"
        return [FileChange(path, (text + line).encode("utf-8"))]

    desk.write_files(person, session.now, f"{person.handle} has read {found.ref}\n", changes)
    if as_json:
        session.answer_json({"regulation": found.ref, "person": person.handle, "at": iso(session.now)})
    else:
        session.answer(session.text(Message("{person} has read {ref}", person=person.handle, ref=found.ref)))


class _Reader(NamedTuple):
    """Somebody whom a version concerns; ``at`` is empty where they have not read it."""

    ref: str
    person: str
    department: str
    at: str


@command("read")
@click.argument("name", default="", metavar="[NAME[@VERSION]]")
@click.option("--unread", is_flag=True, help="Only those who have not read it.")
@listing
def read(session: Session, name: str, unread: bool, form: str, as_json: bool, output: str) -> int:
    """Who has read which regulation, of all whom it concerns; the newest versions, if none is named.

    Example: svcctl regulation read --unread
    """
    from svcctl.reports.table import Column, Table
    from svcctl.store.regulations import in_force, named

    desk = session.desk
    shelf = in_force(desk.tree)
    regulations = [named(desk.reference, name)] if name else shelf.regulations
    desk.problems.extend(() if name else shelf.problems)
    rows = [row for one in regulations for row in _readers(session, one) if not (unread and row.at)]
    columns = (
        Column("regulation", Message("regulation")),
        Column("person", Message("person")),
        Column("department", Message("department")),
        Column("read", Message("read")),
    )
    cells = [(row.ref, row.person, row.department, row.at[:16].replace("T", " ") or None) for row in rows]
    table = Table(Message("Who has read what"), columns, cells, empty=Message("everybody has read everything"))
    value = [{**row._asdict(), "at": row.at or None} for row in rows]
    session.show(table, form, as_json, output, value)
    return session.report_problems()


def _readers(session: Session, regulation: Regulation) -> list[_Reader]:
    from svcctl.rules.adopting import audience, readers, reading_path

    team = session.desk.reference.team
    known = readers(session.desk.tree.text(reading_path(regulation)) or "")
    return [
        _Reader(regulation.ref, handle, team.people[handle].department, known.get(handle, ""))
        for handle in audience(regulation, team).people
    ]
