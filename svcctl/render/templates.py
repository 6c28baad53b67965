"""Fills Jinja templates: escaped, sandboxed, and, where a desk brings its own, in a child process with limits.

The sandbox keeps a template from Python's insides, but not from an endless loop or from filling the memory; a desk's
templates may come from whoever can commit to it, so those run where time and memory are capped.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from svcctl.model.messages import Message
from svcctl.model.problems import Place
from svcctl.render.limits import broken, in_child, stopped
from svcctl.render.stencil import quickly_filled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from jinja2.environment import Environment

OWN_SECONDS = 1
"""Processor time of a desk's own template; 500 lines of an offer take a fifth of it."""

PLAIN = (".txt.j2", ".md.j2")


def render(
    name: str,
    context: Mapping[str, Any],
    directories: Sequence[str],
    cache: str | None = None,
    seconds: int = OWN_SECONDS,
) -> str:
    """Fills a template.

    Args:
        name: its path below a directory, e.g. ``offer/ru.html.j2``. Values are escaped for HTML unless the name ends
            in ``.txt.j2`` or ``.md.j2``.
        context: what the template may use: texts, numbers, truth values, None, lists and mappings of those.
        directories: where templates are looked for, in this order; the last one is svcctl's own and trusted, a
            template in one before it makes the whole run in a child process with limits.
        cache: a folder for compiled templates that nobody else can write into; None compiles anew.
        seconds: of processor time that the child process gets.

    Raises:
        BrokenFiles: no such template, a mistake in it with its file and line, or a limit exceeded.
    """
    own = [directory for directory in directories[:-1] if _has_templates(directory)]
    if own:
        job = {"name": name, "context": context, "directories": [*own, directories[-1]]}
        return in_child(name, "svcctl.render.templates:fill", job, seconds)
    quick = quickly_filled(name, context, directories[-1], cache) if cache else None
    if quick is not None:
        return quick
    return fill(name, context, directories[-1:], cache)


def _has_templates(directory: str) -> bool:
    return any(name.endswith(".j2") for _, _, names in os.walk(directory) for name in names)


def environment(directories: Sequence[str], cache: str | None) -> Environment:
    """Jinja as every template is read by it."""
    from jinja2 import FileSystemBytecodeCache, FileSystemLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(list(directories)),
        autoescape=lambda name: not (name or "").endswith(PLAIN),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=FileSystemBytecodeCache(cache) if cache else None,
    )


def fill(name: str, context: Mapping[str, Any], directories: Sequence[str], cache: str | None = None) -> str:
    """Fills a template in this very process; arguments and errors as of ``render``."""
    import jinja2

    try:
        return environment(directories, cache).get_template(name).render(context)
    except jinja2.TemplateNotFound as error:
        message = Message("there is no template “{name}”", name=error.name or name)
        raise broken(Place(name), "no-template", message) from error
    except jinja2.TemplateSyntaxError as error:
        place = Place(error.filename or error.name or name, error.lineno, 1)
        raise broken(place, "template", Message("{what}", what=error.message)) from error
    except MemoryError as error:
        raise stopped(name, Message("it needs too much memory")) from error
    except Exception as error:  # A template can raise anything that an expression can.
        message = Message("{what}", what=f"{error}" or type(error).__name__)
        raise broken(_line_of(error, directories, name), "template", message) from error


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
