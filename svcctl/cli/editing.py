"""Changing an offer's file: in an editor, or by a text that comes from elsewhere."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile

import click

from svcctl.cli.command import command, dry_run, json_flag, one_id
from svcctl.cli.offering import checked, save, typed_text
from svcctl.cli.offers import look, offer_files
from svcctl.cli.session import Session, problem_line
from svcctl.model.ids import short
from svcctl.model.messages import Message
from svcctl.model.problems import Refused, SvcctlError, Usage
from svcctl.model.request import Request
from svcctl.rules.drafting import BadOffer
from svcctl.rules.offering import refuse_change
from svcctl.store.journal import check_clean
from svcctl.store.offerfiles import OfferFile, OfferFiles


@command("edit")
@one_id
@click.option("--from", "source", default="", metavar="FILE", help="Take the new text from a file; - reads it.")
@dry_run
@json_flag
def edit(session: Session, part: str, source: str, dry_run: bool, as_json: bool) -> int:
    """Change the offer in $VISUAL or $EDITOR; it is checked before it is recorded, comments stay.

    Without a terminal the new text comes from standard input.

    Example: svcctl offer edit k7q
    """
    request = session.desk.read(session.desk.find(part))
    files = offer_files(session)
    before = files.read(request.id)
    _refuse_now(session, files, request, before)
    text = _given(source)
    if text is None:
        return _by_editor(session, files, request, before, as_json, dry_run)
    text = _tidy(text)
    _refuse_unchanged(before, text)
    return save(session, files, request, before, before.offer.revision, text, as_json, dry_run)


def _refuse_now(session: Session, files: OfferFiles, request: Request, before: OfferFile) -> None:
    """What would be refused after the editing is refused before it."""
    desk = session.desk
    refuse_change(request, look(session, files, request, before).standing, files.revisions(request.id)[-1])
    check_clean(desk.git, desk.objects, desk.tree.commit, [before.path])


def _given(source: str) -> str | None:
    """The new text where it comes from a file or from standard input; None where an editor is to be asked."""
    if source:
        return typed_text(source, Message("save it as UTF-8"))
    if sys.stdin.isatty():
        return None
    text = sys.stdin.read()
    if text.strip():
        return text
    if _editor():
        return None
    raise Usage(
        Message("there is no terminal, no editor, and no text on standard input"),
        Message("svcctl offer edit ID --from FILE, or export EDITOR=…"),
        code="no-text",
    )


def _tidy(text: str) -> str:
    """The text as the desk keeps it: line feeds only, one at the end."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").rstrip("\n") + "\n"


def _refuse_unchanged(before: OfferFile, text: str) -> None:
    if text == _tidy(before.text):
        raise Refused(
            Message("nothing was changed in {revision}", revision=before.offer.revision),
            Message("svcctl offer show {id} prints it", id=short(before.offer.offer)),
            code="no-change",
        )


def _editor() -> list[str]:
    return shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "")


def _by_editor(
    session: Session, files: OfferFiles, request: Request, before: OfferFile, as_json: bool, dry_run: bool
) -> int:
    folder = tempfile.mkdtemp(prefix="svcctl-")
    path = os.path.join(folder, f"{short(request.id)}-{before.offer.revision}.yaml")
    _write(path, before.text)
    try:
        text = _edited(session, files, before, path)
        code = save(session, files, request, before, before.offer.revision, text, as_json, dry_run)
    except (SvcctlError, click.Abort) as error:
        if not _keep(path, before.text):
            os.rmdir(folder)
        elif isinstance(error, SvcctlError):
            again = Message("svcctl offer edit {id} --from {path}", id=short(request.id), path=path)
            session.say(Message("your text is kept: {again}", again=again))
        raise
    os.unlink(path)
    os.rmdir(folder)
    return code


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(text)


def _keep(path: str, before: str) -> bool:
    """Whether the copy holds work; deletes one that does not."""
    try:
        with open(path, encoding="utf-8", errors="replace", newline="") as file:
            changed = _tidy(file.read()) != _tidy(before)
    except FileNotFoundError:
        return False
    if not changed:
        os.unlink(path)
    return changed


def _edited(session: Session, files: OfferFiles, before: OfferFile, path: str) -> str:
    """What the editor left, once it has no problems; offers to go back as long as it has."""
    while True:
        _run_editor(path)
        text = _tidy(typed_text(path, Message("save it as UTF-8")))
        _refuse_unchanged(before, text)
        try:
            checked(files, text, before.offer.offer, before.offer.revision)
        except BadOffer as error:
            if not sys.stdin.isatty():
                raise
            for problem in error.problems:
                session.say(problem_line(problem))
            if not click.confirm(session.text(Message("Back to the editor?")), default=True, err=True):
                raise click.Abort from None
            continue
        return text


def _run_editor(path: str) -> None:
    """Runs the editor on a file and waits for it.

    Raises:
        Refused: it cannot be started, or failed.
    """
    command = _editor() or ["vi"]
    try:
        code = subprocess.run([*command, path], check=False).returncode
    except OSError as error:
        raise Refused(
            Message("the editor {name} cannot be started: {why}", name=command[0], why=error.strerror or error),
            Message("export EDITOR=… with the name of one you have; or svcctl offer edit ID --from FILE"),
            code="editor",
        ) from None
    if code:
        raise Refused(
            Message("the editor {name} failed (exit {code}); nothing was recorded", name=command[0], code=code),
            Message("type the command again, or choose another one: export EDITOR=…"),
            code="editor",
        )
