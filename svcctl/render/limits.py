"""Runs a desk's own templates in a child process, where time and memory are capped and no file can be written.

A desk's templates may come from whoever can commit to it; a sandbox keeps one from Python's insides, but not from an
endless loop or from filling the memory.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping

from svcctl.model.messages import Message
from svcctl.model.problems import BrokenFiles, Place, Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SECONDS = 10
MEMORY = 512 * 1024 * 1024

# One thread, and no address space set aside for more; no way to any network for what would like to load something.
_ENVIRONMENT = {
    "RAYON_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "1",
    **dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), "http://127.0.0.1:9"),
}
_CHILD = (
    "import json, sys; job = json.load(sys.stdin); sys.path[:] = job['path']; "
    "from svcctl.render.limits import child; child(job)"
)


def broken(place: Place, code: str, message: Message) -> BrokenFiles:
    """The problem of a template, with what to do about it."""
    remedy = Message("mend the template, or remove it to use the one that comes with svcctl")
    return BrokenFiles([Problem(place, code, message, remedy)], hint=remedy)


def stopped(name: str, why: Message) -> BrokenFiles:
    """The problem of a template that went over a limit."""
    message = Message("the template “{name}” was stopped: {why}", name=name, why=why)
    return broken(Place(name), "template-limit", message)


def in_child(name: str, target: str, arguments: Mapping[str, Any], seconds: int = SECONDS) -> str:
    """What a function answers when it runs under limits.

    Args:
        name: the template's, for the problem.
        target: the function, ``module:name``; it takes ``arguments`` by their names and returns text.
        arguments: texts, numbers, truth values, None, lists and mappings of those.
        seconds: of processor time; its memory is ``MEMORY`` bytes.

    Raises:
        BrokenFiles: as the function raised it, or because a limit was exceeded.
    """
    import signal
    import subprocess

    job = {"target": target, "arguments": dict(arguments), "path": sys.path, "seconds": seconds}
    too_long = Message.plural("it ran for more than {n} second", "it ran for more than {n} seconds", seconds)
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-X", "utf8", "-c", _CHILD],
            input=json.dumps(job).encode(),
            capture_output=True,
            timeout=seconds * 2 + 5,
            env=_ENVIRONMENT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise stopped(name, too_long) from error
    if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        raise stopped(name, too_long)
    if done.returncode > 0 and b"MemoryError" not in done.stderr:
        raise RuntimeError(done.stderr.decode("utf-8", "replace"))
    if done.returncode:
        raise stopped(name, Message("it needs too much memory"))
    return _answer(json.loads(done.stdout))


def _answer(answer: Mapping[str, Any]) -> str:
    if "text" in answer:
        return str(answer["text"])
    raise broken(Place(*answer["place"]), answer["code"], Message("{what}", what=answer["message"]))


def child(job: Mapping[str, Any]) -> None:
    """Runs the function of a job under limits and writes its answer to stdout; what the child process does."""
    import resource
    from importlib import import_module

    module, _, name = job["target"].partition(":")
    function = getattr(import_module(module), name)
    resource.setrlimit(resource.RLIMIT_CPU, (job["seconds"], job["seconds"]))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    answer: dict[str, object]
    try:
        answer = {"text": function(**job["arguments"])}
    except BrokenFiles as error:
        problem = error.problems[0]
        answer = {"place": list(problem.place), "code": problem.code, "message": str(problem.message)}
    sys.stdout.write(json.dumps(answer))
