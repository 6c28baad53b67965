"""What every command shares: options that work before and after the verb, and a group that imports lazily."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable

import click

from svcctl.cli import question
from svcctl.cli.question import Function, Question, Word
from svcctl.cli.session import Session
from svcctl.cli.verbs import Row, imported

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from click.shell_completion import CompletionItem


def _settings(word: Word) -> dict[str, Any]:
    kinds: dict[str, Any] = {}
    if word.choices:
        kinds["type"] = click.Choice(word.choices)
    if word.between:
        kinds["type"] = click.IntRange(*word.between)
    return {**word.settings, **kinds}


def by_click(*words: Word) -> Callable[[Function], Function]:
    """Declared options and arguments as a decorator of a command that click reads the lines of."""

    def wrap(function: Function) -> Function:
        for word in reversed(words):
            function = (click.option if word.flags else click.argument)(*word.names, **_settings(word))(function)
        return function

    return wrap


def _made(words: Iterable[Word]) -> list[click.Parameter]:
    return [(click.Option if word.flags else click.Argument)(list(word.names), **_settings(word)) for word in words]


GLOBAL_OPTIONS = _made(question.SHARED)


def _show_help(ctx: click.Context, _: click.Parameter, is_asked: bool) -> None:
    if is_asked and not ctx.resilient_parsing:
        click.echo(ctx.get_help(), color=ctx.color)
        ctx.exit()


# click's own looks for translations of its words at every start, which takes a millisecond; they are made with ours.
_HELP = click.Option(
    ["svcctl_help", "-h", "--help"],
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_help,
    help="Show this message and exit.",
)
_NAMES = tuple(str(option.name) for option in GLOBAL_OPTIONS)


def take_global(ctx: click.Context) -> None:
    """Moves the shared options out of the command's parameters into the session."""
    session = ctx.ensure_object(Session)
    for name in _NAMES:
        value = ctx.params.pop(name, None)
        if value is not None:
            session.options[name] = value
    if ctx.params.get("as_json"):
        session.json_errors = True


def _translate(ctx: click.Context) -> Callable[[str], str]:
    """Looks words of a help text up in the reader's language, which ``--lang`` before ``--help`` may have named."""
    session = ctx.ensure_object(Session)
    if ctx.params.get("lang"):
        session.options["lang"] = ctx.params["lang"]
    return session.catalog.gettext


def _write_options(ctx: click.Context, formatter: click.HelpFormatter, params: Iterable[click.Parameter]) -> None:
    # Arguments stand in the usage line; newer versions of click would list them here again, without a word.
    translate = _translate(ctx)
    records = [param.get_help_record(ctx) for param in params if isinstance(param, click.Option)]
    rows = [(names, translate(text)) for names, text in filter(None, records)]
    if rows:
        with formatter.section(translate("Options")):
            formatter.write_dl(rows)


def _write_help_text(command: click.Command, ctx: click.Context, formatter: click.HelpFormatter) -> None:
    if command.help:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(_translate(ctx)(inspect.cleandoc(command.help)))


class DeskCommand(click.Command):
    """A command that takes the shared options too."""

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _write_help_text(self, ctx, formatter)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        return _HELP

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        return [*super().get_params(ctx), *GLOBAL_OPTIONS]

    def invoke(self, ctx: click.Context) -> Any:
        take_global(ctx)
        for value in ctx.params.values():
            _check_text(value)
        return super().invoke(ctx)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _write_options(ctx, formatter, super().get_params(ctx))
        formatter.write_paragraph()
        formatter.write_text(_translate(ctx)("Options of every command: svcctl --help"))


def _check_text(value: object) -> None:
    """Refuses bytes that are no UTF-8, which Python hands over as half surrogate pairs: no file could hold them."""
    if isinstance(value, tuple):
        for item in value:
            _check_text(item)
    elif isinstance(value, str) and not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise click.UsageError(f"“{value}” is not UTF-8 text") from None


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called; its help comes from a table."""

    def __init__(self, *args: Any, sections: Iterable[tuple[str, dict[str, Row]]] = (), **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.sections = tuple(sections)
        self.table = {name: row for _, rows in self.sections for name, row in rows.items()}

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        return _HELP

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        return [*super().get_params(ctx), *GLOBAL_OPTIONS]

    def invoke(self, ctx: click.Context) -> Any:
        take_global(ctx)
        return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        row = self.table.get(cmd_name)
        if row is None:
            return None
        found = imported(cmd_name, row)
        return _asked_by_click(found) if isinstance(found, Question) else found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.table and not args[0].startswith("-"):
            raise _unknown(ctx, args[0], self.table)
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        # click would import every command that fits, to ask for its help.
        from click.shell_completion import CompletionItem

        rows = self.table.items()
        names = [CompletionItem(name, help=text) for name, (_, text) in rows if name.startswith(incomplete)]
        return [*names, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _write_help_text(self, ctx, formatter)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _write_options(ctx, formatter, self.get_params(ctx))
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        translate = _translate(ctx)
        for title, rows in self.sections:
            with formatter.section(translate(title)):
                formatter.write_dl([(name, translate(text)) for name, (_, text) in rows.items()])


def _unknown(ctx: click.Context, word: str, known: Iterable[str]) -> click.UsageError:
    from svcctl.model.schema import did_you_mean

    return click.UsageError(f"There is no command “{word}”: {did_you_mean(word, known)}", ctx)


def _asked_by_click(found: Question) -> click.Command:
    function = found.function
    return DeskCommand(found.name, params=_made(found.words), callback=click.pass_obj(function), help=function.__doc__)


def command(name: str, **settings: Any) -> Callable[[Function], click.Command]:
    """Makes a command of a function that takes the session first."""

    def wrap(function: Function) -> click.Command:
        made = click.command(name, cls=DeskCommand, **settings)(click.pass_obj(function))
        assert isinstance(made, click.Command)
        return made

    return wrap


def group(name: str, sections: Iterable[tuple[str, dict[str, Row]]], help: str) -> click.Group:
    """A group of lazily imported commands."""
    return LazyGroup(name, sections=sections, help=help, no_args_is_help=True)


ids = by_click(question.ids)
one_id = by_click(question.one_id)
json_flag = by_click(question.json_flag)
field_option = by_click(question.field_option)
listing = by_click(*question.LISTING)
dry_run = click.option("--dry-run", is_flag=True, help="Check everything, write nothing.")
stage_option = click.option("--stage", default="", metavar="NAME", help="Which of several open stages.")
at_option = click.option("--at", "at_text", default="", metavar="WHEN", help="When it happened, if earlier than now.")


def changing(function: Function) -> Function:
    """Adds the options of everything that changes requests: --json, --dry-run, --at."""
    return json_flag(dry_run(at_option(function)))
