"""How far long work has come: on stderr, and only where a person looks at it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from svcctl.cli.session import Session
from svcctl.model.messages import Message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    _T = TypeVar("_T")

MANY = 2000
"""Fewer requests are read before a bar could be seen."""


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
        bar.update(length - bar.pos)


def watched(session: Session, label: Message, items: Iterator[_T], length: Callable[[], int]) -> Iterator[_T]:
    """The same items, with a bar where a person looks and there are many.

    Args:
        length: how many there are; asked only where a bar may be drawn.
    """
    count = length() if sys.stderr.isatty() else 0
    if count < MANY:
        yield from items
        return
    with progress(session, label, count) as done:
        for item in items:
            yield item
            done(1)
