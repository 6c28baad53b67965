"""Moments as people type them, in English, Russian or Polish.

>>> friday = datetime.fromisoformat("2026-11-20T15:00:00+03:00")
>>> [f"{parse_when(text, friday, friday.tzinfo):%a %d %H:%M}" for text in ("завтра 10:00", "pt 12:00", "25.11", "+4h")]
['Sat 21 10:00', 'Fri 27 12:00', 'Wed 25 18:00', 'Fri 20 19:00']

What is typed, and what it means:

- ``2026-11-25``, ``25.11.2026``, ``25.11.26``, ``25 ноября``, ``nov 25``: a day; without a year, in the year that
  brings it nearest to today. ``25/11`` is refused: half the world reads such dates in the other order.
- ``today``, ``завтра``, ``pojutrze``; ``fri``, ``в пятницу``, ``w środę``: a weekday is the next such day after
  today, or today where a time that is still to come is given with it. ``next fri`` is Friday of the week after this
  one, ``this fri`` of this week; weeks begin on Monday. ``fri 27.11`` must agree with the date.
- ``15:00``, ``3pm``, ``в 15``, ``noon``, ``24:00`` (the end of the day). A time alone is today, and refused once it
  has passed. ``15.00`` and ``15-00`` are times only where the day is known already.
- A day without a time is the closing instant of that working day; a day off is refused.
- ``+4h``, ``in 4 hours``, ``через 4 часа``, ``za 4 godziny``: working time. ``+3d``: the closing of the third working
  day after today; ``+3d 15:00``: that day at 15:00. ``+36h!``: wall clock. ``+1w``: the same weekday a week later.

Without a calendar every day is open and closes at 18:00, and every hour counts. Local times that the clocks skip or
repeat resolve as ``zoneinfo`` does with fold=0. Letter case, diacritics, ``ё`` and kinds of spaces do not matter.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache

from svcctl.model.duration import DAYS, MAX_DAYS, WALL, Duration, parse_duration
from svcctl.model.messages import Message
from svcctl.model.problems import Refused, Usage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from svcctl.model.calendar import Calendar

FIRST_YEAR, LAST_YEAR = 1900, 2199
MAX_LENGTH = 100

_HOUR, _DAY = 3600, 86400
_CLOSING = 18 * _HOUR
_EXAMPLES = Message(
    "write it like 2026-11-25 15:00, 25.11 15:00, tomorrow 15:00, fri 12:00, +4h (working time) or +3d (working days)"
)
_DAY_EXAMPLES = Message("write it like 2026-11-25, 25.11, tomorrow or fri")
_TIMES = Message("write 15:00; 24:00 is the end of the day")
_ORDER = Message("write the day first and dots, like 25.11 or 25.11.2026, or write 2026-11-25")

_FLAT = str.maketrans("ąćęłńóśźżё", "acelnoszzе")
_PHRASES = (
    ("day after tomorrow", "послезавтра"),
    ("half an hour", "30 m"),
    ("полчаса", "30 m"),
    ("полтора часа", "90 m"),
    ("pol godziny", "30 m"),
    ("poltorej godziny", "90 m"),
)
_DAY_WORDS = {
    -2: "позавчера przedwczoraj",
    -1: "yesterday вчера wczoraj",
    0: "today сегодня dzis dzisiaj",
    1: "tomorrow завтра jutro jutra",
    2: "послезавтра pojutrze",
}
_WEEKDAYS = (
    "mon monday пн понедельник понедельника понедельнику pn pon poniedzialek poniedzialku",
    "tue tues tuesday вт вторник вторника вторнику wt wtorek wtorku",
    "wed wednesday ср среда среду среды среде sr sroda srode srody",
    "thu thur thurs thursday чт четверг четверга четвергу cz czw czwartek czwartku",
    "fri friday пт пятница пятницу пятницы пятнице pt piatek piatku",
    "sat saturday сб суббота субботу субботы субботе sob sobota sobote soboty",
    "sun sunday вс воскресенье воскресенья воскресенью nd niedz niedziela niedziele niedzieli",
)
_MONTHS = (
    "jan january янв январь января sty styczen stycznia",
    "feb february фев февр февраль февраля lut luty lutego",
    "mar march мар март марта marzec marca",
    "apr april апр апрель апреля kwi kwiecien kwietnia",
    "may май мая maj maja",
    "jun june июн июнь июня cze czerwiec czerwca",
    "jul july июл июль июля lip lipiec lipca",
    "aug august авг август августа sie sierpien sierpnia",
    "sep sept september сен сент сентябрь сентября wrz wrzesien wrzesnia",
    "oct october окт октябрь октября paz pazdziernik pazdziernika",
    "nov november ноя нояб ноябрь ноября lis listopad listopada",
    "dec december дек декабрь декабря gru grudzien grudnia",
)
_WEEKS = (
    "this этот эту эта это ten ta te",
    "next следующий следующую следующая следующее следующей nastepny nastepna nastepne przyszly przyszla przyszle",
)
_UNITS = {
    "w": "w wk week weeks нед неделя неделю недели недель tyg tydzien tygodnie tygodni",
    "d": "d day days д дн день дня дней dzien dni dn",
    "h": "h hr hrs hour hours ч час часа часов g godz godzina godzine godziny godzin",
    "m": "m min mins minute minutes м мин минута минуту минуты минут minuta minuty minut",
    "s": "s sec second seconds с сек секунду секунды секунд sek sekunde sekundy sekund",
}
_NUMBERS = {1: "a an one один одну jeden jedna", 2: "two два две dwa dwie", 3: "three три trzy"}
_JOINING = "at on by until till в во к ко на до w we o na do godz godzinie godziny"
_SKIPPED = "the г года год r roku"
_AFTER = "in через za"
_NOW = "now сейчас teraz"
_WORKING = "working business рабочий рабочих рабочие рабочая roboczy roboczych robocze"

_OFFSET = (
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}[t ][0-9]{1,2}:[0-9:.]+) ?(z|[+-][0-9]{2}(?::?[0-9]{2}(?::?[0-9]{2}(?:\.[0-9]+)?)?)?)"
)
_CLOCK = r"([0-9]{1,2})(?::([0-9]{2})(?::([0-9]{2})(?:\.[0-9]+)?)?)?(am|pm)?"
_AMOUNT = r"([0-9]*) ?([^\W\d_]+)(!?) *"


def parse_when(text: str, now: datetime, zone: tzinfo, calendar: Calendar | None = None) -> datetime:
    """The moment a person means; it may lie in the past (``require_future``).

    Args:
        text: what was typed, see above.
        now: an aware instant, from which ``tomorrow`` and ``+4h`` count.
        zone: whose local time was typed where no offset is.
        calendar: whose working time counts; without one every day is open and closes at 18:00.

    Returns:
        An aware instant in ``zone``, exact to the second.

    Raises:
        Usage: with the code ``when``: not understood, ambiguous, no such day or time, a day off without a time.
    """
    try:
        return _moment(text, now.astimezone(zone).replace(microsecond=0), zone, calendar).astimezone(zone)
    except (Usage, Refused) as error:
        raise _unclear(text, error, _EXAMPLES) from None


def parse_day(text: str, now: datetime, zone: tzinfo) -> date:
    """The day a person means, in the words of ``parse_when`` without a time of day and without working days.

    Raises:
        Usage: with the code ``when``: not understood, ambiguous, no such day, or a moment and not a day.
    """
    try:
        return _day(text, now.astimezone(zone))
    except Usage as error:
        raise _unclear(text, error, _DAY_EXAMPLES) from None


def weekday_of(word: str) -> int | None:
    """The day of the week that a word names in any of the languages, from 0 for Monday; None for another word."""
    kind, number = _vocabulary().get(_plain(word).strip("."), ("", 0))
    return number if kind == "weekday" else None


def require_future(moment: datetime, now: datetime) -> datetime:
    """The moment itself, where it lies after ``now``; both are aware.

    Raises:
        Usage: with the code ``past``.
    """
    if moment.astimezone(UTC) <= now.astimezone(UTC):
        raise Usage(
            Message("{moment} has already passed", moment=f"{moment:%Y-%m-%d %H:%M}"),
            Message("name a later moment, like +4h or tomorrow 15:00"),
            code="past",
        )
    return moment


def _unclear(text: str, error: Usage | Refused, examples: Message) -> Usage:
    shown = text if len(text) <= MAX_LENGTH else text[:MAX_LENGTH] + "…"
    what = Message("cannot tell when “{text}” is: {why}", text=shown, why=error.message)
    return Usage(what, error.hint or examples, code="when")


# Words


@cache
def _vocabulary() -> dict[str, tuple[str, int]]:
    """What each word means: its kind and number."""
    groups: list[tuple[str, int, str]] = [("day", number, words) for number, words in _DAY_WORDS.items()]
    groups += [("weekday", number, words) for number, words in enumerate(_WEEKDAYS)]
    groups += [("month", number, words) for number, words in enumerate(_MONTHS, 1)]
    groups += [("week", number, words) for number, words in enumerate(_WEEKS)]
    groups += [
        ("noon", 12, "noon midday полдень полудню poludnie"),
        ("midnight", 0, "midnight полночь полуночи polnoc"),
    ]
    groups += [("joining", 0, _JOINING), ("skipped", 0, _SKIPPED)]
    return {word: (kind, number) for kind, number, words in groups for word in words.split()}


@cache
def _units() -> dict[str, str]:
    return {word: unit for unit, words in _UNITS.items() for word in words.split()}


def _plain(text: str) -> str:
    """The text in lower case, without diacritics, its words apart by single spaces."""
    if len(text) > MAX_LENGTH:
        raise Usage(Message("it is too long"))
    if not text.isascii():
        from unicodedata import normalize

        text = normalize("NFKC", text)
    text = " ".join(text.casefold().translate(_FLAT).replace(",", " ").split())
    for phrase, meaning in _PHRASES:
        text = text.replace(phrase, meaning)
    return text


def _unknown(word: str, known: Iterable[str], examples: Message = _EXAMPLES) -> Usage:
    """The refusal of a word, with the nearest known one."""
    why = Message("“{word}” was not understood", word=word)
    if _is_length(word):
        return Usage(why, Message("did you mean +{word}? {examples}", word=word, examples=examples))
    from difflib import get_close_matches

    near = get_close_matches(word, [name for name in known if len(name) > 2], 1, 0.6)
    if not near:
        return Usage(why)
    return Usage(why, Message("did you mean “{near}”? {examples}", near=near[0], examples=examples))


def _is_length(word: str) -> bool:
    try:
        parse_duration(word)
    except Usage:
        return False
    return True


# Moments


def _moment(text: str, now: datetime, zone: tzinfo, calendar: Calendar | None) -> datetime:
    plain = _plain(text)
    if plain in _NOW.split():
        return now
    amount = _amount(plain)
    if amount:
        return _after(*amount, now, calendar)
    with_offset = re.fullmatch(_OFFSET, plain)
    if with_offset:
        plain, zone = with_offset[1], _offset(with_offset[2])
    said = _Phrase(plain, now)
    if said.day is None:
        return _later_today(said, now)
    return _at(said.day, said.time, zone, calendar)


def _day(text: str, now: datetime) -> date:
    plain = _plain(text)
    amount = _amount(plain)
    if amount:
        length, rest = amount
        if length[-1] == "w" and not rest:
            return now.date() + _weeks(length)
        raise Usage(Message("only weeks count from today to a day"), _DAY_EXAMPLES)
    said = _Phrase(plain, now)
    if said.time is not None:
        raise Usage(Message("a day is wanted, without a time"), _DAY_EXAMPLES)
    if said.day is None:
        raise Usage(Message("no day is named"), _DAY_EXAMPLES)
    return said.day


def _at(day: date, time: int | None, zone: tzinfo, calendar: Calendar | None) -> datetime:
    """The instant of a local time, in seconds from midnight; None is the day's closing."""
    if time is None and calendar:
        return _closing(day, calendar)
    local = datetime(day.year, day.month, day.day) + timedelta(seconds=_CLOSING if time is None else time)  # noqa: DTZ001
    return local.replace(tzinfo=zone).astimezone(UTC)


