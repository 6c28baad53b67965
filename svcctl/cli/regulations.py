"""Regulations: list, show, lint, test."""

from __future__ import annotations

from collections.abc import Sequence

import click

from svcctl.cli.command import command, group, json_flag, listing
from svcctl.cli.session import Session, problem_line, read_file
from svcctl.model.messages import Message
from svcctl.model.problems import BrokenFiles, Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from svcctl.model.regulation import Regulation
    from svcctl.rules.examples import Trial
    from svcctl.rules.lint import Known
    from svcctl.store.regulations import Shelf

regulation = group(
    "regulation",
    (
        (
            "Regulations",
            {
                "list": ("regulations:list_", "The regulations in force, and what comes next."),
                "show": ("regulations:show", "A regulation: clocks, stages, criteria, prose."),
                "map": ("responsibility:map_", "Who answers for which stage and clock; as a picture too."),
                "lint": ("regulations:lint", "Look for mistakes in regulations, each with its place."),
                "test": ("regulations:test", "Try the examples that stand in regulations."),
                "diff": ("trying", "What differs between two versions, in words."),
                "simulate": ("trying", "Replay the desk's requests under a proposed version."),
                "adopt": ("adopting", "Put a draft in force from a day on."),
                "ack": ("adopting", "Say that you have read a regulation."),
                "read": ("adopting", "Who has read which regulation, and who has not."),
            },
        ),
    ),
    help="What must happen to a kind of request, by whom, by when, decided how.",
)

PROBLEMS_EXIT, FAILED_EXIT = 3, 1


@command("list")
@listing
def list_(session: Session, form: str, as_json: bool, output: str) -> int:
    """The regulations in force, and the versions that come next.

    Example: svcctl regulation list
    """
    from svcctl.render.regulation import applies_text, summary_json
    from svcctl.reports.table import Column, Table

    shelf = _newest(session)
    pairs = [(_today(session, one), one) for one in shelf.regulations]
    names = ("name", "version", "title", "applies", "owner", "stages", "next")
    kinds = {"version": "number", "stages": "number"}
    columns = tuple(Column(name, Message(name), kinds.get(name, "text")) for name in names)
    rows = [
        (
            newest.name,
            now.version if now else None,
            (now or newest).title,
            applies_text((now or newest).applies),
            (now or newest).owner,
            len((now or newest).stages),
            "" if now is newest else Message("{n} from {day}", n=newest.version, day=newest.in_force),
        )
        for now, newest in pairs
    ]
    table = Table(Message("Regulations"), columns, rows, empty=Message("no regulations"))
    if not any(row[-1] for row in rows):
        table = Table(table.title, columns[:-1], [row[:-1] for row in rows], empty=table.empty)
    value = [{**summary_json(now or newest), "next": _next(now, newest)} for now, newest in pairs]
    session.show(table, form, as_json, output, value)
    return session.report_problems()


def _newest(session: Session) -> Shelf:
    """The newest versions; what is wrong with the others is said at the end."""
    from svcctl.store.regulations import in_force

    shelf = in_force(session.desk.tree)
    session.desk.problems.extend(shelf.problems)
    return shelf


def _today(session: Session, newest: Regulation) -> Regulation | None:
    """The version in force now; None where the first has not begun."""
    day = session.now.date()
    if newest.in_force is None or newest.in_force <= day:
        return newest
    return session.desk.reference.in_force(newest.name, day)


def _next(now: Regulation | None, newest: Regulation) -> dict[str, object] | None:
    return None if now is newest else {"version": newest.version, "in_force": str(newest.in_force)}


@command("show")
@click.argument("ref", metavar="NAME[@VERSION]")
@json_flag
def show(session: Session, ref: str, as_json: bool) -> None:
    """A regulation as it is in force, or as a version said: clocks, stages, criteria, prose.

    Example: svcctl regulation show credit-application
    """
    from svcctl.render.regulation import regulation_json, regulation_text
    from svcctl.store.regulations import named

    newest = named(session.desk.reference, ref)
    found = newest if "@" in ref else _today(session, newest) or newest
    if as_json:
        session.answer_json({**regulation_json(found), "next": _next(found, newest)})
        return
    session.answer(regulation_text(found, session.catalog))
    if found is not newest:
        session.say(Message("{ref} is in force from {day}", ref=newest.ref, day=newest.in_force))


