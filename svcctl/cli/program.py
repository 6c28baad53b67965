"""The program as click sees it."""

from __future__ import annotations

import click

from svcctl import __version__
from svcctl.cli.command import LazyGroup
from svcctl.cli.session import Session
from svcctl.cli.verbs import SECTIONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Program(LazyGroup):
    """The top group."""


def print_version(ctx: click.Context, _: click.Parameter, is_asked: bool) -> None:
    """``--version``; click's own looks for translations of its words, which are not ours, at every start."""
    if is_asked and not ctx.resilient_parsing:
        click.echo(f"svcctl, version {__version__}")
        ctx.exit()


@click.group(
    cls=Program,
    sections=SECTIONS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    no_args_is_help=True,
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=print_version,
    help="Show the version and exit.",
)
@click.pass_context
def program(ctx: click.Context) -> None:
    """A plain-text service desk in a git repository.

    Requests, hand-offs and deadlines as YAML files; every deed is a commit. An ID is any unambiguous part of 3 or
    more characters of a request's id.
    """


def run_by_click(session: Session, arguments: list[str] | None) -> int:
    """Runs a command line, and says what was not understood of it; returns the exit code."""
    try:
        value: Any = program.main(args=arguments, standalone_mode=False, obj=session)
        return value if isinstance(value, int) else 0
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.ClickException as error:
        from svcctl.cli.errors import print_usage

        print_usage(session, error)
        return 2
    except click.Abort:
        raise KeyboardInterrupt from None
    except SystemExit:
        # Outside of its standalone mode click leaves by itself only where the reader of a pipe has gone.
        raise BrokenPipeError from None
