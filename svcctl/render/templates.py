"""Fills Jinja templates: escaped, sandboxed, and, where a desk brings its own, in a child process with limits.

The sandbox keeps a template from Python's insides, but not from an endless loop or from filling the memory; a desk's
templates may come from whoever can commit to it, so those run where time and memory are capped.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from svcctl.model.messages import Message
from svcctl.model.problems import BrokenFiles, Place, Problem

if TYPE_CHECKING:
    from jinja2.environment import Environment

SECONDS = 10
MEMORY = 512 * 1024 * 1024
_PLAIN = (".txt.j2", ".md.j2")


def render(
    name: str,
    context: Mapping[str, Any],
    directories: Sequence[str],
    cache: str | None = None,
    seconds: int = SECONDS,
) -> str:
    """Fills a template.

    Args:
        name: its path below a directory, e.g. ``offer/ru.html.j2``. Values are escaped for HTML unless the name ends
            in ``.txt.j2`` or ``.md.j2``.
        context: what the template may use: texts, numbers, truth values, None, lists and mappings of those.
        directories: where templates are looked for, in this order; the last one is svcctl's own and trusted, a
            directory before it that exists makes the whole run in a child process with limits.
        cache: a private directory for compiled templates, which must exist; None compiles anew.
        seconds: of processor time that the child process gets; its memory is ``MEMORY`` bytes.

    Raises:
        BrokenFiles: no such template, a mistake in it with its file and line, or a limit exceeded.
    """
    if any(os.path.isdir(directory) for directory in directories[:-1]):
        return _in_child(name, context, directories, seconds)
    return _fill(name, context, directories, cache)


def _environment(directories: Sequence[str], cache: str | None) -> Environment:
    from jinja2 import FileSystemBytecodeCache, FileSystemLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(list(directories)),
        autoescape=lambda name: not (name or "").endswith(_PLAIN),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=FileSystemBytecodeCache(cache) if cache else None,
    )


def _fill(name: str, context: Mapping[str, Any], directories: Sequence[str], cache: str | None = None) -> str:
    import jinja2

    try:
        return _environment(directories, cache).get_template(name).render(context)
    except jinja2.TemplateNotFound as error:
        message = Message("there is no template “{name}”", name=error.name or name)
        raise _broken(Place(name), "no-template", message) from error
    except jinja2.TemplateSyntaxError as error:
        place = Place(error.filename or error.name or name, error.lineno, 1)
        raise _broken(place, "template", Message("{what}", what=error.message)) from error
    except MemoryError as error:
        raise _limit(name, Message("it needs too much memory")) from error
    except Exception as error:  # A template can raise anything that an expression can.
        message = Message("{what}", what=f"{error}" or type(error).__name__)
        raise _broken(_line_of(error, directories, name), "template", message) from error


def _line_of(error: Exception, directories: Sequence[str], name: str) -> Place:
    """The innermost line of a template on the way to the error; Jinja gives its frames the template's names."""
    place = Place(name)
    trace = error.__traceback__
    while trace is not None:
        path = trace.tb_frame.f_code.co_filename
        if any(path.startswith(os.path.join(directory, "")) for directory in directories):
            place = Place(path, trace.tb_lineno, 1)
        trace = trace.tb_next
    return place


def _broken(place: Place, code: str, message: Message) -> BrokenFiles:
    remedy = Message("mend the template, or remove it to use the one that comes with svcctl")
    return BrokenFiles([Problem(place, code, message, remedy)], hint=remedy)


def _limit(name: str, why: Message) -> BrokenFiles:
    message = Message("the template “{name}” was stopped: {why}", name=name, why=why)
    return _broken(Place(name), "template-limit", message)


_CHILD = (
    "import json, sys; job = json.load(sys.stdin); sys.path[:] = job['path']; "
    "from svcctl.render.templates import child; child(job)"
)


def _in_child(name: str, context: Mapping[str, Any], directories: Sequence[str], seconds: int) -> str:
    import subprocess

    job = {"name": name, "context": context, "directories": list(directories), "path": sys.path, "seconds": seconds}
    too_long = Message.plural("it ran for more than {n} second", "it ran for more than {n} seconds", seconds)
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-X", "utf8", "-c", _CHILD],
            input=json.dumps(job).encode(),
            capture_output=True,
            timeout=seconds * 2 + 5,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _limit(name, too_long) from error
    if done.returncode < 0:
        raise _limit(name, too_long)
    if done.returncode:
        raise _limit(name, Message("it needs too much memory"))
    return _answer(json.loads(done.stdout))


def _answer(answer: Mapping[str, Any]) -> str:
    if "text" in answer:
        return str(answer["text"])
    raise _broken(Place(*answer["place"]), answer["code"], Message("{what}", what=answer["message"]))


def child(job: Mapping[str, Any]) -> None:
    """Fills the template of a job under limits and writes the answer to stdout; what the child process runs."""
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (job["seconds"], job["seconds"]))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    answer: dict[str, object]
    try:
        answer = {"text": _fill(job["name"], job["context"], job["directories"])}
    except BrokenFiles as error:
        problem = error.problems[0]
        answer = {"place": list(problem.place), "code": problem.code, "message": str(problem.message)}
    sys.stdout.write(json.dumps(answer))
