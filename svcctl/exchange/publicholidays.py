"""Holiday tables of other countries, made with the holidays library (the extra ``svcctl[holidays]``).

The library knows statutory holidays of some 250 countries, for many the working weekend days that a decree swapped
with them, and for none the days that close earlier; so a table begins with the advice to check it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date

from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import BrokenFiles, Refused, Usage
from svcctl.model.schema import did_you_mean
from svcctl.store import yaml

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

_FROM = re.compile(r"\(substituted from (\d\d)/(\d\d)/(\d{4})\)")
_HEAD = """\
# Public holidays, made by `svcctl calendar import {code}` with the holidays library.
# Check them against what is published officially: decrees of the year and days that close earlier may be missing.
#   off     days off
#   work    weekend days that are worked, and the day each was swapped with
#   short   days that close an hour earlier: [2026-12-24, 2026-12-31]
holidays: {name}
country: {country}
years:
"""


class Year(NamedTuple):
    """A year: its holidays by date with their names, the weekend days worked and what they were swapped with."""

    off: dict[date, str]
    work: dict[date, date | None]
    source: str


class Table(NamedTuple):
    """The holidays of a country, or of a part of it: ``code`` as in ISO 3166, for example ``DE`` or ``DE-BY``."""

    code: str
    years: dict[int, Year]

    @property
    def name(self) -> str:
        """What calendars call it: ``holidays: de-by``."""
        return self.code.lower()

    @property
    def country(self) -> str:
        """The country's two letters."""
        return self.code.partition("-")[0]


def fetch(code: str, years: Iterable[int]) -> Table:
    """The holidays of a country in some years, as the library knows them.

    Args:
        code: an ISO 3166 code of a country, with that of a part of it where those differ: ``DE``, ``DE-BY``, ``US-CA``.

    Raises:
        Refused: the library is not installed, or knows nothing of a year.
        Usage: it does not know the country or the part.
    """
    library = _library()
    country, _, part = code.upper().partition("-")
    return Table(code.upper(), {year: _year(library, country, part, year) for year in sorted(set(years))})


def _library() -> ModuleType:
    try:
        import holidays
    except ImportError:
        raise Refused(
            Message("the holidays library is not installed"),
            Message("pip install 'svcctl[holidays]', then type the command again"),
            code="no-library",
        ) from None
    module: ModuleType = holidays
    return module


def _year(library: ModuleType, country: str, part: str, year: int) -> Year:
    # What was swapped with the last days of a year may lie in the next one.
    known = _asked(library, country, part, (year, year + 1))
    off = {day: name for day, name in sorted(known.items()) if day.year == year}
    if not off:
        raise Refused(
            Message("the holidays library knows nothing of {country} in {year}", country=country, year=year),
            Message("try a year nearer to this one"),
            code="no-holidays",
        )
    swapped = {_swapped(name): day for day, name in known.items() if _FROM.search(name)}
    worked = sorted(day for day in getattr(known, "weekend_workdays", ()) if day.year == year)
    work = {day: swapped.get(day) for day in worked}
    source = f"holidays {library.__version__}, https://github.com/vacanza/holidays"
    return Year(off, work, source)


def _asked(library: ModuleType, country: str, part: str, years: tuple[int, ...]) -> Any:
    countries: dict[str, list[str]] = library.list_supported_countries()
    if country not in countries:
        raise _unknown(Message("the holidays library knows no country “{code}”", code=country), country, countries)
    if part and part not in countries[country]:
        what = Message("{country} has no part “{code}” that the holidays library knows", country=country, code=part)
        raise _unknown(what, part, countries[country])
    settings: dict[str, Any] = {"years": years, "subdiv": part or None}
    # In English the library's own words for a swapped day can be read.
    spoken = library.country_holidays(country).supported_languages
    language = {"language": "en_US"} if "en_US" in spoken else {}
    return library.country_holidays(country, **settings, **language)


def _unknown(what: Message, code: str, known: Iterable[str]) -> Usage:
    hint = did_you_mean(code, known) or Message("write ISO 3166 codes: DE, DE-BY, US-CA")
    return Usage(what, hint, code="unknown-country")


def _swapped(name: str) -> date | None:
    found = _FROM.search(name)
    return date(int(found[3]), int(found[1]), int(found[2])) if found else None


# As YAML


def table_text(table: Table) -> str:
    """The table as the file that calendars name."""
    head = _HEAD.format(code=table.code, name=table.name, country=table.country)
    return head + "".join(year_text(year, days) for year, days in table.years.items())


def year_text(year: int, days: Year) -> str:
    """One year of a table."""
    lines = [f"  {year}:", "    source:", f"    - {days.source}", "    off:"]
    lines += [f"    - {day}  # {' '.join(name.split())}" for day, name in days.off.items()]
    if days.work:
        lines.append("    work:")
        lines += [f"      {day}: {_like(other)}" for day, other in days.work.items()]
    return "\n".join(lines) + "\n"


def _like(other: date | None) -> str:
    return str(other) if other else "fri  # the day it was swapped with is not known"


def joined(text: str, table: Table, path: str) -> str:
    """A table's file with more years; what people wrote into it stays.

    Raises:
        Refused: it has one of the years already, or is written so that no year can be added at its end.
        BrokenFiles: it has problems.
    """
    before = _years(text, path)
    again = [year for year in table.years if str(year) in before]
    if again:
        raise Refused(
            Message("{path} has {year} already", path=path, year=again[0]),
            Message(
                "look at what would be imported: svcctl calendar import {code} {year}", code=table.code, year=again[0]
            ),
            code="year-exists",
        )
    more = "".join(year_text(year, days) for year, days in table.years.items())
    after = f"{text.rstrip()}\n{more}"
    try:
        fits = _years(after, path).keys() == {*before, *map(str, table.years)}
    except BrokenFiles:
        fits = False
    if not fits:
        raise Refused(
            Message("no year can be added at the end of {path}: its list of years does not stand there", path=path),
            Message("move “years:” to the end of the file, or add by hand what this prints without --commit"),
            code="years-not-last",
        )
    return after


def _years(text: str, path: str) -> Mapping[str, Any]:
    mapping, problems = yaml.read(text, path)
    if problems or mapping is None:
        raise BrokenFiles(problems)
    years = mapping.get("years")
    return years if isinstance(years, dict) else {}
