"""Opening requests as people ask for them: what is checked before there is one, and what is written then."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

from svcctl.model.ids import new_request_id
from svcctl.model.messages import Message
from svcctl.recording import Recorder
from svcctl.rules import opening
from svcctl.store.fastimport import FileChange
from svcctl.store.tree import REQUESTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from svcctl.desk import Desk
    from svcctl.model.regulation import Regulation
    from svcctl.model.request import Header
    from svcctl.model.team import Person
    from svcctl.recording import Written

_CHECKED = ("type", "client", "channel", "priority", "controller")


class Opener:
    """Opens requests on top of the desk as it stands; made anew inside the lock.

    What several requests share is looked up once, and a new client's file is written once.

    Args:
        many: more than one may be opened, and none is written before the last.
    """

    def __init__(self, desk: Desk, person: Person, now: datetime, many: bool = False) -> None:
        self.desk, self.person, self.now, self.many = desk, person, now, many
        self.clients: dict[str, bool] = {}
        """The clients that were asked for, and whether nobody knew them before."""
        self._added: set[str] = set()
        self._fine: set[tuple[str, ...]] = set()

    @cached_property
    def regulations(self) -> list[Regulation]:
        """What is in force today.

        Raises:
            BrokenFiles: with the problems of all regulations.
        """
        reference = self.desk.reference
        return reference.regulations(self.now.astimezone(reference.zone).date())

    @property
    def remarks(self) -> list[Message]:
        """What is to be said of what was done beside the requests."""
        return [Message("new client {handle}", handle=handle) for handle in sorted(self._added)]

    def opened(self, header: Header, to: str = "") -> Written:
        """A new request and its files: the regulation is found, what it requires is checked.

        Args:
            to: a person, who is assigned, or a department; empty: the regulation's first department.

        Raises:
            Refused: an unknown type, client, channel, priority or addressee, or something required is missing.
            Usage: the title is none.
        """
        opening.refuse_long_title(header.title)
        values = {name: getattr(header, name) for name in _CHECKED}
        self._check(values)
        team = self.desk.reference.team
        if to:
            team.addressee(to)
        regulation = opening.governing(values, self.regulations)
        first = opening.first_department(regulation)
        department = opening.opener_department(team, to, self.person.handle, first)
        header = header._replace(regulation=regulation.ref if regulation else "", department=department)
        opening.check_required(header, regulation)
        opening.check_authority(header, regulation, team)
        events = opening.first_events(header, to, team)
        files = self._first_contact(header.client)
        header = header._replace(id=self._free_id() if self.many else "")
        written = Recorder(self.desk, self.person, self.now).opened(header, events, files)
        self._added.update([header.client] if files else [])
        return written

    def _free_id(self) -> str:
        """An id of today that neither the desk nor an earlier one of these requests has."""
        while True:
            found = new_request_id(self.now.date(), self.desk.entropy)
            if found not in self._ids:
                self._ids.add(found)
                return found

    @cached_property
    def _ids(self) -> set[str]:
        entries = self.desk.tree.entries(f"{REQUESTS}/{self.now:%Y/%m/%d}/")
        return {entry.path.rpartition("/")[2].removesuffix(".yaml") for entry in entries}

    def _check(self, values: dict[str, str]) -> None:
        known = tuple(values.values())
        if known in self._fine:
            return
        checked = {**values, "client": "" if self._is_new(values["client"]) else values["client"]}
        opening.check_values(checked, self.desk.reference)
        self._fine.add(known)

    def _is_new(self, handle: str) -> bool:
        """Whether nobody knows the client yet; a handle that is nearly a known one is likelier misspelt than new."""
        if handle not in self.clients:
            self.clients[handle] = bool(handle) and self._is_unheard_of(handle)
        return self.clients[handle]

    def _is_unheard_of(self, handle: str) -> bool:
        if self.desk.tree.content(f"clients/{handle}.yaml") is not None:
            return False
        from svcctl.model.schema import nearest

        return not nearest(handle, self.desk.reference.clients())

    def _first_contact(self, handle: str) -> list[FileChange]:
        """The file of a client whom nobody knows yet: somebody on the telephone cannot wait for it to be made."""
        from svcctl.model.handles import check_handle
        from svcctl.model.settings import Client
        from svcctl.store.clientfile import added

        if not self._is_new(handle) or handle in self._added:
            return []
        return added(Client(check_handle(handle), handle), self.desk.tree)
