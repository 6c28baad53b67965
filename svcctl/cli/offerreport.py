"""report offers: how offers come about, and what becomes of them."""

from __future__ import annotations

from svcctl.cli.command import command
from svcctl.cli.offers import age, offer_files, pipeline
from svcctl.cli.reporting import answer, reporting
from svcctl.cli.session import Session
from svcctl.model.money import Money
from svcctl.model.problems import BrokenFiles, Refused
from svcctl.reports.offers import Open, Worth
from svcctl.rules.offering import ACCEPTED, DECLINED, STATUSES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@command("offers")
@reporting
def offers(session: Session, **options: Any) -> int:
    """How long offers take and where they lie, how often they are revised, and what clients answer.

    Figures: time_to_offer (also as …_wall), touch, wait, sent, revisions, rejections, accepted, declined, win_rate.

    Example: svcctl report offers --period 2026-Q4
    """
    from svcctl.reports.offers import offers as make

    department_of = session.desk.reference.team.department_of
    return answer(
        session,
        options,
        lambda asked: make(*asked, department_of, _open(session), worth_in(session)),
        facts=("offer", "said"),
    )


def _open(session: Session) -> list[Open]:
    """The offers of open requests that no client has answered, in the order of their way to one."""
    found = [one for one in pipeline(session) if one.standing.status not in (ACCEPTED, DECLINED)]
    found = [one for one in found if not one.request.closed]
    found.sort(key=lambda one: STATUSES.index(one.standing.status))
    return [Open(one.request.id, one.standing.status, one.priced.gross, age(session, one)) for one in found]


def worth_in(session: Session) -> Worth:
    """What a revision of an offer of this desk costs in all; None where its file cannot be read."""
    files = offer_files(session)

    def worth(request_id: str, revision: str) -> Money | None:
        try:
            return files.priced(files.read(request_id, revision).offer).gross
        except (BrokenFiles, Refused):
            return None

    return worth