def _closing(day: date, calendar: Calendar) -> datetime:
    if not calendar.hours(day.toordinal()):
        opening = _working_day(day, 1, calendar)
        raise Usage(
            Message("{day} is a day off in the calendar {name}", day=day, name=calendar.name),
            Message("the next working day is {opening}; or add a time, like {day} 12:00", opening=opening, day=day),
        )
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=calendar.zone)
    return calendar.add_days(noon - timedelta(days=1), 1)


def _working_day(start: date, count: int, calendar: Calendar | None) -> date:
    """The so many-th working day after a day."""
    day = start.toordinal()
    while count:
        day += 1
        if day > date(LAST_YEAR, 12, 31).toordinal():
            raise Usage(Message("the calendar has no such working day"))
        count -= calendar is None or bool(calendar.hours(day))
    return date.fromordinal(day)


def _later_today(said: _Phrase, now: datetime) -> datetime:
    if said.time is None:
        raise Usage(Message("no day and no time is named"))
    moment = _at(now.date(), said.time, now.tzinfo or UTC, None)
    if moment < now.astimezone(UTC):
        time = f"{said.time // _HOUR:02}:{said.time // 60 % 60:02}"
        raise Usage(
            Message("{time} has passed today", time=time),
            Message("say which day: tomorrow {time}, or today {time} for what has been", time=time),
        )
    return moment


