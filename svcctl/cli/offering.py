"""Writing an offer: new, lines; and how a changed offer is recorded."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import date

import click

from svcctl.cli.command import command, dry_run, json_flag, one_id
from svcctl.cli.offers import Look, look, offer_files, say_open_points
from svcctl.cli.session import Session, read_file
from svcctl.model.events import OfferDrafted
from svcctl.model.ids import short
from svcctl.model.messages import Message
from svcctl.model.offer import VAT_MODES
from svcctl.model.offerfile import add_line, dump
from svcctl.model.offertext import remove_line
from svcctl.model.pricelist import PriceList
from svcctl.model.problems import BrokenFiles, Place, Refused
from svcctl.model.request import Request
from svcctl.model.source import Map, Seq
from svcctl.model.words import LANGUAGES
from svcctl.recording import Deed
from svcctl.render.amounts import money
from svcctl.rules.drafting import BadOffer, draft, mapping, one_line, table_rows, typed_row, typed_rows, validity
from svcctl.rules.offering import APPROVED, refuse_change
from svcctl.rules.offers import PricedLine, plain
from svcctl.store.offerfiles import OfferFile, OfferFiles

USUAL_VALIDITY = "14 days"
_OPTIONS = {"valid_until": "--valid", "validity": "--valid"}


@command("new")
@one_id
@click.option("--lines", "table", default="", metavar="FILE", help="Lines as CSV: sku, name, quantity …; - reads them.")
@click.option("--line", "typed", multiple=True, metavar="LINE", help='"SKU or name;quantity;unit;price;VAT".')
@click.option("--valid", default=USUAL_VALIDITY, metavar="TIME", help="14d, 10 working days, or a day.")
@click.option("--currency", default="", metavar="CUR", help="The desk's, if not said.")
@click.option("--rate", multiple=True, metavar="CUR=RATE", help="What one of another currency costs in the offer's.")
@click.option("--language", metavar="LANG", type=click.Choice(LANGUAGES), help="en, ru or pl; the desk's, if not said.")
@click.option("--vat", metavar="MODE", type=click.Choice(VAT_MODES), help="on_top of the prices, included, or none.")
@click.option("--discount", default="", metavar="%", help="On the whole, after the lines' own.")
@click.option("--title", default="", help="The request's, if not said.")
@click.option("--delivery", default="", metavar="TEXT")
@click.option("--payment", default="", metavar="TEXT")
@click.option("--notes", default="", metavar="TEXT")
@dry_run
@json_flag
def new(
    session: Session,
    part: str,
    table: str,
    typed: tuple[str, ...],
    valid: str,
    rate: tuple[str, ...],
    dry_run: bool,
    as_json: bool,
    **own: str | None,
) -> int:
    """Make the offer of a request: its file, from the client's requisites, the desk's seller and price lists.

    Example: svcctl offer new k7q --line "A500C-12;20" --line "Delivery;1;trip;42000;22%" --valid 14d
    """
    request = session.desk.read(session.desk.find(part))
    files = offer_files(session)
    _refuse_second(files, request)
    settings, today = files.reference.settings, session.now.date()
    own["vat"] = own["vat"] or ("on_top" if files.has_vat else "none")
    own["currency"] = own["currency"] or settings.currency
    own["language"] = own["language"] or settings.lang
    own["title"] = own["title"] or request.title
    fixed = {"offer": request.id, "revision": "r1", "date": today.isoformat()}
    parties = {"seller": files.seller(own["language"] or ""), "client": files.buyer(request.client)}
    head = mapping({**fixed, **own, **validity(valid), **parties, "exchange": _rates(rate)}, _OPTIONS)
    lists = files.price_lists()
    offer = draft(head, _rows(table, typed, lists, today), lists, today)
    return save(session, files, request, None, "r1", dump(offer), as_json, dry_run)


def _refuse_second(files: OfferFiles, request: Request) -> None:
    known = files.revisions(request.id)
    if known:
        raise Refused(
            Message("{id} has an offer already: {revision}", id=short(request.id), revision=known[-1]),
            Message(
                "svcctl offer edit {id} changes it; svcctl offer revise {id} makes the next revision",
                id=short(request.id),
            ),
            code="offer-exists",
        )


def _rates(words: Sequence[str]) -> Map:
    """``USD=92.50`` words as the exchange rates of an offer."""
    rates = {}
    for word in words:
        code, sign, rate = word.partition("=")
        if not sign or not rate:
            raise click.BadParameter(f"“{word}” should be like USD=92.50", param_hint="--rate")
        rates[code.strip()] = rate.strip()
    return mapping(rates, dict.fromkeys(rates, "--rate"))


def _rows(table: str, typed: Sequence[str], lists: Sequence[PriceList], today: date) -> Seq:
    """The lines of a CSV table, then those that were typed."""
    rows = table_rows(_table_text(table), table if table != "-" else "standard input") if table else Seq()
    more = typed_rows(typed, lists, today)
    rows.extend(more)
    rows.places.extend(more.places)
    return rows


def _table_text(path: str) -> str:
    return typed_text(path, Message("save the table as UTF-8"))


def typed_text(path: str, remedy: Message) -> str:
    """The text of a file of the person's choice, ``-`` standing for standard input.

    Raises:
        Refused: it cannot be read, or is not UTF-8.
    """
    if path == "-":
        return sys.stdin.read()
    try:
        return read_file(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = Message("{path} is not UTF-8 (byte {n})", path=path, n=error.start + 1)
        raise Refused(message, remedy, code="encoding") from None


def save(
    session: Session,
    files: OfferFiles,
    request: Request,
    before: OfferFile | None,
    revision: str,
    text: str,
    as_json: bool,
    dry_run: bool,
) -> int:
    """Records a draft of a revision, the file and its event in one commit, and prints what came of it.

    Args:
        before: the file it replaces, None for a new one.

    Raises:
        BadOffer: the text has problems; nothing is recorded.
        Refused: the revision may not be changed now.
        Busy: it was changed meanwhile.
    """
    file = checked(files, text, request.id, revision)
    old = look(session, files, request, before) if before else None
    if old is not None:
        refuse_change(request, old.standing, files.revisions(request.id)[-1])
    base = before.text.encode() if before else None
    event = OfferDrafted(revision=revision, content=file.content)
    deed = Deed(request.id, [event], [(file.path, text.encode())], [(file.path, base)])
    (after,) = session.desk.record(session.person, session.now, [deed], dry_run)
    seen = look(session, offer_files(session), after, file)
    if as_json:
        session.answer_json(seen.as_json(session.now.date()))
    else:
        session.answer(_drafted(session, seen, dry_run))
    _say_asked_again(session, old, seen)
    if before is None:
        say_open_points(session, seen)
    return session.report_problems()


def checked(files: OfferFiles, text: str, request_id: str, revision: str) -> OfferFile:
    """A text that is to become a revision's file; every problem of it at once.

    Raises:
        BadOffer: it has problems.
    """
    try:
        return files.checked(text, request_id, revision)[0]
    except BrokenFiles as error:
        raise BadOffer(error.problems, error.message, error.hint) from None


def _drafted(session: Session, seen: Look, dry_run: bool) -> str:
    lines = Message.plural("{n} line", "{n} lines", len(seen.priced.lines))
    until = Message("valid until {day}", day=seen.until) if seen.until else Message("no validity")
    said = Message(
        "{id} offer {revision} drafted: {lines}, {sum}; {until}; {path}",
        id=short(seen.request.id),
        revision=seen.standing.revision,
        lines=lines,
        sum=money(seen.priced.gross, session.catalog),
        until=until,
        path=seen.file.path,
    )
    return session.text(said) + (session.text(Message(" (dry run: nothing was written)")) if dry_run else "")


def _say_asked_again(session: Session, old: Look | None, new: Look) -> None:
    """Whose approval the change has undone."""
    given = [one for one in old.standing.approvals if one.status == APPROVED] if old else []
    names = ", ".join(dict.fromkeys(one.by for one in given))
    if names and old is not None and old.file.content != new.file.content:
        session.say(
            Message(
                "{revision} was approved by {names}: the change asks for it again (svcctl offer submit {id})",
                revision=new.standing.revision,
                names=names,
                id=short(new.request.id),
            )
        )


@command("lines")
@one_id
@click.argument("action", type=click.Choice(["list", "add", "remove"]), default="list", metavar="[list|add|remove]")
@click.argument("words", nargs=-1, metavar="[SKU QTY | N]")
@click.option("--price", default="", metavar="P", help="The price list's, if not said.")
@click.option("--unit", default="", metavar="U")
@click.option("--vat", default="", metavar="CLASS", help="A class of VAT, or a rate such as 22%.")
@click.option("--discount", default="", metavar="%")
@click.option("--name", default="", help="What the client reads; the price list's, if not said.")
@click.option("--note", default="", metavar="TEXT", help="Beside the name.")
@dry_run
@json_flag
def lines(
    session: Session, part: str, action: str, words: tuple[str, ...], dry_run: bool, as_json: bool, **cells: str
) -> int:
    """Add a line, take one out, or list them: lines ID add SKU QTY; lines ID remove N; lines ID list.

    Example: svcctl offer lines k7q add A500C-12 20 --discount 3%
    """
    request = session.desk.read(session.desk.find(part))
    files = offer_files(session)
    before = files.read(request.id)
    if action == "list":
        _refuse_words(words, 0, "svcctl offer lines ID list")
        return _list_lines(session, look(session, files, request, before), as_json)
    if action == "add":
        _refuse_words(words, 2, "svcctl offer lines ID add SKU QTY")
        text = _with_line(files, before, {"sku": words[0], "quantity": words[1], **cells}, session.now.date())
    else:
        _refuse_words(words, 1, "svcctl offer lines ID remove N")
        text = _without_line(files, before, words[0])
    return save(session, files, request, before, before.offer.revision, text, as_json, dry_run)


def _refuse_words(words: Sequence[str], wanted: int, usage: str) -> None:
    if len(words) != wanted:
        raise click.UsageError(f"Type: {usage}")


def _with_line(files: OfferFiles, before: OfferFile, cells: Mapping[str, str], today: date) -> str:
    lists = files.price_lists()
    row = typed_row(cells, lists, today, Place("the new line"))
    line = one_line(before.offer, row, lists, today)
    return add_line(before.text, line, before.offer.currency)


def _without_line(files: OfferFiles, before: OfferFile, word: str) -> str:
    number = int(word) if word.isascii() and word.isdecimal() and len(word) < 6 else 0
    old = before.offer.lines
    text = remove_line(before.text, [line.places[""] for line in old], number)
    new = checked(files, text, before.offer.offer, before.offer.revision).offer.lines
    if [line._replace(places={}) for line in new] != [
        line._replace(places={}) for index, line in enumerate(old, 1) if index != number
    ]:
        raise Refused(
            Message("line {number} cannot be taken out safely", number=number),
            Message("svcctl offer edit {id} opens the file", id=short(before.offer.offer)),
            code="no-line",
        )
    return text


def _list_lines(session: Session, seen: Look, as_json: bool) -> int:
    from svcctl.reports.table import Column, Table

    names = ("n", "sku", "name", "quantity", "unit", "price", "discount", "vat", "net", "vat_amount", "gross")
    texts = ("sku", "name", "unit", "vat")
    columns = [Column(name, Message(name.replace("_", " ")), "text" if name in texts else "number") for name in names]
    rows = [_line_row(number, line) for number, line in enumerate(seen.priced.lines, 1)]
    value = [line.as_json() for line in seen.priced.lines]
    empty = Message("no lines yet: svcctl offer lines {id} add SKU QTY", id=short(seen.request.id))
    session.show(Table(Message("Lines"), columns, rows, empty=empty), "table", as_json, "", value)
    return session.report_problems()


def _line_row(number: int, priced: PricedLine) -> tuple[object, ...]:
    line = priced.line
    discount = f"{plain(line.discount)} %" if line.discount else ""
    sums = (priced.net, priced.vat_amount, priced.gross)
    price = f"{plain(priced.price.amount)} {priced.price.currency}"
    return (number, line.sku, line.name, plain(line.quantity), line.unit, price, discount, priced.rate.label, *sums)
