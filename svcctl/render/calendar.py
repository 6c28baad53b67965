"""Calendars as people read them, and as the stable JSON: the week, the days that differ, a month."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby

from svcctl.model.calendar import Calendar
from svcctl.model.messages import ENGLISH, Catalog, Message
from svcctl.model.month import Month
from svcctl.model.week import DAYS, Hours, clock
from svcctl.render.amounts import working
from svcctl.render.visible import visible
from svcctl.render.weekdays import WEEKDAYS
from svcctl.rules.workweek import SpecialDay

_KINDS = {"off": Message("off"), "short": Message("an hour shorter"), "work": Message("worked"), "hours": Message("")}
_CLOSED, _OFF, _SHORT, _WORKED = "·", "x", "*", "+"
_LEGEND = {_OFF: Message("off"), _SHORT: Message("an hour shorter"), _WORKED: Message("worked")}


# One calendar


def hours_text(hours: Hours) -> str:
    """The hours of a day as a calendar's file has them: ``09:00-13:00, 14:00-18:00``."""
    return ", ".join(f"{clock(opening)}-{clock(_of_day(closing))}" for opening, closing in hours)


def _of_day(closing: int) -> int:
    return closing - 86400 if closing > 86400 else closing


def calendar_text(calendar: Calendar, coming: Sequence[SpecialDay], catalog: Catalog = ENGLISH) -> str:
    """The calendar as ``svcctl calendar show`` prints it."""
    lines = [visible(f"{calendar.name}  {calendar.zone.key}  ({calendar.version})"), ""]
    lines += [f"  {days:<10} {hours}" for days, hours in _week_lines(calendar, catalog)]
    if calendar.holidays is not None:
        years = _years(calendar.holidays.years)
        table = Message("holidays of {table}, published for {years}", table=calendar.holidays.name, years=years)
        lines += ["", visible("  " + table.text(catalog))]
    if coming:
        lines += ["", Message("Days that differ in the coming year").text(catalog)]
        lines += [f"  {span:<25} {words}".rstrip() for span, words in _coming(coming, catalog)]
    return "\n".join(lines) + "\n"


def _week_lines(calendar: Calendar, catalog: Catalog) -> Iterator[tuple[str, str]]:
    for hours, group in groupby(range(7), key=lambda day: calendar.week[day]):
        days = list(group)
        first, last = WEEKDAYS[days[0]].text(catalog), WEEKDAYS[days[-1]].text(catalog)
        yield first if first == last else f"{first}–{last}", hours_text(hours) or Message("closed").text(catalog)


def _years(years: set[int]) -> str:
    """Runs of years: ``2024–2027, 2030``."""
    runs: list[list[int]] = []
    for year in sorted(years):
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs) or "–"


def _coming(coming: Sequence[SpecialDay], catalog: Catalog) -> Iterator[tuple[str, str]]:
    """Runs of days that differ in the same way."""
    run: list[SpecialDay] = []
    for special in [*coming, None]:
        if run and (special is None or special.day - run[-1].day != timedelta(1) or special[1:] != run[-1][1:]):
            first, last = run[0], run[-1]
            span = str(first.day) if first is last else f"{first.day}..{last.day}"
            words = ", ".join(filter(None, (_KINDS[first.kind].text(catalog), hours_text(first.hours))))
            yield span, words
            run = []
        if special is not None:
            run.append(special)


def calendar_json(calendar: Calendar, coming: Sequence[SpecialDay]) -> dict[str, object]:
    """The calendar as ``calendar show --json`` prints it; ``dates`` are the days that differ in the coming year."""
    return {
        "calendar": calendar.name,
        "timezone": calendar.zone.key,
        "version": calendar.version,
        "week": {day: _hours_json(hours) for day, hours in zip(DAYS, calendar.week, strict=True)},
        "holidays": calendar.holidays.name if calendar.holidays else None,
        "years": sorted(calendar.holidays.years) if calendar.holidays else [],
        "dates": {
            special.day.isoformat(): {"kind": special.kind, "hours": _hours_json(special.hours)} for special in coming
        },
    }


def _hours_json(hours: Hours) -> list[str]:
    return [f"{clock(opening)}-{clock(_of_day(closing))}" for opening, closing in hours]


# One month


def month_json(month: Month) -> dict[str, object]:
    """The month's working time; ``norm_*`` leave out a day for each holiday that another day off is owed for."""
    return {
        "calendar": month.calendar,
        "month": f"{month.year}-{month.month:02}",
        "days": month.days,
        "hours": _hours_number(month.hours),
        "norm_days": month.norm_days,
        "norm_hours": _hours_number(month.norm),
        "work_s": int(month.hours.total_seconds()),
        "short": [day.isoformat() for day in month.short],
        "off": [day.isoformat() for day in month.off],
        "working_weekend": [day.isoformat() for day in month.working_weekend],
        "in_lieu": [day.isoformat() for day in month.in_lieu],
    }


def _hours_number(amount: timedelta) -> int | float:
    hours = amount.total_seconds() / 3600
    return int(hours) if hours.is_integer() else hours


def month_text(month: Month, calendar: Calendar, catalog: Catalog = ENGLISH) -> str:
    """A small grid of the month under its days and hours, and what the marks in it mean."""
    days = Message.plural("{n} working day", "{n} working days", month.days)
    hours = working(int(month.hours.total_seconds()), catalog)
    head = Message(
        "{calendar} {month}: {days}, {hours}",
        calendar=visible(month.calendar),
        month=f"{month.year}-{month.month:02}",
        days=days,
        hours=hours,
    )
    lines = [head.text(catalog), *_norm(month, catalog), "", *_grid(month, calendar, catalog)]
    marks = {_mark(day, month, calendar) for day in _dates(month)}
    legend = [f"{mark} {words.text(catalog)}" for mark, words in _LEGEND.items() if mark in marks]
    return "\n".join(lines + (["", "  ".join(legend)] if legend else [])) + "\n"


def _norm(month: Month, catalog: Catalog) -> Iterator[str]:
    if month.in_lieu:
        days = ", ".join(day.isoformat() for day in month.in_lieu)
        hours = working(int(month.norm.total_seconds()), catalog)
        yield Message("norm {hours}: another day off is owed for {days}", hours=hours, days=days).text(catalog)


def _grid(month: Month, calendar: Calendar, catalog: Catalog) -> Iterator[str]:
    yield " ".join(f"{name.text(catalog):>3} " for name in WEEKDAYS).rstrip()
    dates = _dates(month)
    cells = ["    "] * dates[0].weekday() + [f"{day.day:>3}{_mark(day, month, calendar)}" for day in dates]
    for week in range(0, len(cells), 7):
        yield " ".join(cells[week : week + 7]).rstrip()


def _dates(month: Month) -> list[date]:
    first = date(month.year, month.month, 1)
    days = (first + timedelta(n) for n in range(31))
    return [day for day in days if day.month == month.month]


def _mark(day: date, month: Month, calendar: Calendar) -> str:
    if day in month.off:
        return _OFF
    if day in month.short:
        return _SHORT
    if day in month.working_weekend:
        return _WORKED
    return " " if calendar.hours(day.toordinal()) else _CLOSED
