"""What stands in the files of any commit: texts, teams, regulations, errands, and who is asked to approve an offer.

Each content is read once, however many commits have it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from svcctl.model.event import Event
from svcctl.model.ids import offer_path
from svcctl.model.problems import BrokenFiles, SvcctlError
from svcctl.model.recurrence import Recurrence, parse_recurrence
from svcctl.model.regulation import Regulation
from svcctl.model.request import Header, Request, fold
from svcctl.model.source import Map
from svcctl.model.team import Team, parse_team
from svcctl.rules.approvals import Need
from svcctl.store.git import Blob, Git, Objects
from svcctl.store.reference import Reference, parsed_regulation
from svcctl.store.tree import Tree, decoded


class CommitFiles:
    """The files of commits; ``newest`` is one whose history has older versions of regulations."""

    def __init__(self, git: Git, objects: Objects, newest: str) -> None:
        self.git, self.objects = git, objects
        self._history = Reference(Tree(git, objects, newest))
        self._teams: dict[str, Team | None] = {}
        self._regulations: dict[str, Regulation | None] = {}

    def text(self, blob: Blob | None, path: str) -> str:
        """A file's text, empty where there is none."""
        found = self.objects.read(blob.oid) if blob else None
        return decoded(found[1], path) if found else ""

    def raw(self, blob: Blob) -> bytes:
        """A file's bytes."""
        found = self.objects.read(blob.oid)
        return found[1] if found else b""

    def at(self, commit: str, path: str) -> str | None:
        """A file's text in a commit; None where it is not there, or is no text."""
        found = self.objects.read(f"{commit}:{path}")
        try:
            return decoded(found[1], path) if found else None
        except BrokenFiles:
            return None

    def team(self, commit: str) -> Team | None:
        """The team that a commit has; None where it cannot be read."""
        found = self.objects.read(f"{commit}:team.yaml")
        if found is None:
            return None
        if found[0] not in self._teams:
            try:
                self._teams[found[0]] = Tree(self.git, self.objects, commit).parse("team.yaml", parse_team)
            except BrokenFiles:
                self._teams[found[0]] = None
        return self._teams[found[0]]

    def regulation(self, ref: str, commit: str) -> Regulation | None:
        """The version of a regulation that a request is bound to, as a commit or the history has it."""
        name, _, version = ref.partition("@")
        path = f"regulations/{name}.md"
        found = self.objects.read(f"{commit}:{path}") if ref and "/" not in name and "\n" not in name else None
        key = f"{ref} {found[0] if found else ''}"
        if ref and key not in self._regulations:
            self._regulations[key] = self._read_regulation(ref, version, found[1] if found else b"", path)
        return self._regulations.get(key)

    def _read_regulation(self, ref: str, version: str, content: bytes, path: str) -> Regulation | None:
        try:
            one = parsed_regulation(decoded(content, path), path) if content else None
            return one if one and str(one.version) == version else self._history.regulation(ref)
        except BrokenFiles:
            return None

    def errand(self, commit: str, name: str) -> Recurrence | None:
        """A recurring errand as a commit has it; None where there is none that can be read."""
        path = f"errands/{name}.yaml"
        text = self.at(commit, path) if "\n" not in name else None
        return _errand_of(text, path) if text is not None else None

    def needs(
        self,
        commit: str,
        header: Header,
        before: Sequence[Event],
        added: Sequence[Event],
        regulation: Regulation | None,
        team: Team,
    ) -> dict[str, list[Need]]:
        """The approvals that offers need which events approve or reject, by their revisions.

        Nobody is asked where it cannot be told who is.
        """
        found: dict[str, list[Need]] = {}
        for event in added:
            if event.do in ("offer_approved", "offer_rejected"):
                request, revision = fold(header, before), event.__dict__["revision"]
                found[revision] = self._needs(commit, request, revision, regulation, team, event.at.date())
        return found

    def _needs(
        self, commit: str, request: Request, revision: str, regulation: Regulation | None, team: Team, day: date
    ) -> list[Need]:
        from svcctl.model.offer import Offer
        from svcctl.rules.approvals import needs
        from svcctl.rules.offering import maker

        whose = maker(request, revision) or request.header.by
        path = offer_path(request.id, revision)
        try:
            offer = Tree(self.git, self.objects, commit).parse(path, Offer.parse) if "\n" not in path else None
            return needs(offer, request, regulation, team, whose, day) if offer else []
        except SvcctlError:
            return []


def mapping_of(text: str, path: str) -> Map:
    """The mapping of a YAML file.

    Raises:
        BrokenFiles: with every problem of the file.
    """
    from svcctl.store import yaml

    mapping, problems = yaml.read(text, path)
    if problems or mapping is None:
        raise BrokenFiles(problems)
    return mapping


def _errand_of(text: str, path: str) -> Recurrence | None:
    try:
        return parse_recurrence(path.rpartition("/")[2].removesuffix(".yaml"), mapping_of(text, path))
    except BrokenFiles:
        return None
