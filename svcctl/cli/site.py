"""The whole set of reports as a site."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import click

from svcctl.cli.command import LazyGroup, command
from svcctl.cli.progress import progress
from svcctl.cli.reporting import Asked, asked, period_options
from svcctl.cli.session import Session
from svcctl.model.messages import Message
from svcctl.reports.report import Report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FIRST = "digest"
"""What the index tells."""


@command("site")
@click.option("-o", "output", metavar="DIR", required=True, help="The folder to write; new, empty, or an older site.")
@period_options
def site(session: Session, output: str, **options: Any) -> int:
    """Every report as pages, with links down to each request, for an intranet or a disk.

    Nothing in the pages is fetched, no script runs, all links are relative. They tell what svcctl show tells of every
    request: put them where only the team can read them.

    Example: svcctl report site --period 2026-11 -o site
    """
    from svcctl.exchange.sitefolder import SiteFolder
    from svcctl.measuring import Measuring
    from svcctl.render import sitepages
    from svcctl.render.cells import Cells

    measuring = Measuring(session.desk, session.now)
    question = asked(session, options, measuring)
    names = (sitepages.REPORTS, sitepages.BEHIND, sitepages.REQUESTS)
    folder = SiteFolder(output, names, session.desk.root)
    try:
        reference, commit = session.desk.reference, session.desk.tree.commit
        reports = _reports(session, question)
        measuring.keep(question.entries)
        made = sitepages.Site(reference.settings.name, reports, question.entries, session.now, commit)
        pages = changed = 0
        with progress(session, Message("writing pages"), sitepages.count(made)) as done:
            for page in sitepages.pages(made, Cells(session.catalog, reference.zone)):
                changed += folder.write(page.path, page.text)
                pages += 1
                done(1)
        gone = folder.finish()
    finally:
        folder.close()
    _tell(session, os.path.join(folder.path, sitepages.INDEX), pages, changed, gone)
    return session.report_problems()


def _tell(session: Session, index: str, pages: int, changed: int, gone: int) -> None:
    told = Message.plural(
        "{index}: {n} page, {changed} new or changed",
        "{index}: {n} pages, {changed} new or changed",
        pages,
        index=index,
        changed=changed,
    )
    session.answer(session.text(Message("{told}, {gone} deleted", told=told, gone=gone) if gone else told))


def _reports(session: Session, question: Asked) -> list[Report]:
    """Every report of the period, the digest first."""
    makers = list(_makers(click.get_current_context()))
    found = []
    with progress(session, Message("making reports"), len(makers)) as done:
        for make in makers:
            found.append(make(question))
            done(1)
    return sorted(found, key=lambda report: report.name != FIRST)


def _makers(ctx: click.Context) -> Iterator[Callable[[Asked], Report]]:
    """What each command of the group would make its report with; those that need more than a period are left out."""
    assert ctx.parent is not None and isinstance(ctx.parent.command, LazyGroup)
    every = ctx.parent.command
    for name in every.table:
        one = every.get_command(ctx.parent, name)
        if one is None or name == "site" or any(param.required for param in one.params):
            continue
        found: list[Callable[[Asked], Report]] = []
        ctx.invoke(one, collect=found.append)
        yield from found
