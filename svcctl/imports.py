"""Brings an event log into a desk: reads it, plans what each case adds, writes it all at once."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from svcctl.desk import Desk
from svcctl.exchange.cases import Planned, Rules, count_events, planned
from svcctl.exchange.eventlog import Columns, Log, Reading, read_log
from svcctl.exchange.mapping import UNKNOWN, MapFile, Meaning, meanings, merged, parse_map
from svcctl.exchange.people import People, people_of, words_for
from svcctl.model.ids import record_path
from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import BrokenFiles, Problem, Refused, Usage
from svcctl.model.schema import did_you_mean
from svcctl.model.section import is_word
from svcctl.model.team import Department, Person, Team, parse_team
from svcctl.recording import author
from svcctl.rules.appending import import_faults
from svcctl.rules.verification import leads
from svcctl.store import bulk, teamfile, yaml
from svcctl.store.fastimport import Commit, FileChange
from svcctl.store.subject import one_line
from svcctl.store.tree import Tree
from svcctl.store.zones import zone

DEPARTMENT = "imported"
TYPE = "request"

Step = Callable[[int], None]


class Outcome(NamedTuple):
    """What an import came to, or would come to.

    ``requests`` are new, ``grown`` had fewer events before, ``unchanged`` had all; ``events`` are ours, of
    which ``log_events`` are the log's own and the others are implied by them; ``activities`` counts what each
    activity became; ``skipped`` lines could not be read.
    """

    requests: int
    grown: int
    unchanged: int
    events: int
    log_events: int
    people: list[str]
    commits: int
    activities: dict[str, dict[str, int]]
    skipped: list[Problem]
    warnings: list[Message]

    def as_json(self) -> dict[str, object]:
        """The outcome as the JSON document of ``import eventlog``."""
        problems = [problem.as_json() for problem in self.skipped]
        return {**self._asdict(), "skipped": len(problems), "problems": problems, "warnings": self._warnings()}

    def _warnings(self) -> list[str]:
        return [str(warning) for warning in self.warnings]


class LogImport:
    """One log on its way into a desk."""

    def __init__(self, desk: Desk, path: str, wishes: MapFile) -> None:
        self.desk, self.path, self.wishes = desk, path, wishes
        self.file_name = os.path.basename(path)
        self.source = wishes.source or self.file_name.partition(".")[0] or self.file_name
        self.department = wishes.department or DEPARTMENT
        if not is_word(self.department):
            raise Usage(
                Message("“{text}” is not one word", text=self.department),
                Message("name the department by one word: --department support"),
                code="no-word",
            )

    @cached_property
    def log(self) -> Log:
        """The log as read.

        Raises:
            Usage: a column is missing, the time zone or the file does not exist.
            BrokenFiles: the file cannot be read at all, or has no event that can.
        """
        wall = _zone(self.wishes.timezone) if self.wishes.timezone else None
        reading = Reading(
            self.desk.reference.zone, wall, self.wishes.columns, self.wishes.time_format, self.wishes.encoding
        )
        log = read_log(self.path, reading)
        if not log.cases:
            raise BrokenFiles(log.problems, Message("{path} has no events", path=self.path), code="no-events")
        return log

    @cached_property
    def meanings(self) -> dict[str, Meaning]:
        """What each activity of the log means, the commonest first.

        Raises:
            Usage: a meaning was given for an activity that the log does not have.
        """
        counts = Counter(event.activity for case in self.log.cases for event in case.events)
        return meanings(self.wishes.activities, dict(counts.most_common()), self.path)

    def refuse_problems(self) -> None:
        """Refuses a log with lines that cannot be read.

        Raises:
            BrokenFiles: with every one of them.
        """
        if self.log.problems:
            raise BrokenFiles(self.log.problems, hint=Message("nothing was imported (--strict)"))

    def run(self, person: Person, now: datetime, step: Step, dry_run: bool = False) -> Outcome:
        """Writes what the desk does not have yet, and says what that was.

        Args:
            person: who imports; the author of the commits.
            step: told of progress; two steps a case in all.

        Raises:
            Refused: the desk has no such regulation, or has uncommitted edits where it would be written; or deeds of
                colleagues come from somebody who is no head.
        """
        draft = _Draft(self, person, now, step)
        if dry_run:
            draft.commits(self.desk.tree)
            return draft.outcome([])
        self.desk.prepare_to_sign()
        folder = os.path.join(self.desk.folder, "svcctl")
        written = bulk.write(self.desk.git, folder, self.desk.branch, draft.commits, step)
        return draft.outcome(written.warnings)


class _Draft:
    """What an import would write on top of a tree."""

    def __init__(self, task: LogImport, person: Person, now: datetime, step: Step) -> None:
        self.task, self.person, self.now, self.step = task, person, now, step
        self.regulation = _regulation(task.desk, task.wishes.regulation)
        self.plans: list[Planned] = []
        self.problems: list[Problem] = []
        self.warnings: list[Message] = []
        self.people = People({}, [])
        self.made: list[Commit] = []

    def commits(self, tree: Tree) -> Sequence[Commit]:
        """The commits for what the tree does not have yet; none where it has everything."""
        present = bulk.present(tree, self.task.source)
        self.warnings = list(_other_names(self.task, present))
        mapping = tree.yaml(teamfile.PATH)
        team = parse_team(mapping) if mapping is not None else self.task.desk.reference.team
        resources = [event.resource for case in self.task.log.cases for event in case.events]
        self.people = people_of(resources, team, self.task.department, self.task.wishes.people)
        changes = self._plan(present, self._rules(team))
        self._refuse_others(team)
        self.made = bulk.in_commits(
            author(self.person, self.now), changes, self._team_file(tree, team) if changes else [], self._message
        )
        return self.made

    def _rules(self, team: Team) -> Rules:
        wishes = self.task.wishes
        known = [*team.people.values(), *self.people.new]
        return Rules(
            self.task.source,
            self.task.meanings,
            self.people.handles,
            {person.handle: words_for(person) for person in known},
            self.now,
            wishes.type or TYPE,
            self.task.department,
            self.regulation,
            wishes.title,
            self.task.log.columns.resource,
        )

    def _plan(self, present: bulk.Present, rules: Rules) -> list[FileChange]:
        self.plans, self.problems = [], []
        changes = []
        for case in self.task.log.cases:
            known = present.records.get(case.name)
            plan = planned(case, rules, known, present.ids)
            self.step(1)
            if plan is None:
                self.problems.extend(known.problems if known else ())
                continue
            self.plans.append(plan)
            if plan.header is not None:
                present.ids.add(plan.id)
                changes.append(bulk.new_record(record_path(plan.id), plan.header, plan.events))
            elif known is not None and plan.events:
                changes.append(bulk.grown_record(known, plan.events))
        return changes

    def _refuse_others(self, team: Team) -> None:
        """Refuses deeds of people who can speak for themselves, unless a head brings them in."""
        if leads(self.person.handle, team):
            return
        for plan in self.plans:
            by = plan.header.by if plan.header is not None else self.person.handle
            for fault in import_faults(plan.events, by, self.person, team):
                raise Refused(fault.message, fault.remedy, code=fault.code)

    def _team_file(self, tree: Tree, team: Team) -> list[FileChange]:
        name = self.task.department
        departments = [] if name in team.departments else [Department(name, name)]
        if not departments and not self.people.new:
            return []
        text = teamfile.with_people(tree.text(teamfile.PATH) or "", self.people.new, departments)
        return [FileChange(teamfile.PATH, text.encode())]

    def _message(self, first: int, last: int) -> str:
        written = [plan for plan in self.plans if plan.events]
        part = written[first - 1 : last]
        grown = sum(plan.header is None for plan in part)
        events = sum(len(plan.events) for plan in part)
        noun = "request" if len(part) == 1 else "requests"
        subject = f"imported {len(part):,} {noun} from {self.task.file_name} ({first}–{last} of {len(written)})"
        return f"{one_line(subject)}\n\nnew: {len(part) - grown}, grown: {grown}, events: {events}\n"

    def outcome(self, warnings: Sequence[Message]) -> Outcome:
        """What was written."""
        new = [plan for plan in self.plans if plan.header is not None]
        grown = [plan for plan in self.plans if plan.header is None and plan.events]
        activities = count_events(self.plans)
        return Outcome(
            len(new),
            len(grown),
            len(self.plans) - len(new) - len(grown),
            sum(len(plan.events) for plan in self.plans),
            sum(sum(counts.values()) for counts in activities.values()),
            [person.handle for person in self.people.new],
            len(self.made),
            {name: activities[name] for name in self.task.meanings if name in activities},
            [*self.task.log.problems, *self.problems],
            [*self.warnings, *warnings],
        )


def _other_names(task: LogImport, present: bulk.Present) -> Sequence[Message]:
    """Warns where most of the cases are in the desk under another name of the log."""
    cases = {case.name for case in task.log.cases}
    return [
        Message(
            "{n} of these cases are here already from the log “{other}”; if this is the same log, say --source {other}",
            n=len(cases & names),
            other=other,
        )
        for other, names in present.others.items()
        if 2 * len(cases & names) > len(cases)
    ]


def _zone(name: str) -> ZoneInfo:
    try:
        return zone(name, "--timezone")
    except BrokenFiles as error:
        raise Usage(error.message, error.problems[0].remedy, code="time-zone") from None


def _regulation(desk: Desk, name: str) -> str:
    if not name:
        return ""
    found = desk.reference.current_regulation(name)
    if found is None:
        raise Refused(
            Message("there is no regulation “{name}”", name=name),
            did_you_mean(name, desk.reference.tree.names("regulations", ".md")),
            code="unknown-regulation",
        )
    return found.ref


def unrecognised(task: LogImport) -> list[str]:
    """The activities that became notes because their words say nothing usual and nobody said more."""
    given = {name.casefold() for name in task.wishes.activities}
    return [name for name, meaning in task.meanings.items() if meaning.do == UNKNOWN and name.casefold() not in given]


def read_wishes(options: MapFile, path: str) -> MapFile:
    """The options, and what a mapping file says beside them.

    Raises:
        Usage: the file cannot be read.
        BrokenFiles: it has problems.
    """
    if not path:
        return options
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise Usage(
            Message("cannot read {path}: {why}", path=path, why=error),
            Message("--map takes a YAML file"),
            code="no-file",
        ) from None
    mapping, problems = yaml.read(text, path)
    if problems or mapping is None:
        raise BrokenFiles(problems)
    return merged(options, parse_map(mapping))


__all__ = ["Columns", "LogImport", "Outcome", "read_wishes", "unrecognised"]
