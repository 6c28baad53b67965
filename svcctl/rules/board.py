"""Requests as the cards of a board, in columns by status, stage, owner or department."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from svcctl.model.namedtuples import NamedTuple
from svcctl.model.request import CLOSED, STATUSES, Request, WorkItem
from svcctl.model.team import Team
from svcctl.rules.clocks import Clock, next_clock

BY = ("status", "stage", "owner", "department")
NOBODY = ""
"""The column of what has no stage, owner or department."""


class Card(NamedTuple):
    """A request on the board: ``holder`` is a person, or the department where nobody took it.

    ``pending`` says that the holder has not accepted it yet; ``due`` is the next deadline, or None.
    """

    request: Request
    holder: str
    pending: bool
    due: datetime | None
    late: bool


class Column(NamedTuple):
    """A column with its cards, most urgent first; ``name`` is empty for what has none."""

    name: str
    cards: list[Card]


Measured = tuple[Request, Sequence[Clock]]


def board(rows: Iterable[Measured], by: str, team: Team, stages: Sequence[str] = ()) -> list[Column]:
    """The columns of a board, in an order that does not change with the cards.

    A request with several open stages has a card for each, except by status.

    Args:
        rows: requests with their clocks, in the order in which cards shall lie.
        by: one of ``BY``.
        stages: the regulations' stages in their order, for columns by stage.
    """
    columns: dict[str, list[Card]] = {name: [] for name in _always(by)}
    for request, clocks in rows:
        for name, item in _places(request, by, team).items():
            columns.setdefault(name, []).append(_card(request, item, clocks))
    order = _order(by, team, stages)
    return [Column(name, columns[name]) for name in sorted(columns, key=order)]


def _always(by: str) -> list[str]:
    """The columns that stand there even when they are empty."""
    return [status for status in STATUSES if status not in CLOSED] if by == "status" else []


def _places(request: Request, by: str, team: Team) -> dict[str, WorkItem]:
    """The columns a request lies in, each with the work item that puts it there."""
    if by == "status":
        return {request.status: request.main_item}
    found: dict[str, WorkItem] = {}
    for item in request.items.values():
        found.setdefault(_place(item, by, team), item)
    return found


def _place(item: WorkItem, by: str, team: Team) -> str:
    if by == "stage":
        return item.stage
    to = item.handoff.to if item.handoff is not None else ""
    if by == "owner":
        return to if to in team.people else NOBODY if to else item.owner
    return (team.department_of(to) if to else "") or item.department


def _order(by: str, team: Team, stages: Sequence[str]) -> _Order:
    known: dict[str, Sequence[str]] = {
        "status": STATUSES,
        "stage": ["", *stages],
        "owner": ["", *team.people],
        "department": ["", *team.departments],
    }
    return _Order(known[by])


class _Order:
    """A sort key: known names in their order, then the others by the alphabet."""

    def __init__(self, known: Sequence[str]) -> None:
        self._places = {name: place for place, name in enumerate(dict.fromkeys(known))}

    def __call__(self, name: str) -> tuple[int, str]:
        return self._places.get(name, len(self._places)), name


def _card(request: Request, item: WorkItem, clocks: Sequence[Clock]) -> Card:
    following = next_clock(clocks)
    late = any(clock.late for clock in clocks)
    due = following.due if following else None
    if item.handoff is not None and not request.closed:
        return Card(request, item.handoff.to, True, due, late)
    return Card(request, item.owner or item.department, False, due, late)


def stage_names(orders: Iterable[Sequence[str]]) -> Iterator[str]:
    """The stages of several regulations, each regulation's in its order, every name once."""
    seen: set[str] = set()
    for names in orders:
        for name in names:
            if name not in seen:
                seen.add(name)
                yield name
