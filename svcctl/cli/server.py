"""A shared repository: set it up, and the hook that git runs in it."""

from __future__ import annotations

import os
import sys

import click

from svcctl.cli.command import command, group
from svcctl.cli.session import Session
from svcctl.model.messages import Message

REFUSED_EXIT = 1
_MOST_SAID = 20

server = group(
    "server",
    (("Server", {"init": ("server:init", "Make a shared repository that verifies every push.")}),),
    help="A repository that a team shares.",
)
hook = group(
    "hook",
    (("Hooks", {"pre-receive": ("server:pre_receive", "What git runs before it takes a push.")}),),
    help="What git runs in a shared repository.",
)


@command("init")
@click.argument("folder", metavar="DIR")
@click.option("--group", "shared", is_flag=True, help="Let everybody of the folder's group push.")
def init(session: Session, folder: str, shared: bool) -> None:
    """Make a bare repository that takes only pushes which keep a desk's rules.

    Nothing is deleted or moved back in it, and svcctl verifies every commit before it is taken. To be run again after
    svcctl was moved, or for a repository that is there already.

    Example: svcctl server init /srv/git/desk.git
    """
    from svcctl.store.server import set_up

    place = os.path.abspath(folder)
    made = set_up(place, os.path.abspath(sys.executable), shared)
    done = Message("made the shared repository {folder}", folder=place)
    session.answer(session.text(done if made else Message("set up the shared repository {folder}", folder=place)))
    session.answer(
        session.text(Message("next, in the desk: git remote add origin {folder} && svcctl sync", folder=place))
    )
    session.answer(session.text(Message("then, each colleague: git clone {folder} desk", folder=place)))


@command("pre-receive")
def pre_receive(session: Session) -> int:
    """Say whether git shall take a push: git calls this, with what is pushed on standard input.

    Example: svcctl hook pre-receive
    """
    from svcctl.store.git import Git, Objects
    from svcctl.store.server import parse_updates, refused

    git = Git(str(session.options.get("directory") or os.environ.get("GIT_DIR") or "."))
    quarantine = os.environ.get("GIT_QUARANTINE_PATH")
    if quarantine:
        git.look_into_quarantine(quarantine)
    updates = parse_updates(sys.stdin.read())
    objects = Objects(git)
    try:
        found = refused(git, objects, updates)
    finally:
        objects.close()
    if not found:
        return 0
    problems = Message.plural("{n} problem", "{n} problems", len(found))
    session.say(Message("svcctl: the push is not taken, nothing of it was kept: {problems}", problems=problems))
    for finding in found[:_MOST_SAID]:
        session.say(finding.line())
    if len(found) > _MOST_SAID:
        session.say(Message("… and {n} more: svcctl verify", n=len(found) - _MOST_SAID))
    return REFUSED_EXIT