@command("lint")
@click.argument("names", nargs=-1, metavar="[NAME|FILE]...")
@click.option("--order", is_flag=True, help="Show too where only the order of the rules decides.")
@json_flag
def lint(session: Session, names: tuple[str, ...], order: bool, as_json: bool) -> int:
    """Look for mistakes in regulations, each with its place and what to do.

    Without names: all that are in force. A FILE is read from the folder, committed or not. Decision tables are
    searched for gaps and overlaps, each shown by an example; a rule that is beyond the search is named as not
    analysed. The exit code is 3 when there are problems.

    Example: svcctl regulation lint draft.md
    """
    from svcctl.rules.lint import lint as fit
    from svcctl.rules.lint import remarks

    shelf, force = _asked(session, names)
    desk = known(session)
    found = [*shelf.problems, *(p for one in shelf.regulations for p in fit(one, force, desk))]
    said = [p for one in shelf.regulations for p in remarks(one) if order or p.code != "order-decides"]
    print_problems(session, found, as_json, said)
    if not found and not as_json:
        session.answer(session.text(_sound(len(shelf.regulations))))
    return PROBLEMS_EXIT if found else 0


def _sound(count: int) -> Message:
    return Message.plural(
        "checked {n} regulation: no problems",
        "checked {n} regulations: no problems",
        count,
    )


def print_problems(session: Session, problems: list[Problem], as_json: bool, said: Sequence[Problem] = ()) -> None:
    """Prints problems as the answer, one a line, and beside it what else is to be said; or the stable JSON of both."""
    from svcctl.render.visible import visible

    if as_json:
        remarks = [problem.as_json() for problem in said]
        session.answer_json({"problems": [problem.as_json() for problem in problems], "remarks": remarks})
        return
    for remark in said:
        session.say(problem_line(remark))
    if problems:
        session.answer("\n".join(visible(session.text(problem_line(problem))) for problem in problems))


def _asked(session: Session, names: tuple[str, ...]) -> tuple[Shelf, list[Regulation]]:
    """The regulations that are named (all, without names), and those in force."""
    from svcctl.store.regulations import chosen, in_force

    tree = session.desk.tree
    force = in_force(tree, strict=True)
    if not names:
        _mention_edits(session)
        return force, force.regulations
    files = [name for name in names if "/" in name or name.endswith(".md")]
    known = [name for name in names if name not in files]
    return chosen(tree, known, [(path, read_file(path)) for path in files]), force.regulations


def _mention_edits(session: Session) -> None:
    from svcctl.store.regulations import edited

    for path in edited(session.desk.tree):
        session.say(
            Message("{path} has edits that are not committed; to see them too, name the file: {path}", path=path)
        )


def known(session: Session) -> Known:
    """What the words of a regulation may refer to in this desk."""
    from svcctl.rules.lint import Known

    reference = session.desk.reference
    calendars = session.desk.tree.names("calendars", ".yaml")
    return Known(reference.team, calendars, reference.channels, reference.clients())


@command("test")
@click.argument("names", nargs=-1, metavar="[NAME|FILE]...")
@json_flag
def test(session: Session, names: tuple[str, ...], as_json: bool) -> int:
    """Try the examples that stand in regulations: what the criteria decide against what the example expects.

    The exit code is 1 when an example fails.

    Example: svcctl regulation test credit-application
    """
    from svcctl.rules.examples import trials

    shelf, _ = _asked(session, names)
    if shelf.problems:
        raise BrokenFiles(shelf.problems)
    currency = session.desk.reference.settings.currency
    tried = [(one, trial) for one in shelf.regulations for trial in trials(one, currency)]
    failed = [row for row in tried if not row[1].passed]
    if as_json:
        session.answer_json({"tried": len(tried), "failed": len(failed), "examples": [_json(*row) for row in tried]})
    else:
        _print_trials(session, tried, failed)
    return FAILED_EXIT if failed else 0


def _json(regulation: Regulation, trial: Trial) -> dict[str, object]:
    place = trial.example.place
    return {
        "regulation": regulation.ref,
        "example": trial.number,
        "path": place.path,
        "line": place.line,
        "given": dict(trial.example.given),
        "expected": trial.example.then,
        "decided": trial.then or None,
        "why": str(trial.why),
        "passed": trial.passed,
    }


def _print_trials(
    session: Session, tried: list[tuple[Regulation, Trial]], failed: list[tuple[Regulation, Trial]]
) -> None:
    from svcctl.render.visible import visible

    for one, trial in failed:
        line = Message(
            "{place}: {regulation}, example {n}: expected {expected}, decided {decided} ({why})",
            place=trial.example.place,
            regulation=one.ref,
            n=trial.number,
            expected=trial.example.then,
            decided=trial.then or Message("nothing"),
            why=trial.why,
        )
        session.answer(visible(session.text(line)))
    total = Message.plural("tried {n} example", "tried {n} examples", len(tried))
    end = Message("{failed} failed", failed=len(failed)) if failed else Message("all as expected")
    session.answer(session.text(Message("{total}: {end}", total=total, end=end)))
