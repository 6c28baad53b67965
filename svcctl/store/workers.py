"""Work on many things with all processors: forked processes that send their results through pipes.

A worker whose parent is gone finds its pipe closed and ends; nothing is left running.
"""

from __future__ import annotations

import marshal
import os
from collections.abc import Callable, Iterator, Sequence
from typing import IO, Any, TypeVar

T = TypeVar("T")
Job = Callable[[Sequence[T]], list[Any]]
CHUNK = 500


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def worked(things: Sequence[T], start: Callable[[], Job[T]], many: int | None = None) -> Iterator[list[Any]]:
    """What a job makes of things, a chunk of them after the other, in their order.

    Args:
        start: makes the job; it is called in each worker, which so opens its own files and processes.
        many: how many workers; as many as processors. With one, the work is done here.

    Raises:
        ChildProcessError: a worker ended before its work was done.
    """
    chunks = [things[begin : begin + CHUNK] for begin in range(0, len(things), CHUNK)]
    count = min(many or processors(), len(chunks))
    if count < 2:
        job = start() if chunks else None
        yield from (job(chunk) for chunk in chunks if job is not None)
        return
    pipes: list[IO[bytes]] = []
    children = []
    try:
        for number in range(count):
            child, pipe = _fork(chunks[number::count], start, pipes)
            children.append(child)
            pipes.append(pipe)
        for number in range(len(chunks)):
            yield _received(pipes[number % count])
    finally:
        for pipe in pipes:
            pipe.close()
        for child in children:
            os.waitpid(child, 0)


def _received(pipe: IO[bytes]) -> list[Any]:
    try:
        answer: list[Any] = marshal.load(pipe)
    except (EOFError, ValueError, TypeError):
        raise ChildProcessError("a worker has ended early") from None
    return answer


def _fork(chunks: Sequence[Sequence[T]], start: Callable[[], Job[T]], others: Sequence[IO[bytes]]) -> tuple[int, Any]:
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, os.fdopen(reading, "rb")
    status = 1
    try:
        os.close(reading)
        for pipe in others:
            os.close(pipe.fileno())
        job = start()
        with os.fdopen(writing, "wb") as out:
            for chunk in chunks:
                out.write(marshal.dumps(job(chunk)))
                out.flush()
        status = 0
    except BaseException:
        # The parent finds the pipe closed and says so; what this process has of the parent's must not be touched.
        status = 1
    finally:
        os._exit(status)
