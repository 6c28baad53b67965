"""The help that every command prints of itself."""

from __future__ import annotations

import pytest

from svcctl.cli.program import program
from svcctl.cli.session import Session


def test_help_lists_options_and_no_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        program(["take", "--help"], obj=Session())
    shown = capsys.readouterr().out
    options = shown.partition("Options:\n")[2]
    assert options.startswith("  --stage NAME"), shown
