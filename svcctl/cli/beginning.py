"""The first commands: make a desk, and see who acts."""

from __future__ import annotations

import os

import click

from svcctl.cli.command import command, json_flag
from svcctl.cli.session import Session
from svcctl.model.handles import check_handle, handle
from svcctl.model.messages import Message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from svcctl.store.founding import Founder


@command("init")
@click.argument("folder", default="", metavar="[DIR]")
@click.option("--country", "code", default="", metavar="CODE", help="RU, PL, US …: calendar, currency, language.")
@click.option("--name", default="", metavar="NAME", help="The desk's name; the folder's, if not said.")
def init(session: Session, folder: str, code: str, name: str) -> None:
    """Make a desk: a git repository with sensible files, each with comments.

    Example: svcctl init acme-desk --country PL
    """
    from svcctl.store.founding import country, desk_files, found, founder_author
    from svcctl.store.zones import zone

    root = os.path.abspath(folder or session.directory)
    place = country(code or _country_of_locale(), _local_zone())
    founder = _founder(session, root)
    now = session.moment(zone(place.timezone, "desk.yaml"))
    title = name or os.path.basename(root)
    found(root, desk_files(title, place, founder), founder_author(founder, now), f"Desk {title}\n")
    shown = os.path.relpath(root)
    session.answer(
        session.text(Message("made the desk {folder}; you are {handle}", folder=shown, handle=founder.handle))
    )
    session.answer(session.text(_next_step(shown, founder)))


def _next_step(folder: str, founder: Founder) -> Message:
    begin = "" if folder == "." else f"cd {folder} && "
    if not founder.email:
        # git cannot say who acts, so the person has to.
        begin += f"export SVCCTL_PERSON={founder.handle} && "
    return Message('next: {begin}svcctl new "what the client wants" --channel phone', begin=begin)


def _founder(session: Session, root: str) -> Founder:
    from svcctl.store.founding import Founder
    from svcctl.store.git import Git

    git = Git(root if os.path.isdir(root) else ".")
    email, name = git.config("user.email"), git.config("user.name")
    asked = session.options.get("person") or os.environ.get("SVCCTL_PERSON")
    login = os.environ.get("USER") or os.environ.get("LOGNAME") or "me"
    chosen = check_handle(asked) if asked else handle(email.partition("@")[0]) or handle(login) or "me"
    return Founder(chosen, name or chosen, email)


def _country_of_locale() -> str:
    """The territory of LANG where it is one of the known ones (``ru_RU.UTF-8`` gives RU), else none."""
    from svcctl.store.reference import shipped_yaml

    language = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    territory = language.partition(".")[0].partition("_")[2]
    return territory if territory in (shipped_yaml("countries.yaml") or {}) else ""


def _local_zone() -> str:
    """The machine's time zone by name; UTC where it has none."""
    name = os.environ.get("TZ", "")
    if not name:
        target = os.path.realpath("/etc/localtime")
        name = target.partition("/zoneinfo/")[2]
    return name if name and name[0].isalpha() else "UTC"


@command("whoami")
@json_flag
def whoami(session: Session, as_json: bool) -> None:
    """Who acts, and why.

    Example: svcctl whoami
    """
    person = session.person
    if as_json:
        value = {"handle": person.handle, "name": person.name, "email": person.email or None}
        session.answer_json(
            {**value, "department": person.department or None, "role": person.role, "by": _reason(session)}
        )
        return
    where = f" <{person.email}>" if person.email else ""
    department = person.department or "-"
    session.answer(f"{person.handle}: {person.name}{where}, {department}, {person.role} ({_reason(session)})")


def _reason(session: Session) -> str:
    if session.options.get("person"):
        return "--as"
    return "SVCCTL_PERSON" if os.environ.get("SVCCTL_PERSON") else "git user.email"
