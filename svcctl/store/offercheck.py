"""Whether offers and what their requests' events say of them agree."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from svcctl.model.event import Event
from svcctl.model.ids import offer_path
from svcctl.model.messages import Message
from svcctl.model.offer import Offer
from svcctl.model.problems import Place, Problem
from svcctl.store.offerfiles import fingerprint


def counted(offer: Offer, path: str, paths: Collection[str]) -> Iterator[Problem]:
    """A revision that cannot be reached, because the one before it is not there: revisions are counted from r1."""
    number = int(offer.revision.removeprefix("r"))
    before = offer_path(offer.offer, f"r{number - 1}")
    if number > 1 and before not in paths:
        message = Message("there is no revision r{n} before it", n=number - 1)
        remedy = Message("put it back: git log -- {path}; or give this one its number", path=before)
        yield Problem(Place(path), "no-revision", message, remedy)


def offer_events(
    request_id: str,
    events: Sequence[Event],
    where: Callable[[str], Place],
    paths: Collection[str],
    texts: Mapping[str, str],
) -> Iterator[Problem]:
    """Events of revisions that have no file, and files that were changed after the client was sent them.

    Args:
        where: the place of an event in its record, by its id.
        paths: of all files.
        texts: those that could be read, by their paths.
    """
    sent: dict[str, Event] = {}
    missing: set[str] = set()
    for event in events:
        revision = event.__dict__.get("revision", "") if event.do.startswith("offer_") else ""
        if revision and offer_path(request_id, revision) not in paths and revision not in missing:
            missing.add(revision)
            message = Message("the offer's revision {revision} has no file", revision=revision)
            remedy = Message("put it back: git log -- {path}", path=offer_path(request_id, revision))
            yield Problem(where(event.id), "missing-offer", message, remedy)
        if event.do == "offer_sent" and event.__dict__.get("content"):
            sent[revision] = event
    for revision, event in sent.items():
        text = texts.get(offer_path(request_id, revision))
        if text is not None and fingerprint(text) != event.__dict__["content"]:
            path = offer_path(request_id, revision)
            message = Message("{revision} was changed after the client was sent it", revision=revision)
            remedy = Message(
                "put back what was sent (git log -p -- {path}); changes go into: svcctl offer revise", path=path
            )
            yield Problem(Place(path), "offer-changed", message, remedy)
