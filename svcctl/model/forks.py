"""What counts where two clones recorded deeds apart from each other: the published table, and how it is applied.

An event names in ``prev`` (and, after a merge, in ``also``) what its writer saw last. Two events compete if they
claim the same thing and neither writer had seen the other's. One of them counts; the other is kept in the record,
shown, and not applied. The answer follows from the events alone, so it is the same in every clone.
"""

from __future__ import annotations

from collections.abc import Sequence

from svcctl.model.namedtuples import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from svcctl.model.event import Event

TABLE: tuple[tuple[str, str, tuple[tuple[str, ...], ...]], ...] = (
    (
        "holder",
        "stage",
        (("accepted", "returned", "recalled"), ("taken", "handed_off", "assigned", "released"), ("escalated",)),
    ),
    ("end", "", (("reopened",), ("resolved",), ("merged_into",), ("cancelled",))),
    ("wait", "", (("resumed",), ("waiting",))),
    ("stage", "stage", (("stage_done",), ("returned",))),
    ("start", "stage", (("stage_started",),)),
    ("promise", "promise", (("promise_kept",), ("promise_broken",))),
    ("approval", "revision", (("offer_rejected",), ("offer_approved",))),
    ("answer", "revision", (("offer_accepted",), ("offer_declined",))),
)
"""What is claimed, the field that says of what, and the words that claim it: those of an earlier group win.

Within a group the earlier in the record's order ``(n, at, id)`` wins. ``returned`` claims a stage where it goes back to
another stage, the holder else; ``escalated`` claims the holder where it assigns. Values that ``set`` changes are the
other way round: the later change counts, for each value by itself.
"""

_ALIKE_AGREE = frozenset({"approval"})
"""Claims that only compete where their words differ: two people may approve the same revision."""

_CLAIMS = {
    word: (about, field, rank)
    for about, field, groups in TABLE
    for rank, words in enumerate(groups)
    for word in words
    if (about, word) != ("stage", "returned")
}

Subject = tuple[str, str]


class Overtaken(NamedTuple):
    """That an event does not count: ``by`` is the id of the one that does.

    ``applied`` is whether it still has its effect: a change of several values may be overtaken in one of them.
    """

    by: str
    applied: bool = False


def settle(events: Sequence[Event]) -> dict[str, Overtaken]:
    """Which events of a record do not count, by their ids.

    Args:
        events: all of them in the record's order, each id once.
    """
    seen = _ancestors(events)
    claims: dict[Subject, list[int]] = {}
    values: dict[str, list[int]] = {}
    for place, event in enumerate(events):
        subject = _subject(event)
        if subject is not None:
            claims.setdefault(subject, []).append(place)
        for name in event.__dict__.get("values", ()) if event.do == "set" else ():
            values.setdefault(name, []).append(place)
    out: dict[str, Overtaken] = {}
    for (about, _), places in claims.items():
        if len(places) > 1:
            out.update(_contest(about, places, events, seen))
    for name, places in values.items():
        for place, winner in _overwritten(name, places, events, seen):
            out.setdefault(events[place].id, Overtaken(events[winner].id, applied=True))
    return out


def heads(events: Sequence[Event]) -> list[str]:
    """The ids of the events that no other event has seen, in the record's order: several after a merge."""
    covered = 0
    for mask in _ancestors(events):
        covered |= mask
    return [event.id for place, event in enumerate(events) if not covered >> place & 1]


def _ancestors(events: Sequence[Event]) -> list[int]:
    """For every event the events its writer had seen, as bits by their places."""
    places: dict[str, int] = {}
    masks: list[int] = []
    for place, event in enumerate(events):
        named = [event.prev, *event.also]
        known = [places[name] for name in named if name in places]
        mask = 0
        for parent in known:
            mask |= masks[parent] | 1 << parent
        if not known and event.n > 1:
            # It names nothing that is here: its counter still says that its writer saw all smaller ones.
            mask = sum(1 << earlier for earlier in range(place) if events[earlier].n < event.n)
        places[event.id] = place
        masks.append(mask)
    return masks


def _subject(event: Event) -> Subject | None:
    """What an event claims, if anything."""
    values = event.__dict__
    if event.do == "returned" and values.get("to_stage"):
        return "stage", values.get("stage", "")
    if event.do == "escalated":
        name, _, of = values["clock"].partition(":")
        return ("holder", of.partition("#")[0] if name == "stage" else "") if values.get("assign") else None
    about, field, _ = _CLAIMS.get(event.do, ("", "", 0))
    return (about, values.get(field, "")) if about else None


def _rank(about: str, event: Event) -> int:
    return 1 if about == "stage" and event.do == "returned" else _CLAIMS[event.do][2]


def _contest(about: str, places: Sequence[int], events: Sequence[Event], seen: Sequence[int]) -> dict[str, Overtaken]:
    """Settles the claims of one subject, in the record's order."""
    standing: list[int] = []
    fallen: list[tuple[int, int]] = []
    for place in places:
        mask = seen[place]
        # What was built on a deed that does not count does not count either, unless its writer knew.
        follows = next((by for old, by in fallen if mask >> old & 1 and not mask >> by & 1), None)
        if follows is not None:
            fallen.append((place, follows))
            continue
        rivals = [old for old in standing if not mask >> old & 1 and _compete(about, events[old], events[place])]
        best = min(rivals, key=lambda old: _rank(about, events[old]), default=None)
        if best is None:
            standing.append(place)
        elif _rank(about, events[place]) < _rank(about, events[best]):
            fallen.extend((old, place) for old in rivals)
            standing = [old for old in standing if old not in rivals] + [place]
        else:
            fallen.append((place, best))
    return {events[place].id: Overtaken(events[by].id) for place, by in fallen}


def _compete(about: str, one: Event, other: Event) -> bool:
    return one.do != other.do or about not in _ALIKE_AGREE


def _overwritten(
    name: str, places: Sequence[int], events: Sequence[Event], seen: Sequence[int]
) -> list[tuple[int, int]]:
    """Changes of a value that a later one overwrote unseen, each with the last of those."""
    out = {}
    for number, winner in enumerate(places):
        for place in places[:number]:
            differ = events[place].__dict__["values"][name] != events[winner].__dict__["values"][name]
            if differ and not seen[winner] >> place & 1:
                out[place] = winner
    return list(out.items())
