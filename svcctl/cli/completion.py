"""completion: the script that lets a shell complete svcctl's words."""

from __future__ import annotations

import click

from svcctl.cli.command import command
from svcctl.cli.session import Session

SHELLS = ("bash", "zsh", "fish")
PROGRAM = "svcctl"
VARIABLE = "_SVCCTL_COMPLETE"


@command("completion")
@click.argument("shell", type=click.Choice(SHELLS))
def completion(session: Session, shell: str) -> None:
    """Print the script that completes commands and options in a shell.

    For bash put this into ~/.bashrc (for zsh into ~/.zshrc, with zsh):

      eval "$(svcctl completion bash)"

    For fish: svcctl completion fish > ~/.config/fish/completions/svcctl.fish

    Example: svcctl completion bash
    """
    from click.shell_completion import get_completion_class

    from svcctl.cli.program import program

    kind = get_completion_class(shell)
    assert kind is not None, "click knows these shells"
    script = kind(program, {}, PROGRAM, VARIABLE)
    session.answer((script.source_template % script.source_vars()).strip())
