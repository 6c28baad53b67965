"""A desk's offers as files: the revisions of each, price lists, VAT rates, the seller's requisites."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date, datetime, time
from functools import cached_property

from svcctl.model.ids import is_request_id, offer_path, short
from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.offer import Offer
from svcctl.model.offertext import plain_values
from svcctl.model.problems import BrokenFiles, Place, Problem, Refused
from svcctl.model.schema import did_you_mean
from svcctl.model.source import Map, place_of
from svcctl.model.vat import NONE, VatRate, VatTable, parse_vat
from svcctl.rules.offers import PricedOffer, price
from svcctl.store import worktree
from svcctl.store.reference import Reference, shipped_yaml
from svcctl.store.shipped import shipped
from svcctl.store.tree import decoded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from svcctl.model.pricelist import PriceList
    from svcctl.model.settings import Client

LOGOS = ("templates/logo.png", "templates/logo.svg", "templates/logo.jpg")
TEMPLATES = "templates"


class OfferFile(NamedTuple):
    """A revision's file: its path and text, the fingerprint that approvals are bound to, and what it says."""

    path: str
    text: str
    content: str
    offer: Offer


def fingerprint(text: str) -> str:
    """The SHA-256 of an offer's file in hexadecimal digits."""
    from hashlib import sha256

    return sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def parsed(text: str, path: str) -> OfferFile:
    """An offer's file as read.

    Raises:
        BrokenFiles: with every problem of the file.
    """
    from svcctl.store import yaml

    mapping, problems = yaml.read(text, path)
    if problems or mapping is None:
        raise BrokenFiles(problems)
    return OfferFile(path, text, fingerprint(text), Offer.parse(mapping))


