"""A desk's reference data, read when first asked for: settings, team, channels, clients, calendars, regulations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from svcctl.model.messages import Message
from svcctl.model.problems import BrokenFiles, Place, Problem, Refused, SvcctlError
from svcctl.model.schema import did_you_mean
from svcctl.model.settings import (
    Channel,
    Client,
    Settings,
    parse_channels,
    parse_client,
    parse_settings,
)
from svcctl.store.shipped import shipped
from svcctl.store.tree import Tree, decoded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date
    from typing import Any
    from zoneinfo import ZoneInfo

    from svcctl.model.calendar import Calendar
    from svcctl.model.regulation import Regulation
    from svcctl.model.team import Team


class Reference:
    """What a desk's requests refer to, as of one tree."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._calendars: dict[str, Calendar] = {}
        self._regulations: dict[str, Regulation | None] = {}
        self._broken: dict[str, BrokenFiles] = {}

    @cached_property
    def settings(self) -> Settings:
        """desk.yaml."""
        settings = self.tree.parse("desk.yaml", parse_settings)
        if settings is None:
            raise _absent("desk.yaml", Message("commit it: git add desk.yaml && git commit -m Desk"))
        return settings

    @cached_property
    def team(self) -> Team:
        """team.yaml."""
        from svcctl.model.team import parse_team

        team = self.tree.parse("team.yaml", parse_team)
        if team is None:
            raise _absent("team.yaml", Message("add yourself: svcctl team add HANDLE --name NAME --email ADDRESS"))
        return team

    @cached_property
    def channels(self) -> dict[str, Channel]:
        """channels.yaml; empty where there is none."""
        return self.tree.parse("channels.yaml", parse_channels) or {}

    @cached_property
    def zone(self) -> ZoneInfo:
        """The desk's time zone."""
        from svcctl.store.zones import zone

        return zone(self.settings.timezone, "desk.yaml")

    def channel(self, name: str) -> Channel:
        """A channel by its name.

        Raises:
            Refused: channels.yaml does not have it.
        """
        if name not in self.channels:
            raise Refused(
                Message("“{name}” is no channel of channels.yaml", name=name),
                did_you_mean(name, self.channels),
                code="unknown-channel",
            )
        return self.channels[name]

    def client(self, handle: str) -> Client:
        """A client by handle.

        Raises:
            Refused: there is no such file.
            BrokenFiles: the file has problems.
        """
        path = f"clients/{handle}.yaml"
        found = self.tree.parse(path, lambda mapping: parse_client(handle, mapping)) if "/" not in handle else None
        if found is None:
            near = did_you_mean(handle, self.clients()) if self.clients() else None
            add = Message("svcctl client add {handle} --name NAME", handle=handle)
            raise Refused(
                Message("there is no client “{name}”", name=handle),
                Message("{near} Or add it: {add}", near=near, add=add) if near else add,
                code="unknown-client",
            )
        return found

    def clients(self) -> list[str]:
        """The handles of all clients."""
        return self.tree.names("clients", ".yaml")

    # Calendars

    def calendar(self, name: str) -> Calendar:
        """A calendar by name, with the holiday table it names.

        Raises:
            BrokenFiles: there is none of that name, or it has problems.
        """
        if name not in self._calendars:
            from svcctl.model.calendar import Calendar

            path = f"calendars/{name}.yaml"
            calendar = self.tree.parse(path, lambda mapping: Calendar.parse(mapping, self._tables(mapping)))
            if calendar is None:
                known = did_you_mean(name, self.tree.names("calendars", ".yaml"))
                raise _absent(path, known or Message("copy one from a new desk: svcctl init DIR"))
            self._calendars[name] = calendar
        return self._calendars[name]

    def name_of(self, calendar: Calendar) -> str:
        """The name by which ``calendar`` has given this one, whatever the file calls itself."""
        return next(name for name, known in self._calendars.items() if known is calendar)

    def _tables(self, mapping: Mapping[str, Any]) -> dict[str, Any]:
        name = mapping.get("holidays")
        if not isinstance(name, str) or not name or "/" in name:
            return {}
        table = self.table(name)
        return {name: table} if table is not None else {}

    def table(self, name: str) -> Mapping[str, Any] | None:
        """A holiday table: the desk's own of that name, else the shipped one."""
        own = self.tree.parse(f"calendars/{name}.yaml", lambda mapping: mapping)
        return own if own is not None else shipped_yaml(f"calendars/{name}.yaml")

    def calendar_of(self, department: str, regulation: Regulation | None) -> Calendar:
        """Whose working time counts: the department's, else the regulation's, else the desk's."""
        known = self.team.departments.get(department) or self.team.departments.get(self.team.department_of(department))
        own = known.calendar if known else ""
        return self.calendar(own or (regulation.calendar if regulation else "") or self.settings.calendar)

    # Regulations

    def regulation(self, ref: str) -> Regulation | None:
        """The version that a request is bound to; None for requests without one.

        A version that is no longer in force is looked up in the history.

        Raises:
            BrokenFiles: it is not found, or has problems.
        """
        if not ref:
            return None
        if ref in self._broken:
            raise self._broken[ref]
        if ref not in self._regulations:
            try:
                self._regulations[ref] = self._version(*ref.partition("@")[::2])
            except BrokenFiles as error:
                self._broken[ref] = error
                raise
        return self._regulations[ref]

    def _version(self, name: str, version: str) -> Regulation:
        current = self.current_regulation(name)
        if current is None or (version and str(current.version) != version):
            return self._older(name, version)
        return current

    def current_regulation(self, name: str) -> Regulation | None:
        """The newest version, which may come into force later; None where there is no file of that name.

        Raises:
            BrokenFiles: it has problems.
        """
        path = f"regulations/{name}.md"
        found = self.tree.file(path) if "/" not in name else None
        return None if found is None else self._parsed_regulation(found[0], decoded(found[1], path), path)

    def _parsed_regulation(self, oid: str, text: str, path: str) -> Regulation:
        from svcctl.model.regulation import parse_regulation, split

        front, line, body = split(text, path)
        return self.tree.mapped(oid, lambda: front, path, line, lambda mapping: parse_regulation(mapping, body))

    def _older(self, name: str, version: str) -> Regulation:
        found = next((one for one in self.past_versions(name) if str(one.version) == version), None)
        if found is not None:
            return found
        raise BrokenFiles(
            message=Message("regulation {name} has no version {version} in the history", name=name, version=version),
            hint=Message(
                "git log -- {path} shows its versions; a shallow clone lacks them: git fetch --unshallow",
                path=f"regulations/{name}.md",
            ),
            code="no-version",
        )

    def past_versions(self, name: str) -> Iterator[Regulation]:
        """What the history has of a regulation, newest first; what cannot be read is passed over."""
        path = f"regulations/{name}.md"
        for oid in self._versions(path):
            found = self.tree.objects.read(oid)
            if found is None:
                continue
            try:
                yield self._parsed_regulation(oid, found[1].decode("utf-8"), path)
            except (SvcctlError, UnicodeDecodeError):
                continue

    def _versions(self, path: str) -> list[str]:
        if not self.tree.commit:
            return []
        out = self.tree.git.run(
            "log", "--format=", "--raw", "--no-abbrev", "--no-renames", self.tree.commit, "--", path
        )
        rows = [row.split() for row in out.decode("utf-8", "replace").splitlines() if row.startswith(":")]
        return [row[3] for row in rows if set(row[3]) != {"0"}]

    def in_force(self, name: str, day: date) -> Regulation | None:
        """The version that governs what is opened on a day: the newest whose first day has come; None without any.

        Raises:
            BrokenFiles: the newest version has problems.
        """
        newest = self.current_regulation(name)
        if newest is None or newest.in_force is None or newest.in_force <= day:
            return newest
        begun = (one for one in self.past_versions(name) if one.in_force is None or one.in_force <= day)
        return max(begun, key=lambda one: one.version, default=None)

    def regulations(self, day: date) -> list[Regulation]:
        """All regulations in force on a day.

        Raises:
            BrokenFiles: with the problems of all of them.
        """
        problems: list[Problem] = []
        found = []
        for name in self.tree.names("regulations", ".md"):
            try:
                regulation = self.in_force(name, day)
            except BrokenFiles as error:
                problems.extend(error.problems)
                continue
            if regulation is not None:
                found.append(regulation)
        if problems:
            raise BrokenFiles(problems)
        return found


def parsed_regulation(text: str, path: str, strict: bool = False) -> Regulation:
    """A regulation's file as read; ``strict`` compiles its formulas too.

    Raises:
        BrokenFiles: with every problem of the file.
    """
    from svcctl.model.regulation import parse_regulation, split
    from svcctl.store import yaml

    front, line, body = split(text, path)
    mapping, problems = yaml.read(front, path, line)
    if problems or mapping is None:
        raise BrokenFiles(problems)
    return parse_regulation(mapping, body, strict)


def shipped_yaml(path: str) -> Mapping[str, Any] | None:
    """A shipped YAML file below regulations/, or None.

    Raises:
        BrokenFiles: it has problems.
    """
    from svcctl.store import yaml

    try:
        with open(f"{shipped('regulations')}/{path}", encoding="utf-8") as file:
            mapping, problems = yaml.read(file.read(), path)
    except OSError:
        # There is no such name, or none could be so long.
        return None
    if problems:
        raise BrokenFiles(problems)
    return mapping


def _absent(path: str, remedy: Message) -> BrokenFiles:
    return BrokenFiles(
        [Problem(Place(path), "absent", Message("{path} is not in the desk's commits", path=path), remedy)]
    )
