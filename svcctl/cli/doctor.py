"""doctor: what is wrong with this machine and this desk."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import click

from svcctl.cli.command import command, json_flag
from svcctl.cli.session import Session
from svcctl.model.messages import Message
from svcctl.model.problems import BrokenFiles, Refused
from svcctl.store.doctor import Check, desk, machine, tried

LOOK_EXIT = 5


@command("doctor")
@click.option("--exit-code", is_flag=True, help="Exit with 5 when something is to be looked at.")
@json_flag
def doctor(session: Session, exit_code: bool, as_json: bool) -> int:
    """Look for what is wrong with this machine and desk; changes nothing, works outside a desk too.

    Each line says ok or look, what was found, and what to do.

    Example: svcctl doctor
    """
    checks = [*machine(_locale()), *_desk(session)]
    look = [check for check in checks if not check.ok]
    if as_json:
        session.answer_json({"checks": [check.as_json() for check in checks], "look": len(look)})
    else:
        for check in checks:
            _print(session, check)
    return LOOK_EXIT if exit_code and look else 0


def _locale() -> str:
    return next((value for name in ("LC_ALL", "LC_CTYPE", "LANG") if (value := os.environ.get(name))), "")


def _desk(session: Session) -> list[Check]:
    found = tried("desk", lambda: Check("desk", True, Message("{root}", root=session.desk.root)))
    if not found.ok:
        return [found, _stranger(session)]
    return [
        found,
        tried("identity", lambda: _identity(session), Message("svcctl team add HANDLE --name NAME --email ADDRESS")),
        *desk(session.desk.reference, session.desk.folder, _moment(session)),
    ]


def _moment(session: Session) -> datetime:
    """The moment of the command, also where desk.yaml cannot say its time zone."""
    try:
        return session.now
    except BrokenFiles:
        return session.moment(UTC)


def _identity(session: Session) -> Check:
    person = session.person
    how = "--as" if session.options.get("person") else "SVCCTL_PERSON" if os.environ.get("SVCCTL_PERSON") else ""
    found = Message("{handle} (by {how})", handle=person.handle, how=how or "git user.email")
    return Check("identity", True, found)


def _stranger(session: Session) -> Check:
    """Who acts, as far as it can be told without a team."""
    from svcctl.store.git import Git

    def look() -> Check:
        email = Git(session.directory).config("user.email")
        if not email:
            hint = Message("git config --global user.email ADDRESS")
            raise Refused(Message("git has no user.email: nobody could tell who acts"), hint)
        return Check("identity", True, Message("{email} (git user.email)", email=email))

    return tried("identity", look)


def _print(session: Session, check: Check) -> None:
    from svcctl.render.visible import visible

    mark = session.text(Message("ok")) if check.ok else session.text(Message("look"))
    session.answer(visible(f"{mark:<6}{check.name:<11} {session.text(check.found)}"))
    if check.todo is not None:
        session.answer(visible(f"{'':<18}{session.text(check.todo)}"))
