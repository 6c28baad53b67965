"""Regulations tried before they are put in force: diff, simulate."""

from __future__ import annotations

import click

from svcctl.cli.command import command, json_flag
from svcctl.cli.session import Session, read_file
from svcctl.model.messages import Message
from svcctl.model.problems import BrokenFiles, Refused, Usage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from svcctl.model.regulation import Regulation

FORMATS = ("table", "plain", "md", "html", "json")
"""A document of several tables is no CSV."""


def is_file(word: str) -> bool:
    """Whether a word of the command line is a file, not the name of a regulation."""
    return "/" in word or word.endswith(".md")


def proposal(session: Session, path: str) -> Regulation:
    """A draft that lies anywhere, read strictly.

    Raises:
        BrokenFiles: it has problems; all of them are said.
    """
    from svcctl.store.regulations import chosen

    shelf = chosen(session.desk.tree, [], [(path, read_file(path))])
    if shelf.problems:
        raise BrokenFiles(shelf.problems)
    return shelf.regulations[0]


@command("diff")
@click.argument("name", metavar="NAME|FILE")
@click.argument("versions", nargs=-1, metavar="[A] [B]")
@json_flag
def diff(session: Session, name: str, versions: tuple[str, ...], as_json: bool) -> None:
    """What differs between two versions of a regulation: clocks, stages, rules, and whether the prose changed.

    Without versions: the newest against the one before it. With A: the newest against A. A FILE is compared with the
    newest version of the regulation that it names.

    Example: svcctl regulation diff credit-application 3 4
    """
    from svcctl.rules.regulationdiff import differences

    if len(versions) > 2 or (versions and is_file(name)):
        raise Usage(Message("give one name and at most two versions"), Message("svcctl regulation diff NAME 3 4"))
    old, new = _of_file(session, name) if is_file(name) else _of_name(session, name, versions)
    found = differences(old, new)
    if as_json:
        refs = {"from": old.ref, "to": new.ref}
        session.answer_json({**refs, "differences": [one.as_json() for one in found]})
        return
    lines = [session.text(Message("{old} → {new}", old=old.ref, new=new.ref))]
    lines.extend(f"  {session.text(one.sentence)}" for one in found)
    session.answer(_visible("\n".join(lines if found else [*lines, f"  {session.text(Message('no difference'))}"])))


def _visible(text: str) -> str:
    from svcctl.render.visible import visible

    return "\n".join(visible(line) for line in text.split("\n"))


def _of_file(session: Session, path: str) -> tuple[Regulation, Regulation]:
    new = proposal(session, path)
    old = session.desk.reference.current_regulation(new.name)
    if old is None:
        raise Refused(
            Message("{name} is new: there is nothing to compare it with", name=new.name),
            Message("svcctl regulation lint {path}", path=path),
            code="no-version",
        )
    return old, new


def _of_name(session: Session, name: str, asked: tuple[str, ...]) -> tuple[Regulation, Regulation]:
    from svcctl.store.regulations import versions

    known = versions(session.desk.reference, name)
    if not asked:
        if len(known) < 2:
            raise Refused(
                Message("{ref} is the only version", ref=known[0].ref),
                Message("svcctl regulation diff FILE compares a draft with it"),
                code="no-version",
            )
        return known[1], known[0]
    old = _version(known, name, asked[0])
    return old, _version(known, name, asked[1]) if len(asked) == 2 else known[0]


def _version(known: list[Regulation], name: str, word: str) -> Regulation:
    found = next((one for one in known if str(one.version) == word.rpartition("@")[2]), None)
    if found is None:
        numbers = ", ".join(str(one.version) for one in reversed(known))
        raise Refused(
            Message("{name} has no version {version}", name=name, version=word),
            Message("it has {numbers}", numbers=numbers),
            code="no-version",
        )
    return found


@command("simulate")
@click.argument("name", metavar="FILE|NAME[@VERSION]")
@click.option(
    "--period",
    "period_text",
    default="last-month",
    metavar="PERIOD",
    help="2026-10, 2026-Q4, last-month (if not said), FROM..TO: the requests opened in it.",
)
@click.option("--replaces", default="", metavar="NAME", help="The regulation it stands in for, if not of its own name.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", help="How to print it.")
@json_flag
@click.option("-o", "output", metavar="FILE", default="", help="Write it to a file.")
def simulate(
    session: Session, name: str, period_text: str, replaces: str, form: str, as_json: bool, output: str
) -> int:
    """Replay the desk's real requests under a proposed version, and show what would change.

    Counted are the requests opened in the period that are bound to the regulation or that it applies to. Shown are
    on time by clock, decisions that would differ, and the load by department. Nothing is written.

    Example: svcctl regulation simulate draft.md --period 2026-10
    """
    from svcctl.render.simulation import simulation_document, simulation_json
    from svcctl.render.table import render_document
    from svcctl.reports.period import parse_period
    from svcctl.rules.simulation import World, concerned
    from svcctl.rules.simulation import simulate as replay
    from svcctl.store.index import opened_in

    desk = session.desk
    proposed = proposal(session, name) if is_file(name) else _named(session, name)
    period = parse_period(period_text, desk.reference.zone, session.now)
    subject = proposed._replace(name=replaces) if replaces else proposed
    begun = desk.requests(opened_in(period.seconds))
    asked = (r for r in begun if period.start <= r.opened < period.end and concerned(r, subject))
    world = World(desk.regulation_of, desk.reference.calendar_of, desk.reference.settings.currency, session.now)
    found = replay(asked, proposed, world)
    if as_json or form == "json":
        session.answer_json(simulation_json(found, proposed, period), output)
    else:
        titles = {department.name: department.title for department in desk.reference.team.departments.values()}
        document = simulation_document(found, proposed, period, titles)
        session.answer(render_document(document, form, session.catalog, desk.reference.zone, session.width), output)
    return session.report_problems()


def _named(session: Session, ref: str) -> Regulation:
    from svcctl.store.regulations import named

    return named(session.desk.reference, ref)
