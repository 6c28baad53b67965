"""archive: closed years that stay in the commits and leave the folder."""

from __future__ import annotations

import click

from svcctl.cli.command import command, dry_run, json_flag
from svcctl.cli.progress import progress
from svcctl.cli.session import Session
from svcctl.model.messages import Message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from svcctl.archiving import Year


@command("archive")
@click.argument("years", nargs=-1, metavar="[YEAR]...")
@click.option("--list", "wants_list", is_flag=True, help="Show the desk's years and which are archived.")
@click.option("--restore", is_flag=True, help="Lay archived years out again.")
@dry_run
@json_flag
def archive(
    session: Session, years: tuple[str, ...], wants_list: bool, restore: bool, dry_run: bool, as_json: bool
) -> None:
    """Take closed years out of the folder; they stay in the commits.

    What svcctl says of them stays the same: ids, history, search, show, reports. Only the files are no longer
    laid out here, which makes the folder, git status and git's index small. That is git's own sparse checkout; it
    belongs to this clone, and nothing is committed. A deed on an archived request lays its file out again.

    Example: svcctl archive 2024 2025
    """
    from svcctl.archiving import Archiving, all_years, parse_years

    if wants_list == bool(years) or (wants_list and restore):
        raise click.UsageError("Name one or more years, or give --list.")
    wanted = parse_years(years)
    found = all_years(session.desk)
    if not wants_list:
        _refuse_past(session)
        of_them = [year for year in found if year.year in wanted]
        with progress(session, Message("laying out" if restore else "archiving"), _steps(of_them)) as step:
            task = Archiving(session.desk, step)
            (task.lay_out if restore else task.put_away)(wanted, session.now, dry_run)
        found = [year for year in all_years(session.desk) if year.year in wanted]
    _print(session, found, wants_list, restore, dry_run, as_json)


def _refuse_past(session: Session) -> None:
    if session.options.get("as_of"):
        raise click.UsageError("--as-of reads the past; the folder is archived as it is now.")


def _steps(years: list[Year]) -> int:
    return 2 * sum(year.files for year in years)


def _print(session: Session, years: list[Year], wants_list: bool, restore: bool, dry_run: bool, as_json: bool) -> None:
    for warning in session.desk.warnings:
        session.say(warning)
    if as_json:
        session.answer_json([year.as_json() for year in years])
    elif wants_list:
        _print_list(session, years)
    else:
        for year in years:
            words = _said(year, restore)
            session.answer(
                session.text(Message("{what} (dry run: nothing was changed)", what=words) if dry_run else words)
            )


def _said(year: Year, restore: bool) -> Message:
    numbers = {"year": year.year, "requests": year.requests, "files": year.files}
    if restore:
        return Message("{year} is laid out again: requests {requests:,}, files {files:,}", **numbers)
    return Message("{year} is archived in this clone: requests {requests:,}, files {files:,}", **numbers)


def _print_list(session: Session, years: list[Year]) -> None:
    from svcctl.reports.table import Column, Table

    columns = (
        Column("year", Message("year"), "number"),
        Column("requests", Message("requests"), "number"),
        Column("files", Message("files"), "number"),
        Column("laid_out", Message("in the folder"), "number"),
        Column("archived", Message("archived")),
    )
    rows = [
        (
            str(year.year),
            year.requests,
            year.files,
            year.laid_out,
            session.text(Message("archived")) if year.archived else "",
        )
        for year in years
    ]
    table = Table(Message("The desk's years"), columns, rows, empty=Message("the desk has no requests yet"))
    session.show(table, "table", False, "")
