"""Offers as files of a desk: found, read, fingerprinted; prices, VAT and sellers beside them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from hashlib import sha256

import pytest

from svcctl.desk import open_desk
from svcctl.model.problems import BrokenFiles, Refused
from svcctl.store.offerfiles import OfferFiles, fingerprint, parsed
from tests.conftest import Svc

ID = "R-20261121-k7qm4d"
FOLDER = f"offers/2026/11/21/{ID}"


def text_of(revision: str = "r1", **more: str) -> str:
    rows = {"offer": ID, "revision": revision, "date": "2026-11-21", "currency": "RUB", "language": "ru", **more}
    return "".join(f"{key}: {value}\n" for key, value in rows.items())


class Opened:
    """A desk that can be changed and opened again."""

    def __init__(self, svc: Svc) -> None:
        self.svc = svc
        self.desks = []

    def files(self) -> OfferFiles:
        desk = open_desk(str(self.svc.folder))
        self.desks.append(desk)
        return OfferFiles(desk.root, desk.reference)


@pytest.fixture
def opened(svc: Svc) -> Iterator[Opened]:
    made = Opened(svc)
    yield made
    for desk in made.desks:
        desk.close()


def test_revisions_in_the_order_of_their_numbers(opened: Opened) -> None:
    assert opened.files().revisions(ID) == []
    for n in (1, 2, 3, 10, 11):
        opened.svc.write(f"{FOLDER}/r{n}.yaml", text_of(f"r{n}"))
    assert opened.files().revisions(ID) == ["r1", "r2", "r3"]
    assert opened.files().read(ID).offer.revision == "r3"
    assert opened.files().read(ID, "r2").offer.revision == "r2"


def test_requests_that_have_offers(opened: Opened) -> None:
    assert opened.files().requests() == []
    opened.svc.write(f"{FOLDER}/r1.yaml", text_of())
    opened.svc.write(f"{FOLDER}/r2.yaml", text_of("r2"))
    opened.svc.write("offers/notes.txt", "x")
    assert opened.files().requests() == [ID]


def test_no_offer_and_no_such_revision(opened: Opened) -> None:
    with pytest.raises(Refused, match="k7qm4d has no offer yet") as refusal:
        opened.files().read(ID)
    assert str(refusal.value.hint) == "svcctl offer new k7qm4d makes one"
    opened.svc.write(f"{FOLDER}/r1.yaml", text_of())
    with pytest.raises(Refused, match="has no revision “r2”"):
        opened.files().read(ID, "r2")


def test_a_file_that_says_another_offer_is_broken(opened: Opened) -> None:
    opened.svc.write(f"{FOLDER}/r1.yaml", text_of("r2"))
    with pytest.raises(BrokenFiles) as error:
        opened.files().read(ID)
    assert [str(problem.place) for problem in error.value.problems] == [f"{FOLDER}/r1.yaml:2:11"]


def test_the_fingerprint_is_that_of_the_bytes() -> None:
    text = text_of(title="Арматура")
    assert fingerprint(text) == sha256(text.encode()).hexdigest() == parsed(text, "r1.yaml").content
    assert fingerprint(text) != fingerprint(text + "\n")


def test_hand_edits_are_seen(opened: Opened) -> None:
    opened.svc.write(f"{FOLDER}/r1.yaml", text_of())
    path = f"{FOLDER}/r1.yaml"
    assert not opened.files().is_edited(path)
    opened.svc.write(path, text_of(title="x"), commit=False)
    assert opened.files().is_edited(path)
    (opened.svc.folder / path).unlink()
    assert opened.files().is_edited(path)


def test_price_lists_in_both_forms_by_name(opened: Opened) -> None:
    assert opened.files().price_lists() == []
    opened.svc.write("prices/b.yaml", "currency: USD\nitems: [{sku: x, price: 1}]\n")
    opened.svc.write("prices/a.csv", "sku,price\ny,2\n")
    opened.svc.write("prices/read.me", "x")
    found = opened.files().price_lists()
    assert [(prices.name, prices.currency, list(prices.items)) for prices in found] == [
        ("a", "RUB", ["y"]),
        ("b", "USD", ["x"]),
    ]


def test_the_problems_of_all_price_lists_come_together(opened: Opened) -> None:
    opened.svc.write("prices/a.csv", "sku,prise\ny,2\n")
    opened.svc.write("prices/b.yaml", "currency: RUR\nitems: []\n")
    opened.svc.write("prices/c.csv", b"sku,price\n\xff,2\n")
    with pytest.raises(BrokenFiles) as error:
        opened.files().price_lists()
    assert [problem.path for problem in error.value.problems] == ["prices/a.csv", "prices/b.yaml", "prices/c.csv"]


def test_vat_by_country(opened: Opened) -> None:
    assert opened.files().has_vat
    desk = (opened.svc.folder / "desk.yaml").read_text(encoding="utf-8")
    for country in ("XX", "../x", '""'):
        opened.svc.write("desk.yaml", desk.replace("country: RU", f"country: {country}"))
        files = opened.files()
        assert not files.has_vat
        assert [rate.label for rate in files.vat.on(date(2026, 1, 1))] == ["none"]
    opened.svc.write("vat/xx.yaml", "vat: xx\nclasses:\n  standard: {rate: 5, from: 2020-01-01}\n")
    opened.svc.write("desk.yaml", desk.replace("country: RU", "country: XX"))
    assert opened.files().has_vat


def test_the_seller(opened: Opened) -> None:
    desk = (opened.svc.folder / "desk.yaml").read_text(encoding="utf-8")
    assert opened.files().seller() == {"name": "desk"}
    opened.svc.write("desk.yaml", desk + 'seller: {name: Сталь, inn: "7707083893"}\n')
    assert opened.files().seller() == {"name": "Сталь", "inn": "7707083893"}
    for wrong in ("Сталь", "[a]", "{inn: [1]}"):
        for key in ("seller", "seller_pl"):
            opened.svc.write("desk.yaml", desk + f"{key}: {wrong}\n")
            with pytest.raises(BrokenFiles, match=f"“{key}” should be a mapping of words") as error:
                opened.files().seller("pl")
            assert error.value.problems[0].path == "desk.yaml"
            assert str(error.value.problems[0].remedy).startswith(f"write {key}: {{name: ")


def test_the_seller_in_another_language(opened: Opened) -> None:
    desk = (opened.svc.folder / "desk.yaml").read_text(encoding="utf-8")
    both = 'seller: {name: Сталь, inn: "77", bic: "044"}\nseller_pl: {name: Stal, bic: ""}\n'
    opened.svc.write("desk.yaml", desk + both)
    assert opened.files().seller("pl") == {"name": "Stal", "inn": "77"}
    assert opened.files().seller("ru") == opened.files().seller() == {"name": "Сталь", "inn": "77", "bic": "044"}


def test_the_buyer(opened: Opened) -> None:
    assert opened.files().buyer("") == {}
    client = 'name: Zoo\nrequisites: {nip: "526", kpp: ""}\ncontacts: {email: a@example.com}\n'
    opened.svc.write("clients/zoo.yaml", client)
    assert opened.files().buyer("zoo") == {"name": "Zoo", "nip": "526", "email": "a@example.com"}
    with pytest.raises(Refused, match="there is no client “zooo”"):
        opened.files().buyer("zooo")


def test_ways_to_reach_us_are_those_with_an_address(opened: Opened) -> None:
    text = 'phone: {address: "+7 495", hours: 9-18}\nchat: {kind: chat}\n'
    opened.svc.write("channels.yaml", text + 'tg: {kind: chat, title: Telegram, address: "@a"}\n')
    assert opened.files().reach() == [
        {"title": "", "kind": "phone", "address": "+7 495", "hours": "9-18"},
        {"title": "Telegram", "kind": "chat", "address": "@a", "hours": ""},
    ]


def test_the_logo(opened: Opened) -> None:
    assert opened.files().logo() == b""
    opened.svc.write("templates/logo.png", b"\x89PNG\r\n\x1a\nx")
    assert opened.files().logo().startswith(b"\x89PNG")


def test_templates_that_lead_out_of_the_desk_are_refused(svc: Svc) -> None:
    folder = svc.folder / "templates" / "offer"
    folder.mkdir(parents=True)
    (folder / "ru.html.j2").symlink_to("/etc/passwd")
    desk = open_desk(str(svc.folder))
    with pytest.raises(BrokenFiles) as refusal:
        OfferFiles(desk.root, desk.reference).template_folders()
    assert [(p.path, p.code) for p in refusal.value.problems] == [("templates/offer/ru.html.j2", "link")]
    desk.close()
