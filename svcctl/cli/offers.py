"""Commercial offers: the table of their commands, and those that look: show, list."""

from __future__ import annotations

import click

from svcctl.cli.command import command, group, json_flag, listing, one_id
from svcctl.cli.session import Session
from svcctl.model.ids import short
from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import BrokenFiles, Problem, SvcctlError
from svcctl.rules.approvals import Need, needs
from svcctl.rules.offering import AT_THE_CLIENTS, Standing, begun, maker, standing
from svcctl.rules.offers import PricedOffer, ending_rates
from svcctl.store.offerfiles import OfferFile, OfferFiles

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date

    from svcctl.model.request import Request
    from svcctl.reports.table import Table

offer = group(
    "offer",
    (
        (
            "Write",
            {
                "new": ("offering", "Make the offer of a request."),
                "lines": ("offering", "Add a line, take one out, list them."),
                "edit": ("editing", "Change the offer in your editor."),
                "refresh": ("refreshing", "What today's price lists would change; --apply writes it."),
                "revise": ("approving", "Make the next revision of an offer the client may have."),
            },
        ),
        (
            "Decide",
            {
                "submit": ("approving", "Lay the offer before those who approve it."),
                "approve": ("approving", "Approve the offer as it is."),
                "reject": ("approving", "Do not approve it, and why."),
                "send": ("sending", "Put an e-mail with the offer into the outbox; record that it was sent."),
                "accepted": ("approving", "The client accepted it."),
                "declined": ("approving", "The client declined it, and why."),
            },
        ),
        (
            "Look",
            {
                "show": ("offers", "An offer with its figures and approvals."),
                "list": ("offers:list_", "The pipeline: every offer, its status, sum and age."),
                "render": ("rendering", "The offer as the client gets it: HTML, PDF, DOCX, Markdown, text."),
                "diff": ("comparing", "What one revision changes against another."),
            },
        ),
    ),
    "Commercial offers: lines, VAT, validity, revisions, approvals.",
)

revision_argument = click.argument("revision", default="", metavar="[REV]")


class Look(NamedTuple):
    """A revision of an offer with all that is known of it."""

    request: Request
    file: OfferFile
    priced: PricedOffer
    standing: Standing
    until: date | None

    def as_json(self, today: date) -> dict[str, object]:
        """The document of ``offer show --json``."""
        now = self.standing
        approvals = [approval.as_json() for approval in now.approvals]
        more = {"content": self.file.content, "expired": self.until is not None and self.until < today}
        return {**self.priced.as_json(now.status, approvals, self.until), **more}


def offer_files(session: Session) -> OfferFiles:
    """The desk's offers as of the commit the session stands on."""
    return OfferFiles(session.desk.root, session.desk.reference)


def look(session: Session, files: OfferFiles, request: Request, file: OfferFile) -> Look:
    """What is known of a revision.

    Raises:
        BrokenFiles: the offer cannot be counted.
    """
    latest = files.revisions(request.id)[-1:] or [file.offer.revision]
    now = standing_of(session, request, file, latest[0])
    try:
        priced = files.priced(file.offer)
    except BrokenFiles:
        # What was only glanced at has no places; read anew, it says where its problems are.
        priced = files.priced(files.read(request.id, file.offer.revision).offer)
    return Look(request, file, priced, now, files.valid_until(file.offer))


def standing_of(session: Session, request: Request, file: OfferFile, latest: str = "", by: str = "") -> Standing:
    """Where a revision stands; what keeps its approvals from being known is said, and hides nothing else.

    Args:
        latest: the newest revision, which supersedes older ones; without it each stands for itself.
        by: whose offer it is, where the events do not say it yet.
    """
    regulation, team = session.desk.regulation_of(request), session.desk.reference.team
    whose = by or maker(request, file.offer.revision) or request.header.by
    asked: list[Need] = []
    try:
        asked = needs(file.offer, request, regulation, team, whose, session.now.date())
    except SvcctlError as error:
        if by:
            raise
        session.say(Message("{id}: who approves is not known: {why}", id=short(request.id), why=error.message))
    return standing(request, file.offer.revision, file.content, asked, latest)


def read(session: Session, part: str, revision: str) -> tuple[OfferFiles, Request, OfferFile]:
    """The committed file of a revision, the latest without one named; says so where the folder's file differs.

    Raises:
        Refused: no such request, no offer yet, no such revision.
        BrokenFiles: the record or the file has problems.
    """
    request = session.desk.read(session.desk.find(part))
    files = offer_files(session)
    file = files.glance(request.id, revision)
    if not session.options.get("as_of") and files.is_edited(file.path):
        session.say(
            Message(
                "{path} has edits that are not committed; this is the committed version (git commit -m WHY -- {path})",
                path=file.path,
            )
        )
    return files, request, file


