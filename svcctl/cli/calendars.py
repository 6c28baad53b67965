"""Working time for people and scripts: show, month, add, between, and tables of holidays to import."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import click

from svcctl.cli.command import command, group, json_flag
from svcctl.cli.session import Session
from svcctl.model.holidays import FIRST_YEAR, LAST_YEAR
from svcctl.model.instants import iso, seconds
from svcctl.model.messages import Message
from svcctl.model.problems import Refused, Usage
from svcctl.model.schema import did_you_mean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from svcctl.exchange.publicholidays import Table
    from svcctl.model.calendar import Calendar, Pause

_YEAR_AHEAD = 366

calendar = group(
    "calendar",
    (
        (
            "Working time",
            {
                "show": ("calendars", "A calendar's week, and the days that differ."),
                "month": ("calendars", "The working days and hours of a month."),
                "add": ("calendars", "When so much working time will have passed."),
                "between": ("calendars", "The working time between two moments."),
                "import": ("calendars:import_", "A table of another country's holidays."),
            },
        ),
    ),
    help="Working time: ask the desk's calendars.",
)

_calendar_option = click.option("--calendar", "name", default="", metavar="NAME", help="Instead of the desk's.")
_pauses = click.option("--pause", "pauses", multiple=True, metavar="A..B", help="Time that does not count.")


def named(session: Session, name: str) -> Calendar:
    """A calendar of the desk, the desk's own for an empty name, or a plain 40-hour week of a holiday table.

    Raises:
        Refused: there is neither a calendar nor a table of that name.
    """
    reference = session.desk.reference
    name = name or reference.settings.calendar
    known = reference.tree.names("calendars", ".yaml")
    own = reference.tree.yaml(f"calendars/{name}.yaml") if name in known else None
    if own is not None and "years" not in own:
        return reference.calendar(name)
    table = reference.table(name) if name.replace("-", "").replace("_", "").isalnum() else None
    if table is None:
        raise Refused(
            Message("there is no calendar or holiday table “{name}”", name=name),
            did_you_mean(name, known),
            code="unknown-calendar",
        )
    from svcctl.rules.workweek import plain_week

    return plain_week(table, name, reference.settings.timezone)


@command("show")
@click.argument("name", default="", metavar="[NAME]")
@json_flag
def show(session: Session, name: str, as_json: bool) -> None:
    """A calendar's week, and the days of the coming year that differ from it.

    NAME is a calendar of the desk or a holiday table; without it, the desk's calendar.

    Example: svcctl calendar show office
    """
    from svcctl.render.calendar import calendar_json, calendar_text
    from svcctl.rules.workweek import special_days

    shown = named(session, name)
    coming = special_days(shown, session.now.date(), _YEAR_AHEAD)
    if as_json:
        session.answer_json(calendar_json(shown, coming))
    else:
        session.answer(calendar_text(shown, coming, session.catalog))


@command("month")
@click.argument("words", nargs=-1, metavar="[NAME] [YYYY-MM]")
@json_flag
def month(session: Session, words: tuple[str, ...], as_json: bool) -> None:
    """The working days and hours of a month; without one, of this month.

    NAME is a calendar of the desk or a holiday table, which stands for a plain 40-hour week.

    Example: svcctl calendar month ru 2026-03
    """
    from svcctl.model.month import month as month_of
    from svcctl.render.calendar import month_json, month_text

    name, year, number = _month_words(words, session.now)
    asked = named(session, name)
    found = month_of(asked, year, number)
    if as_json:
        session.answer_json(month_json(found))
    else:
        session.answer(month_text(found, asked, session.catalog))
    if asked.holidays is not None and year not in asked.holidays.years:
        session.say(unpublished(asked, year))


def _month_words(words: Sequence[str], now: datetime) -> tuple[str, int, int]:
    """The name, empty if none was given, the year and the month."""
    months = [word for word in words if word[:4].isdecimal() and word[4:5] == "-"]
    names = [word for word in words if word not in months]
    if len(months) > 1 or len(names) > 1:
        raise Usage(Message("give one calendar and one month"), Message("svcctl calendar month ru 2026-03"))
    name = names[0] if names else ""
    if not months:
        return name, now.year, now.month
    year, _, number = months[0].partition("-")
    if not (number.isascii() and number.isdecimal() and len(number) <= 2):
        raise Usage(Message("“{text}” is no month", text=months[0]), Message("write it like 2026-03"), code="month")
    return name, int(year), int(number)


def unpublished(asked: Calendar, year: int) -> Message:
    """The warning that a year's holidays are not known."""
    table = asked.holidays
    if table is None:
        return Message("the holidays of {year} are not known", year=year)
    # A table that was read before has lost its place.
    path = table.path or f"calendars/{table.name}.yaml"
    return Message("the holidays of {year} are not published in {path}", year=year, path=path)


