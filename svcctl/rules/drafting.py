"""Drafts of offers: lines as people type them, and an offer of what a request, a client and a desk say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from svcctl.model.messages import Message
from svcctl.model.offer import Offer, OfferLine
from svcctl.model.pricelist import PriceItem, PriceList
from svcctl.model.problems import BrokenFiles, Place, Problem
from svcctl.model.rows import read_rows
from svcctl.model.source import Map, Seq
from svcctl.rules.pricelists import filled, find_item

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

CELLS = ("sku", "quantity", "unit", "price", "vat")
"""What the parts of a typed line are; the first is a code of a price list, or a name."""


class BadOffer(BrokenFiles):
    """What was typed for an offer has problems (exit code 2): all of them, each with its place."""

    exit_code = 2
    code = "bad-offer"


def mapping(values: Mapping[str, Any], options: Mapping[str, str] | None = None) -> Map:
    """Values as if they stood in a file, each placed at the option that gave it.

    Args:
        values: empty ones are left out.
        options: the name of the option of a key; ``--key`` where none is given.
    """
    made = Map()
    for key, text in values.items():
        if text:
            made[key] = text
            made.places[key] = made.key_places[key] = Place((options or {}).get(key, f"--{key}"))
    return made


def validity(text: str) -> dict[str, str]:
    """How an offer's file has a validity as it was typed: a day, or a number of days."""
    is_day = len(text) == 10 and text[4] == text[7] == "-"
    return {"valid_until": text} if is_day else {"validity": text}


def typed_rows(texts: Sequence[str], lists: Sequence[PriceList], day: date) -> Seq:
    """Lines typed as ``SKU or name;quantity;unit;price;VAT``, all after the quantity optional.

    Raises:
        BadOffer: a line has more parts than that.
    """
    rows, problems = Seq(), list[Problem]()
    for number, text in enumerate(texts, 1):
        place = Place(f"--line {number}")
        parts = [part.strip() for part in text.split(";")]
        if len(parts) > len(CELLS):
            message = Message("“{text}” has {n} parts", text=text, n=len(parts))
            problems.append(Problem(place, "line", message, Message('write "SKU or name;quantity;unit;price;VAT"')))
            continue
        rows.append(typed_row(dict(zip(CELLS, parts, strict=False)), lists, day, place))
        rows.places.append(place)
    if problems:
        raise BadOffer(problems)
    return rows


def typed_row(cells: Mapping[str, str], lists: Sequence[PriceList], day: date, place: Place) -> Map:
    """A line of an offer as typed; ``sku`` becomes its name where a price is given and no list has such a code."""
    row = Map(place)
    row.update((key, text) for key, text in cells.items() if text)
    if "sku" in row and "price" in row and not isinstance(find_item(lists, row["sku"], day), PriceItem):
        code = row.pop("sku")
        row.setdefault("name", code)
    row.places.update(dict.fromkeys(row, place))
    row.key_places.update(row.places)
    return row


def table_rows(text: str, path: str) -> Seq:
    """Lines from a CSV table.

    Raises:
        BadOffer: with every problem of the table.
    """
    rows, problems = read_rows(text, path)
    if problems:
        raise BadOffer(problems)
    return rows


def draft(values: Mapping[str, Any], rows: Sequence[Map], lists: Sequence[PriceList], day: date) -> Offer:
    """An offer of its head's values and of lines that may name only a code and a quantity.

    Raises:
        BadOffer: with every problem of the values and lines.
    """
    lines, unknown = filled(rows, lists, day)
    problems = [_remedied(problem, lists) for problem in unknown]
    whole = Map()
    whole.update(values)
    if isinstance(values, Map):
        whole.places.update(values.places)
        whole.key_places.update(values.key_places)
    if lines:
        whole["lines"] = Seq()
        whole["lines"].extend(lines)
        whole["lines"].places.extend(row.place for row in rows)
    try:
        offer = Offer.parse(whole)
    except BrokenFiles as error:
        missing = {problem.place for problem in unknown}
        raise BadOffer([*problems, *_others(error.problems, missing)]) from None
    if problems:
        raise BadOffer(problems)
    return offer


def _others(problems: Sequence[Problem], places: set[Place]) -> Iterator[Problem]:
    """The problems that do not merely follow from an unknown code: it brings neither name nor price."""
    whole_lines = {(place.path, place.line) for place in places}
    for problem in problems:
        if problem.code != "missing" or (problem.path, problem.line) not in whole_lines:
            yield problem


def _remedied(problem: Problem, lists: Sequence[PriceList]) -> Problem:
    if problem.remedy is not None or lists:
        return problem
    return problem._replace(remedy=Message("this desk has no price list (prices/): say what it costs"))


def one_line(offer: Offer, row: Map, lists: Sequence[PriceList], day: date) -> OfferLine:
    """One more line for an offer, in its currency or one that it has a rate for.

    Raises:
        BadOffer: with every problem of the line.
    """
    head = {
        "offer": offer.offer,
        "revision": offer.revision,
        "date": offer.date.isoformat(),
        "currency": offer.currency,
        "exchange": {code: f"{rate:f}" for code, rate in offer.exchange.items()},
    }
    return draft(head, [row], lists, day).lines[0]
