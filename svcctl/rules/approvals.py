"""Who must approve an offer: by the stages of the request's regulation, and by people's authority over discounts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from svcctl.model.messages import Message
from svcctl.model.money import exact_product
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.offer import Offer
from svcctl.model.problems import Place, Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from svcctl.model.regulation import Regulation
    from svcctl.model.request import Request
    from svcctl.model.stages import Stage
    from svcctl.model.team import Person, Team

DISCOUNT = "discount"


class Need(NamedTuple):
    """An approval that is asked for: a name for it, the people who may give it, and why."""

    subject: str
    who: tuple[str, ...]
    why: Message


def needs(offer: Offer, request: Request, regulation: Regulation | None, team: Team, by: str, day: date) -> list[Need]:
    """The approvals that an offer needs by the request's regulation.

    They are: that of each stage which may send its subject back (``returns_to``), by the holder of its role or the
    people of its department; and, for a discount above the authority of whoever made the offer, that of somebody
    whose authority covers it.

    Args:
        by: who made the offer.
        day: people who are away that day are stood in for.

    Raises:
        Refused: a condition of a stage needs a value that is not known yet.
        BrokenFiles: a limit of authority cannot be read.
    """
    found = list(_stage_needs(request, regulation, team, by))
    discount = highest_discount(offer)
    limit = authority(team.people.get(by), regulation) if discount else None
    if limit is not None and discount > limit:
        why = Message("a discount of {discount} % is above {limit} %", discount=_number(discount), limit=_number(limit))
        found.append(Need(DISCOUNT, tuple(_covering(discount, regulation, team, by)), why))
    return [need._replace(who=_present(need.who, team, day)) for need in found]


def _stage_needs(request: Request, regulation: Regulation | None, team: Team, by: str) -> Iterator[Need]:
    for stage in regulation.stages if regulation else ():
        if stage.returns_to and _applies(stage, regulation, request):
            why = Message("{regulation}: {stage}", regulation=request.regulation, stage=stage.title or stage.name)
            yield Need(stage.name, tuple(_answering(stage, team, by)), why)


def _applies(stage: Stage, regulation: Regulation | None, request: Request) -> bool:
    if stage.condition is None or regulation is None:
        return True
    from svcctl.rules.criteria import holds

    return holds(stage.condition, regulation.inputs, request.values())


def _answering(stage: Stage, team: Team, by: str) -> Iterator[str]:
    if stage.role:
        holder = team.with_role(stage.role, stage.department or team.department_of(by))
        yield from (holder,) if holder else ()
        return
    head = team.departments[stage.department].head if stage.department in team.departments else ""
    yield from dict.fromkeys([*filter(None, (head,)), *(person.handle for person in team.members(stage.department))])


def highest_discount(offer: Offer) -> Decimal:
    """The largest discount that any line gets, its own and the whole offer's together, in percent."""
    left = [exact_product(100 - line.discount, 100 - offer.discount, Decimal("0.01")) for line in offer.lines]
    return 100 - min(left) if left else Decimal(0)


def authority(person: Person | None, regulation: Regulation | None) -> Decimal | None:
    """The discount in percent that a person may give alone: their own limit, else that of their role.

    None where neither team nor regulation speaks of discounts; 0 where the regulation does, but not for this role.

    Raises:
        BrokenFiles: the limit cannot be read.
        Refused: it is money, not a share.
    """
    limits = regulation.authority.get(DISCOUNT, {}) if regulation else {}
    own = person.authority.get(DISCOUNT) if person else None
    stated = limits.get(person.role) if person else None
    text = own or (stated.text if stated else "")
    if not text:
        return Decimal(0) if limits else None
    return _percent(text)


def _percent(text: str) -> Decimal:
    from fractions import Fraction

    from svcctl.model.criteria import Formula
    from svcctl.model.formulas import limit

    found = limit(Formula(text, Place("authority")))
    if isinstance(found, Fraction):
        return Decimal(found.numerator * 100) / Decimal(found.denominator)
    raise Refused(
        Message("a limit of discounts is a share, not “{text}”", text=text),
        Message("write it like 5%"),
        code="limit",
    )


def _covering(discount: Decimal, regulation: Regulation | None, team: Team, by: str) -> Iterator[str]:
    """Who may give such a discount: colleagues of the department, its head, and whoever has a limit of their own."""
    department = team.department_of(by)
    head = team.departments[department].head if department in team.departments else ""
    for person in team.people.values():
        limit = authority(person, regulation)
        near = person.department == department or person.handle == head or person.role != "head"
        if not person.left and limit is not None and limit >= discount and (near or DISCOUNT in person.authority):
            yield person.handle


def _present(handles: Sequence[str], team: Team, day: date) -> tuple[str, ...]:
    from svcctl.rules.process import stand_in

    standing_in = (stand_in(handle, team, day) or handle for handle in handles)
    return tuple(dict.fromkeys(standing_in))


def _number(value: Decimal) -> str:
    text = f"{value:.2f}"
    return text.rstrip("0").rstrip(".")