class OfferFiles:
    """The offers of a desk, and what they are made and counted from, as of one tree."""

    def __init__(self, root: str, reference: Reference) -> None:
        self.root, self.reference, self.tree = root, reference, reference.tree

    # Revisions

    def revisions(self, request_id: str) -> list[str]:
        """The revisions that have a file, oldest first."""
        found: list[str] = []
        while self.tree.content(offer_path(request_id, f"r{len(found) + 1}")) is not None:
            found.append(f"r{len(found) + 1}")
        return found

    def requests(self) -> list[str]:
        """The ids of the requests that have an offer, oldest day first."""
        parts = [entry.path.split("/") for entry in self.tree.entries("offers/")]
        return list(dict.fromkeys(part[4] for part in parts if len(part) == 6 and is_request_id(part[4])))

    def read(self, request_id: str, revision: str = "") -> OfferFile:
        """A revision of a request's offer; without one named, the latest.

        Raises:
            Refused: there is no offer yet, or no such revision.
            BrokenFiles: the file has problems.
        """
        path = offer_path(request_id, self._known(request_id, revision))
        return self._own(parsed(self.tree.text(path) or "", path), request_id)

    def glance(self, request_id: str, revision: str = "") -> OfferFile:
        """As ``read``, for those who only look: from what was read before, and then without places of lines."""
        path = offer_path(request_id, self._known(request_id, revision))
        found, kept = self.tree.file(path), self.tree.parsed
        if found is None or kept is None:
            return self.read(request_id, revision)
        oid, text = found[0], decoded(found[1], path)
        try:
            offer = self.tree.mapped(oid, lambda: text, path, 0, Offer.parse)
            known = kept.get(f"{oid} sha256") or {"content": fingerprint(text)}
            kept.put(f"{oid} sha256", known)
            return self._own(OfferFile(path, text, known["content"], offer), request_id)
        except BrokenFiles:
            return self.read(request_id, revision)

    def _known(self, request_id: str, revision: str) -> str:
        known = self.revisions(request_id)
        if not known:
            message = Message("{id} has no offer yet", id=short(request_id))
            raise Refused(message, Message("svcctl offer new {id} makes one", id=short(request_id)), code="no-offer")
        if revision and revision not in known:
            message = Message("the offer of {id} has no revision “{revision}”", id=short(request_id), revision=revision)
            raise Refused(message, did_you_mean(revision, known), code="no-revision")
        return revision or known[-1]

    def _own(self, file: OfferFile, request_id: str) -> OfferFile:
        """The file, if it is the offer that its name says."""
        problems = []
        named = {"offer": request_id, "revision": file.path.rsplit("/", 1)[-1].removesuffix(".yaml")}
        for key, value in named.items():
            found = getattr(file.offer, key)
            if found != value:
                message = Message("the file of {value} says {key}: {found}", key=key, found=found, value=value)
                remedy = Message("write {key}: {value}", key=key, value=value)
                problems.append(Problem(file.offer.places[key], f"wrong-{key}", message, remedy))
        if problems:
            raise BrokenFiles(problems)
        return file

    def checked(self, text: str, request_id: str, revision: str) -> tuple[OfferFile, PricedOffer]:
        """A text that is to become a revision's file, read and counted.

        Raises:
            BrokenFiles: with every problem of the text.
        """
        file = self._own(parsed(text, offer_path(request_id, revision)), request_id)
        return file, self.priced(file.offer)

    def is_edited(self, path: str) -> bool:
        """Whether the file in the folder differs from the committed one, which is the one that counts."""
        return not worktree.stands(self.root, path, self.tree.content(path))

    # What offers are counted from

    def priced(self, offer: Offer) -> PricedOffer:
        """The offer with all its figures; errors as of ``price``."""
        return price(offer, self.vat)

    @cached_property
    def vat(self) -> VatTable:
        """The VAT rates of the desk's country: its own ``vat/<country>.yaml``, else the shipped ones.

        Where neither is there, only “without VAT”.

        Raises:
            BrokenFiles: the table has problems.
        """
        country = self.reference.settings.country.lower()
        if not country.isalnum():
            return _without_vat(country)
        path = f"vat/{country}.yaml"
        return self.tree.parse(path, parse_vat) or self._shipped_vat(path) or _without_vat(country)

    def _shipped_vat(self, path: str) -> VatTable | None:
        """The shipped table, from what was read before where its file is still the same."""
        try:
            state = os.stat(f"{shipped('regulations')}/{path}")
        except FileNotFoundError:
            return None
        key = f"{path} {state.st_mtime_ns} {state.st_size}"
        kept = self.tree.parsed.get(key) if self.tree.parsed else None
        if kept is not None:
            return parse_vat(kept)
        mapping = shipped_yaml(path) or {}
        table = parse_vat(mapping)
        if self.tree.parsed:
            self.tree.parsed.put(key, mapping)
        return table

    @cached_property
    def has_vat(self) -> bool:
        """Whether any VAT is known in the desk's country."""
        return any(rate.percent is not None for rate in self.vat.rates)

    def valid_until(self, offer: Offer) -> date | None:
        """The last day of the offer; working days are those of the desk's calendar."""
        return offer.valid_until(self._working_days)

    def last_day(self, request_id: str, revision: str) -> date | None:
        """The last day of a revision, read from the head of its file; None without one, or where it has problems."""
        path = offer_path(request_id, revision)
        content = self.tree.content(path)
        if content is None:
            return None
        try:
            text = decoded(content, path)
            head = plain_values(text, ("date", "validity", "valid_until"))
            if head is None:
                return self.valid_until(parsed(text, path).offer)
            # What a last day does not hang on is made up.
            return self.valid_until(Offer.parse({"offer": request_id, "revision": revision, "currency": "EUR", **head}))
        except BrokenFiles:
            return None

    def _working_days(self, day: date, days: int) -> date:
        calendar = self.reference.calendar(self.reference.settings.calendar)
        return calendar.add_days(datetime.combine(day, time(12), calendar.zone), days).date()

    def price_lists(self) -> list[PriceList]:
        """Every list of ``prices/``: YAML, or CSV in the desk's currency.

        Raises:
            BrokenFiles: with the problems of all of them.
        """
        problems: list[Problem] = []
        lists = []
        for entry in sorted(self.tree.entries("prices/")):
            try:
                found = self._price_list(entry.path)
            except BrokenFiles as error:
                problems.extend(error.problems)
                continue
            lists += [found] if found else []
        if problems:
            raise BrokenFiles(problems)
        return lists

    def _price_list(self, path: str) -> PriceList | None:
        from svcctl.model.pricelist import parse_price_list

        name, _, ending = path.removeprefix("prices/").rpartition(".")
        if ending == "yaml":
            return parse_price_list(name, self.tree.yaml(path) or {})
        return parse_price_list(name, self._csv(path)) if ending == "csv" else None

    def _csv(self, path: str) -> Mapping[str, Any]:
        from svcctl.model.rows import read_rows

        rows, problems = read_rows(decoded(self.tree.content(path) or b"", path), path)
        if problems:
            raise BrokenFiles(problems)
        return {"currency": self.reference.settings.currency, "items": rows}

    # What offers are made and shown with

    def seller(self, language: str = "") -> dict[str, str]:
        """Who offers: ``seller:`` of desk.yaml, its name at least, and over it ``seller_pl:`` for offers in Polish.

        Raises:
            BrokenFiles: one of them is no mapping of words.
        """
        desk = self.tree.yaml("desk.yaml") or Map()
        found = {"name": self.reference.settings.name}
        for key in ("seller", f"seller_{language}"):
            own = desk.get(key) or {}
            if not isinstance(own, Mapping) or not all(isinstance(value, str) for value in own.values()):
                message = Message("“{key}” should be a mapping of words", key=key)
                remedy = Message('write {key}: {{name: …, inn: "…", address: …}}', key=key)
                raise BrokenFiles([Problem(place_of(desk, key), "type", message, remedy)])
            found |= own
        return {key: text for key, text in found.items() if text}

    def buyer(self, handle: str) -> dict[str, str]:
        """To whom: the client's name, requisites and contacts; empty without a client.

        Raises:
            Refused: there is no such client.
        """
        if not handle:
            return {}
        client: Client = self.reference.client(handle)
        known = {"name": client.name, **client.requisites, **client.contacts}
        return {key: text for key, text in known.items() if text}

    def reach(self) -> list[dict[str, str]]:
        """The ways a client reaches us, for the foot of a page: those of channels.yaml that have an address.

        One without a title of its own is called by its kind.
        """
        return [
            {
                "title": channel.title if channel.title != channel.name else "",
                "kind": channel.kind,
                "address": channel.address,
                "hours": channel.hours,
            }
            for channel in self.reference.channels.values()
            if channel.address
        ]

    def logo(self) -> bytes:
        """The desk's logo (``templates/logo.png``, ``.svg`` or ``.jpg``); empty where it has none."""
        return next((content for path in LOGOS if (content := self.tree.content(path))), b"")

    def template_folders(self) -> list[str]:
        """Where templates are looked for: the desk's own folder first, svcctl's last.

        Raises:
            BrokenFiles: something in the desk's folder is a link or a pipe, which might lead anywhere.
        """
        message = Message("links, pipes and devices are not read")
        remedy = Message("put the file itself here")
        problems = [Problem(Place(path), "link", message, remedy) for path in worktree.strange(self.root, TEMPLATES)]
        if problems:
            raise BrokenFiles(problems)
        return [f"{self.root}/{TEMPLATES}", shipped(TEMPLATES)]


def _without_vat(country: str) -> VatTable:
    return VatTable(country, (VatRate(NONE, None, date.min),), {})