def _offset(text: str) -> tzinfo:
    try:
        zone = datetime.fromisoformat(f"2000-01-01T00:00{text.upper()}").tzinfo
    except ValueError:
        zone = None
    if zone is None:
        raise Usage(Message("there is no offset {offset}", offset=text), Message("write it like +03:00"))
    return zone


# Lengths of time


def _amount(plain: str) -> tuple[str, str] | None:
    """A length counted from now, like ``2h30m``, and the words after it; None where the text names no such length."""
    first, _, rest = plain.partition(" ")
    if plain.startswith("+"):
        rest = plain[1:].strip()
    elif first not in _AFTER.split():
        return None
    number = {word: str(number) for number, words in _NUMBERS.items() for word in words.split()}
    words = [word.rstrip(".") for word in rest.split() if word not in _WORKING.split()]
    rest, length, units = " ".join(number.get(word, word) for word in words), "", _units()
    while match := re.match(_AMOUNT, rest):
        if match[2] not in units or not (match[1] or first in _AFTER.split()):
            break
        length += (match[1] or "1") + units[match[2]] + match[3]
        rest = rest[match.end() :]
    if length:
        return length, rest
    strange = re.search(r"[^\W\d_]{2,}", rest)
    if strange:
        raise _unknown(strange[0], units)
    return str(parse_duration(rest)), ""