@command("add")
@click.argument("start")
@click.argument("duration")
@_calendar_option
@_pauses
@json_flag
def add(session: Session, start: str, duration: str, name: str, pauses: tuple[str, ...], as_json: bool) -> None:
    """When so much time will have passed: 8h is working time, 3d working days, 36h! by the wall clock.

    Example: svcctl calendar add "fri 17:00" 2h --pause "mon 09:00..mon 10:00"
    """
    from svcctl.model.duration import parse_duration
    from svcctl.render.amounts import moment

    asked = named(session, name)
    begun, length = _moment(session, start, asked), parse_duration(duration)
    cut = [_pause(session, text, asked) for text in pauses]
    end = length.due(begun, asked, cut).astimezone(asked.zone)
    work = seconds(asked.between(begun, end, cut))
    if as_json:
        session.answer_json({"start": iso(begun), "work_s": work, "end": iso(end)})
    else:
        session.answer(moment(end, asked.zone, weekday=True, catalog=session.catalog))
    _warn(session, asked, begun, end)


@command("between")
@click.argument("start", metavar="A")
@click.argument("end", metavar="B")
@_calendar_option
@_pauses
@json_flag
def between(session: Session, start: str, end: str, name: str, pauses: tuple[str, ...], as_json: bool) -> None:
    """The working time between two moments.

    Example: svcctl calendar between "2026-11-20 16:00" "2026-11-23 11:00"
    """
    from svcctl.render.amounts import working

    asked = named(session, name)
    first, last = _moment(session, start, asked), _moment(session, end, asked)
    work = seconds(asked.between(first, last, [_pause(session, text, asked) for text in pauses]))
    if as_json:
        session.answer_json({"from": iso(first), "to": iso(last), "work_s": work})
    else:
        session.answer(working(work, session.catalog))
    _warn(session, asked, first, last)


def _moment(session: Session, text: str, asked: Calendar) -> datetime:
    from svcctl.model.when import parse_when

    return parse_when(text, session.now, asked.zone, asked)


def _pause(session: Session, text: str, asked: Calendar) -> Pause:
    since, dots, until = text.partition("..")
    if not (dots and since.strip() and until.strip()):
        raise Usage(
            Message("“{text}” is no pause", text=text),
            Message("write both ends: --pause '2026-11-20 11:00..2026-11-20 12:30'"),
            code="pause",
        )
    return _moment(session, since, asked), _moment(session, until, asked)


def _warn(session: Session, asked: Calendar, start: datetime, end: datetime) -> None:
    for year in asked.missing_years(start, end):
        session.say(unpublished(asked, year))


@command("import")
@click.argument("country")
@click.argument("years", nargs=-1, required=True, type=click.IntRange(FIRST_YEAR, LAST_YEAR), metavar="YEAR...")
@click.option("-o", "output", metavar="FILE", default="", help="Write it to a file.")
@click.option("--commit", is_flag=True, help="Put it into the desk's calendars/, beside years that stand there.")
def import_(session: Session, country: str, years: tuple[int, ...], output: str, commit: bool) -> None:
    """A table of public holidays for calendars to name, from the holidays library (pip install 'svcctl[holidays]').

    COUNTRY is an ISO 3166 code, with a part of the country where those differ: DE, DE-BY, US-CA. Check the table
    against what is published officially: decrees of the year and days that close earlier may be missing.

    Example: svcctl calendar import DE-BY 2026 2027 --commit
    """
    from svcctl.exchange.publicholidays import fetch, table_text

    if commit and output:
        raise click.UsageError("Choose one of -o and --commit.")
    table = fetch(country, years)
    if not commit:
        session.answer(table_text(table), output)
        return
    _commit(session, table)
    words = Message("calendars/{name}.yaml has {years} now", name=table.name, years=", ".join(map(str, table.years)))
    session.answer(session.text(words))
    session.say(Message("use it in a calendar: holidays: {name}; check it first", name=table.name))


def _commit(session: Session, table: Table) -> None:
    from svcctl.exchange.publicholidays import joined, table_text
    from svcctl.store.fastimport import FileChange

    path = f"calendars/{table.name}.yaml"

    def changes() -> list[FileChange]:
        before = session.desk.tree.text(path) or _shipped_table(table.name)
        text = joined(before, table, path) if before else table_text(table)
        return [FileChange(path, text.encode())]

    years = ", ".join(map(str, table.years))
    session.desk.write_files(session.person, session.now, f"{path}: holidays of {years}\n", changes)


def _shipped_table(name: str) -> str:
    """The shipped table that the desk goes by as long as it has none of its own; empty where there is none."""
    from svcctl.store.shipped import shipped

    try:
        with open(f"{shipped('regulations')}/calendars/{name}.yaml", encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return ""