@command("show")
@one_id
@revision_argument
@json_flag
def show(session: Session, part: str, revision: str, as_json: bool) -> int:
    """An offer with its figures and approvals; the latest revision unless one is named.

    Example: svcctl offer show k7q r1
    """
    files, request, file = read(session, part, revision)
    seen = look(session, files, request, file)
    if as_json:
        session.answer_json(seen.as_json(session.now.date()))
    else:
        from svcctl.render.offerview import offer_view

        gaps = [] if seen.standing.status in AT_THE_CLIENTS else open_points(seen)
        today, catalog = session.now.date(), session.catalog
        session.answer(offer_view(request, seen.priced, seen.standing, seen.until, gaps, today, catalog))
    return session.report_problems()


def open_points(seen: Look) -> list[Problem]:
    """What must be filled in before the client can have the offer, and rates that end before it does."""
    ending = ending_rates(seen.priced, seen.until) if seen.until else []
    return [*seen.file.offer.gaps(), *ending]


@command("list")
@click.option("--status", multiple=True, metavar="S", help="draft, submitted, approved, sent … as often as needed.")
@click.option("--client", default="", metavar="C")
@listing
def list_(session: Session, status: tuple[str, ...], client: str, form: str, as_json: bool, output: str) -> int:
    """The pipeline: every offer's latest revision, its status, sum and age.

    Example: svcctl offer list --status submitted
    """
    _check_statuses(status)
    seen = [one for one in pipeline(session) if not client or one.request.client == client]
    seen = [one for one in seen if not status or one.standing.status in status]
    value = [_row_json(session, one) for one in seen]
    if seen or as_json or form not in ("table", "plain"):
        session.show(_pipeline_table(session, seen), form, as_json, output, value)
    else:
        session.say(Message("no offers"))
    return session.report_problems()


def _check_statuses(words: tuple[str, ...]) -> None:
    from svcctl.model.problems import Usage
    from svcctl.model.schema import did_you_mean
    from svcctl.rules.offering import STATUSES

    for word in words:
        if word not in STATUSES:
            message = Message("“{word}” is no status of an offer", word=word)
            raise Usage(message, did_you_mean(word, STATUSES), code="status")


def pipeline(session: Session) -> list[Look]:
    """The latest revision of every offer, oldest first; one that cannot be read becomes a problem of the desk."""
    files, found = offer_files(session), []
    for request_id in files.requests():
        try:
            request = session.desk.read(request_id)
            found.append(look(session, files, request, files.read(request_id)))
        except SvcctlError as error:
            session.desk.problems.extend(_problems_of(error, request_id))
    return found


def _problems_of(error: SvcctlError, request_id: str) -> list[Problem]:
    from svcctl.model.ids import record_path
    from svcctl.model.problems import Place

    own = error.problems if isinstance(error, BrokenFiles) else ()
    return list(own) or [Problem(Place(record_path(request_id)), error.code, error.message, error.hint)]


def age(session: Session, seen: Look) -> int | None:
    """Seconds by the wall clock since the revision was begun; None where no event says when."""
    start = begun(seen.request, seen.file.offer.revision)
    return int((session.now - start).total_seconds()) if start else None


def _row_json(session: Session, seen: Look) -> dict[str, object]:
    today = session.now.date()
    return {
        "id": seen.request.id,
        "title": seen.request.title,
        "client": seen.request.client or None,
        "revision": seen.standing.revision,
        "status": seen.standing.status,
        "gross": seen.priced.gross.as_json(),
        "age_s": age(session, seen),
        "valid_until": seen.until.isoformat() if seen.until else None,
        "expired": seen.until is not None and seen.until < today,
        "waiting_for": sorted({who for one in seen.standing.missing for who in one.need.who}),
    }


def _pipeline_table(session: Session, seen: list[Look]) -> Table:
    from svcctl.reports.table import Column, Table

    columns = (
        Column("id", Message("id")),
        Column("title", Message("title")),
        Column("client", Message("client")),
        Column("revision", Message("revision")),
        Column("status", Message("status")),
        Column("gross", Message("sum"), "money"),
        Column("age", Message("age"), "wall"),
        Column("valid_until", Message("valid until")),
    )
    rows = []
    for one in seen:
        row = _row_json(session, one)
        until = Message("{day} (expired)", day=one.until) if row["expired"] else row["valid_until"]
        own = (short(one.request.id), one.request.title, one.request.client, one.standing.revision)
        rows.append((*own, one.standing.status, one.priced.gross, row["age_s"], until))
    return Table(Message("Offers"), columns, rows)


def say_open_points(session: Session, seen: Look) -> None:
    """Says in one go what the draft still lacks."""
    points = open_points(seen)
    if not points:
        return
    what = "; ".join(session.text(problem.message) for problem in points)
    edit = Message("svcctl offer edit {id}", id=short(seen.request.id))
    session.say(Message("before the client can have it: {what} ({edit})", what=what, edit=edit))
    if any(problem.place == seen.file.offer.places.get("seller") for problem in points):
        session.say(Message("  the seller of every new offer stands in desk.yaml: seller: {name, inn, address, …}"))
