"""How far long work has come: on stderr, and only where a person looks at it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from svcctl.cli.session import Session
from svcctl.model.messages import Message


@contextmanager
def progress(session: Session, label: Message, length: int) -> Iterator[Callable[[int], None]]:
    """A bar on stderr while a ``with`` block runs; what it yields is called with how many more are done.

    Nothing is drawn where stderr is no terminal.
    """
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with click.progressbar(length=length, label=session.text(label), file=sys.stderr) as bar:
        yield bar.update
