"""What an activity of a log means here: known words, and what a person says instead.

A meaning is a word of ``MEANINGS``, some with a name behind a colon: ``waiting:supplier``, ``stage:approval``. It is
given on the command line (``--map-activity "Wait=waiting:supplier"``) or in a YAML file:

    source: helpdesk
    timezone: Europe/Rome
    department: support
    columns: {case: Ticket, activity: Step, resource: Who, time: When}
    activities:
      Wait: waiting:supplier
      Approve: stage:approval
    people:
      Value 2: rossi
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from svcctl.exchange.eventlog import Columns
from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import BrokenFiles, Problem, Usage
from svcctl.model.schema import Keys, did_you_mean
from svcctl.model.section import is_word
from svcctl.model.source import place_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MEANINGS = {
    "opened": "the matter came in; a note, since the request's header says so",
    "taken": "the resource works on it from now on",
    "assigned": "whoever acts next was told to work on it",
    "released": "the resource gave it back",
    "handed_off": "it was passed to whoever else acts next",
    "returned": "it went back to whoever had it before",
    "waiting": "it waits for the client, or for the one named: waiting:supplier",
    "resumed": "the wait is over",
    "stage": "a stage was finished: stage:NAME",
    "resolved": "it is settled",
    "closed": "it is settled, if it was not yet; otherwise a note",
    "cancelled": "it will not be done",
    "reopened": "it was not settled after all",
    "message_in": "the client said something",
    "message_out": "the client was told something",
    "work": "somebody worked on it: a note that ends a wait and reopens what was settled",
    "activity": "something happened: a note that ends a wait",
    "noted": "a note and nothing else",
}
UNKNOWN = "activity"
WAITS_FOR = "client"


class Meaning(NamedTuple):
    """What an activity becomes: a word of ``MEANINGS`` and the name behind its colon."""

    do: str
    of: str = ""


def parse_meaning(text: str) -> Meaning:
    """Reads a meaning such as ``resolved`` or ``stage:approval``.

    Raises:
        Usage: the word is none of ``MEANINGS``, or the name is missing or superfluous.
    """
    do, colon, of = text.strip().partition(":")
    if do not in MEANINGS:
        raise Usage(
            Message("an activity cannot become “{word}”", word=do), did_you_mean(do, MEANINGS), code="no-meaning"
        )
    if do == "stage" and not is_word(of):
        raise Usage(
            Message("a stage needs a name, one word"), Message("write it like stage:approval"), code="no-meaning"
        )
    if colon and (do not in ("stage", "waiting") or not of):
        raise Usage(Message("“{text}” cannot be", text=text), Message("write {do}", do=do), code="no-meaning")
    return Meaning(do, of or (WAITS_FOR if do == "waiting" else ""))


# Known words. Nouns that only say what the activity is done to are dropped before looking; anything else that is said
# (resolve SW anomaly) makes another activity of it.
_WORDS = {
    "opened": "insert|create|open|opened|new|register|registered|registration|receive|received|log|logged|submit|"
    "submitted|создать|создано|создана|регистрация|зарегистрировано|открыть|открыто|utworzenie|utworzono|"
    "rejestracja|zarejestrowano|otwarcie|otwarte",
    "taken": "take|taken|take in charge|take over|take ownership|accept|accepted|acknowledge|acknowledged|start|"
    "started|start work|begin|begin work|in progress|work in progress|взять в работу|взято в работу|взята в работу|"
    "принято в работу|принята в работу|принять|в работе|przyjęcie|przyjęto|w toku|rozpoczęcie|w realizacji",
    "assigned": "assign|assigned|reassign|reassigned|dispatch|dispatched|назначить|назначено|назначена|"
    "назначен исполнитель|przydzielenie|przydzielono|przypisano",
    "released": "release|released|unassign|unassigned|give up|снято с исполнителя|zwolniono",
    "handed_off": "hand off|handed off|hand over|handed over|transfer|transferred|forward|forwarded|escalate|"
    "escalated|delegate|delegated|pass on|передать|передано|передана|эскалация|эскалировано|przekazanie|przekazano|"
    "eskalacja",
    "returned": "return|returned|send back|sent back|возврат|вернуть|возвращено|возвращена|zwrot|zwrócono",
    "waiting": "wait|waiting|wait customer|waiting customer|awaiting customer|wait client|waiting client|pending|"
    "pending customer|pending client|on hold|hold|put on hold|suspend|suspended|awaiting info|awaiting information|"
    "waiting information|ожидание|ожидание клиента|ожидание ответа|ожидание ответа клиента|приостановлено|отложено|"
    "oczekiwanie|oczekiwanie na klienta|wstrzymano|wstrzymane",
    "resumed": "resume|resumed|continue|continued|возобновить|возобновлено|возобновлена|wznowienie|wznowiono",
    "resolved": "resolve|resolved|solve|solved|fix|fixed|complete|completed|done|finish|finished|решить|решено|решена|"
    "выполнить|выполнено|выполнена|завершено|завершена|rozwiązanie|rozwiązano|rozwiązane|zakończono|wykonano",
    "closed": "close|closed|closure|closing|закрыть|закрыто|закрыта|закрытие|zamknięcie|zamknięto|zamknięte",
    "cancelled": "cancel|canceled|cancelled|cancellation|withdraw|withdrawn|abort|aborted|отмена|отменить|отменено|"
    "отменена|anulowanie|anulowano|anulowane",
    "reopened": "reopen|reopened|re open|re opened|переоткрыть|переоткрыто|переоткрыта|открыто повторно|"
    "ponowne otwarcie|otwarto ponownie",
    "message_in": "email received|mail received|message received|customer reply|client reply|reply received|"
    "customer response|call received|письмо получено|ответ клиента|wiadomość od klienta",
    "message_out": "email sent|mail sent|send email|send mail|message sent|send message|reply sent|send reply|"
    "reply customer|answer customer|inform customer|письмо отправлено|ответ отправлен|ответ клиенту|wysłano wiadomość",
}
_NOUNS = (
    "a an the of to for by on with ticket tickets request requests case incident issue sr обращение обращения "
    "заявка заявки заявку запрос тикет zgłoszenie zgłoszenia zgłoszeniu sprawy sprawa"
)
_DROPPED = frozenset(_NOUNS.split())
_SEPARATORS = re.compile(r"[\W_]+")


def _bare(activity: str) -> str:
    words = _SEPARATORS.sub(" ", activity.casefold()).split()
    return " ".join(word for word in words if word not in _DROPPED)


_KNOWN = {
    _bare(phrase): Meaning(do, WAITS_FOR if do == "waiting" else "")
    for do, phrases in _WORDS.items()
    for phrase in phrases.split("|")
}


def recognised(activity: str) -> Meaning:
    """What an activity's own words mean; ``UNKNOWN`` where they are no usual ones."""
    return _KNOWN.get(_bare(activity)) or Meaning(UNKNOWN)


