"""Opening several requests on one state of the desk: what they share is looked up, and written, once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from svcctl.desk import Desk, open_desk
from svcctl.model.ids import ALPHABET
from svcctl.model.problems import Refused
from svcctl.model.request import Header
from svcctl.opening import Opener
from tests.conftest import NOW, Svc

AT = datetime.fromisoformat(NOW)
HEADER = Header("", "Rebar", "request", AT, "ivanova")


@pytest.fixture
def opener(svc: Svc) -> Iterator[Opener]:
    desk: Desk = open_desk(str(svc.folder))
    yield Opener(desk, desk.reference.team.person("ivanova"), AT, many=True)
    desk.close()


def test_nothing_is_written_yet(opener: Opener) -> None:
    written = opener.opened(HEADER._replace(type="offer", client="metallstroy"))
    assert written.request is not None
    assert (written.request.regulation, written.request.stage) == ("commercial-offer@1", "intake")
    assert opener.desk.tree.content(written.changes[0].path) is None


def test_a_new_clients_file_comes_once(opener: Opener) -> None:
    paths = [[change.path for change in opener.opened(HEADER._replace(client="romashka")).changes] for _ in range(2)]
    assert paths[0][1:] == ["clients/romashka.yaml"]
    assert paths[1][1:] == []
    assert [str(one) for one in opener.remarks] == ["new client romashka"]


def test_no_id_is_given_twice(opener: Opener) -> None:
    draws = iter([b"aaaaaa", b"aaaaaa", b"bbbbbb"])
    opener.desk.entropy = lambda length: next(draws) if length == 6 else bytes(length)
    ids = [opener.opened(HEADER).changes[0].path[-11:-5] for _ in range(2)]
    assert len(set(ids)) == 2


def test_no_id_is_given_that_the_desk_has(svc: Svc, opener: Opener) -> None:
    part = svc.new()
    opener.desk.stand_on(svc.git("rev-parse", "HEAD").strip())
    draws = iter([part, "bbbbbb"])
    opener.desk.entropy = lambda length: bytes(map(ALPHABET.index, next(draws))) if length == 6 else bytes(length)
    assert opener.opened(HEADER).changes[0].path.endswith("-bbbbbb.yaml")


def test_a_request_that_is_refused_leaves_the_others_alone(opener: Opener) -> None:
    with pytest.raises(Refused, match="no regulation is for the type"):
        opener.opened(HEADER._replace(type="ofer", client="romashka"))
    assert opener.remarks == []
    assert len(opener.opened(HEADER._replace(client="romashka")).changes) == 2