def _after(length: str, rest: str, now: datetime, calendar: Calendar | None) -> datetime:
    zone, time = now.tzinfo or UTC, _Phrase(rest, now).only_time() if rest else None
    if "w" in length:
        return _at(now.date() + _weeks(length), time, zone, calendar)
    duration = parse_duration(length)
    if duration.kind == DAYS and (time is not None or calendar is None):
        return _at(_working_day(now.date(), duration.amount, calendar), time, zone, calendar)
    if time is not None:
        raise Usage(Message("“{length}” from now has its own time of day", length=length))
    return _due(duration, now, calendar)


def _due(duration: Duration, now: datetime, calendar: Calendar | None) -> datetime:
    if calendar is None or duration.kind == WALL:
        return now.astimezone(UTC) + timedelta(seconds=duration.amount)
    return duration.due(now, calendar)


def _weeks(length: str) -> timedelta:
    number = length[:-1]
    if not number.isdecimal():
        raise Usage(Message("“{length}” mixes weeks and something else", length=length))
    if len(number) > 3 or not 0 < int(number) <= MAX_DAYS // 7:
        raise Usage(Message("weeks count from 1 to {n}", n=MAX_DAYS // 7))
    return timedelta(weeks=int(number))


# Days and times


class _Phrase:
    """What the words name: ``day``, and ``time`` in seconds from its midnight; None where they do not."""

    __slots__ = ("day", "index", "joined", "now", "time", "week", "weekday", "words")

    def __init__(self, plain: str, now: datetime) -> None:
        self.now = now
        self.words = [word.rstrip(".;") or word for word in re.sub(r"^([0-9-]{10})t", r"\1 ", plain).split()]
        self.day: date | None = None
        self.weekday: int | None = None
        self.week: int | None = None
        self.time: int | None = None
        self.index, self.joined = 0, False
        self._read()

    def _read(self) -> None:
        while self.index < len(self.words):
            self._step(self.words[self.index])
        if self.joined or (self.week is not None and self.weekday is None):
            raise _unknown(self.words[-1], ())
        if self.weekday is not None:
            self._settle_weekday(self.weekday)

    def only_time(self) -> int:
        """The time of day, where the words name nothing else."""
        if self.day is not None or self.time is None:
            raise _unknown(" ".join(self.words), ())
        return self.time

    def _step(self, word: str) -> None:
        used = self._word(word) or self._date(word) or self._month_date(word) or self._loose(word) or self._clock(word)
        if not used:
            raise _unknown(word, (name for name, (kind, _) in _vocabulary().items() if kind != "skipped"))
        self.joined = _vocabulary().get(word, ("", 0))[0] == "joining"
        self.index += used

    def _next(self) -> str:
        return self.words[self.index + 1] if self.index + 1 < len(self.words) else ""

    def _word(self, word: str) -> int:
        kind, number = _vocabulary().get(word, ("", 0))
        if kind == "day":
            self._set_day(self.now.date() + timedelta(days=number))
        elif kind == "weekday":
            self._once(self.weekday, number)
            self.weekday = number
        elif kind == "week":
            self._once(self.week, number)
            self.week = number
        elif kind == "noon":
            self._set_time(12, 0, 0)
        elif kind == "midnight":
            raise Usage(Message("midnight belongs to two days"), Message("write today 24:00 or tomorrow 00:00"))
        return int(bool(kind) and kind != "month")

    def _date(self, word: str) -> int:
        if match := re.fullmatch(r"([0-9]{4})[-./]([0-9]{1,2})[-./]([0-9]{1,2})", word):
            self._set_day(_date(int(match[1]), int(match[2]), int(match[3])))
        elif match := re.fullmatch(r"([0-9]{1,2})\.([0-9]{1,2})(?:\.([0-9]{4}|[0-9]{2}))?", word):
            if not match[3] and self._dotted_time(int(match[1]), match[2]):
                return 0
            year = int(match[3]) + (2000 if len(match[3]) == 2 else 0) if match[3] else None
            self._set_day(self._dated(int(match[1]), int(match[2]), year))
        elif re.fullmatch(r"[0-9]{1,2}/[0-9]{1,2}(/[0-9]{2,4})?|[0-9]{1,2}-[0-9]{1,2}-[0-9]{2,4}", word):
            raise Usage(Message("“{word}” is read day first by some, month first by others", word=word), _ORDER)
        else:
            return 0
        return 1

    def _dotted_time(self, first: int, second: str) -> bool:
        """Whether 12.30 is a time: the day is known already, or only a weekday is and there is no such date."""
        if self.day is not None:
            return True
        time = first < 24 and len(second) == 2 and int(second) < 60
        if self.weekday is None or not time:
            return False
        if first and 0 < int(second) <= 12:
            why = Message("“{first}.{second}” may be a date or a time", first=first, second=second)
            raise Usage(why, Message("write {first}:{second} for the time", first=first, second=second))
        return True

    def _month_date(self, word: str) -> int:
        """Reads 25 ноября, 25 nov 2026 or nov 25."""
        kind, month = _vocabulary().get(word, ("", 0))
        number, used = (self._next(), 2) if kind == "month" else (word, 2)
        if kind != "month":
            kind, month = _vocabulary().get(self._next(), ("", 0))
        match = re.fullmatch(r"([0-9]{1,2})(?:st|nd|rd|th)?", number)
        if kind != "month" or not match:
            return 0
        year = self.words[self.index + 2] if self.index + 2 < len(self.words) else ""
        has_year = re.fullmatch("[0-9]{4}", year)
        self._set_day(self._dated(int(match[1]), month, int(year) if has_year else None))
        return used + bool(has_year)

    def _loose(self, word: str) -> int:
        """Reads 15.00 and 15-00, which are times only after a day or a preposition."""
        match = re.fullmatch(r"([0-9]{1,2})[-.]([0-9]{2})", word)
        if not match or (self.day is None and self.weekday is None and not self.joined):
            return 0
        self._set_time(int(match[1]), int(match[2]), 0)
        return 1

    def _clock(self, word: str) -> int:
        match = re.fullmatch(_CLOCK, word)
        if not match:
            return 0
        after = self._next()
        half = match[4] or (after if after in ("am", "pm") else "")
        counted = _units().get(after) == "h" and not match[2]
        known = self.joined or (counted and (self.day is not None or self.weekday is not None))
        if not (match[2] or half or known):
            return 0
        self._set_time(_hour(int(match[1]), half), int(match[2] or 0), int(match[3] or 0))
        return 1 + (counted or (bool(half) and not match[4]))

    def _dated(self, day: int, month: int, year: int | None) -> date:
        """The date; without a year, in the year that brings it nearest to today."""
        if year is None and 0 < month <= 12:
            today = self.now.date()
            near = (date(today.year + shift, month, min(max(day, 1), 28)) for shift in (-1, 0, 1))
            year = min(near, key=lambda there: abs(there - today)).year
        return _date(self.now.year if year is None else year, month, day)

    def _set_day(self, day: date) -> None:
        self._once(self.day, day)
        self.day = day

    def _set_time(self, hour: int, minute: int, second: int) -> None:
        time = hour * _HOUR + minute * 60 + second
        if minute > 59 or second > 59 or time > _DAY:
            typed = f"{hour:02}:{minute:02}" + (f":{second:02}" if second else "")
            raise Usage(Message("a day has no {time}", time=typed), _TIMES)
        self._once(self.time, time)
        self.time = time

    def _once(self, known: object, value: object) -> None:
        if known is not None and known != value:
            raise Usage(Message("it names two days or two times"))

    def _settle_weekday(self, weekday: int) -> None:
        today = self.now.date()
        if self.day is not None:
            if self.day.weekday() != weekday or self.week is not None:
                raise Usage(Message("{day} is another day of the week", day=self.day), Message("drop one of the two"))
        elif self.week is not None:
            self.day = today + timedelta(days=self.week * 7 + weekday - today.weekday())
        else:
            self.day = today + timedelta(days=(weekday - today.weekday()) % 7)
            if self.day == today and not self._comes_today():
                self.day += timedelta(days=7)

    def _comes_today(self) -> bool:
        zone = self.now.tzinfo or UTC
        return self.time is not None and _at(self.now.date(), self.time, zone, None) > self.now.astimezone(UTC)


def _hour(hour: int, half: str) -> int:
    """The hour of the day for an hour of one of its halves; any other hour with am or pm is refused."""
    if not half:
        return hour
    if not 1 <= hour <= 12:
        raise Usage(Message("there is no {hour} {half}", hour=hour, half=half), _TIMES)
    return hour % 12 + (12 if half == "pm" else 0)


def _date(year: int, month: int, day: int) -> date:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Usage(Message("the year must lie between {first} and {last}", first=FIRST_YEAR, last=LAST_YEAR))
    if not 1 <= month <= 12:
        hint = Message("write {day}:{month} for a time", day=day, month=month) if day < 24 and month < 60 else None
        raise Usage(Message("there is no month {month}", month=month), hint)
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    if not 1 <= day <= last:
        raise Usage(Message("{month} has {n} days, no {day}", month=f"{year}-{month:02}", n=last, day=day))
    return date(year, month, day)