def meanings(given: Mapping[str, Meaning], activities: Mapping[str, int], path: str) -> dict[str, Meaning]:
    """The meaning of each activity of a log: what was given for it, else what its words say.

    Raises:
        Usage: a meaning was given for an activity that the log does not have.
    """
    folded = {name.casefold(): meaning for name, meaning in given.items()}
    here = {name.casefold() for name in activities}
    for name in given:
        if name.casefold() not in here:
            raise Usage(
                Message("{path} has no activity “{name}”", path=path, name=name),
                did_you_mean(name, activities),
                code="no-activity",
            )
    return {name: folded.get(name.casefold()) or recognised(name) for name in activities}


class MapFile(NamedTuple):
    """What a mapping file says; options on the command line come before it."""

    columns: Columns = Columns()
    activities: dict[str, Meaning] = {}
    people: dict[str, str] = {}
    source: str = ""
    timezone: str = ""
    time_format: str = ""
    encoding: str = ""
    type: str = ""
    department: str = ""
    regulation: str = ""
    title: str = ""


def merged(first: MapFile, second: MapFile) -> MapFile:
    """What ``first`` says, and ``second`` where it says nothing."""
    columns = Columns(*(a or b for a, b in zip(first.columns, second.columns, strict=True)))
    activities = second.activities | first.activities
    people = second.people | first.people
    return MapFile(columns, activities, people, *(a or b for a, b in zip(first[3:], second[3:], strict=True)))


def parse_map(mapping: Mapping[str, Any]) -> MapFile:
    """Reads a mapping file.

    Raises:
        BrokenFiles: with every problem of the file.
    """
    problems: list[Problem] = []
    keys = Keys(mapping, problems)
    columns = Keys(keys.mapping_of("columns"), problems)
    found = MapFile(
        Columns(*(columns.text(name) for name in Columns._fields)),
        _meanings(keys.mapping_of("activities"), problems),
        _people(keys.mapping_of("people"), problems),
        *(keys.text(name) for name in MapFile._fields[3:]),
    )
    columns.done("the columns")
    keys.done("a mapping file")
    if problems:
        raise BrokenFiles(problems)
    return found


def _meanings(section: Mapping[str, Any], problems: list[Problem]) -> dict[str, Meaning]:
    found = {}
    for activity, value in section.items():
        try:
            found[activity] = parse_meaning(value if isinstance(value, str) else "")
        except Usage as error:
            problems.append(Problem(place_of(section, activity), error.code, error.message, error.hint))
    return found


def _people(section: Mapping[str, Any], problems: list[Problem]) -> dict[str, str]:
    found = {}
    for resource, handle in section.items():
        if isinstance(handle, str) and is_word(handle):
            found[resource] = handle
        else:
            place = place_of(section, resource)
            problems.append(
                Problem(
                    place,
                    "no-word",
                    Message("a handle is one word"),
                    Message("write it like {name}: rossi", name=resource),
                )
            )
    return found
