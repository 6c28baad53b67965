"""A desk with a frozen clock for every test that wants one: real git in a temporary folder, no mocks."""

from __future__ import annotations

import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from svcctl.cli.main import run
from svcctl.cli.session import Session

# A busy machine is no bug, so examples have no deadline; CI tries the same ones every time, a person new ones.
settings.register_profile("svcctl", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("svcctl")

Figure = Callable[[str, int], None]
"""Adds to a figure that the run ends with: how often something was tried."""

NOW = "2026-11-23T10:00:00+03:00"
"""A Monday morning in Moscow."""

FRIDAY = "2026-11-20T10:00:00+03:00"
"""When people commit by plain git: before the desks' clock, whatever day it is in the world."""

TEAM = """\
departments:
  sales:     {title: Продажи, head: petrova}
  logistics: {title: Логистика, head: sidorov}
  customs:   {title: Таможня, head: kim}
  service:   {title: Сервис, head: orlova}
  finance:   {title: Финансы, head: smirnov}
people:
  ivanova:   {name: Анна Иванова, email: ivanova@example.com, department: sales}
  petrova:   {name: Ольга Петрова, email: petrova@example.com, department: sales, role: head}
  sidorov:   {name: Пётр Сидоров, email: sidorov@example.com, department: logistics, role: head}
  kuznetsov: {name: Kuznetsov, email: kuznetsov@example.com, department: logistics}
  kim:       {name: Ким, email: kim@example.com, department: customs, role: head}
  nowak:     {name: Zofia Nowak, email: nowak@example.com, department: customs}
  orlova:    {name: Orlova, email: orlova@example.com, department: service, role: head}
  smirnov:   {name: Smirnov, email: smirnov@example.com, department: finance, role: head}
"""


@dataclass
class Result:
    """What one command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    def id(self) -> str:
        """The six characters that a change line begins with."""
        return self.out.split()[0]


@dataclass
class Svc:
    """Runs svcctl in this process; exit 0 and an empty stderr are expected unless a test says otherwise."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch
    person: str = "ivanova"
    now: str = NOW
    environment: dict[str, str] = field(default_factory=dict)

    def __call__(
        self,
        line: str | list[str],
        *more: str,
        code: int = 0,
        err: str = "",
        as_: str = "",
        now: str = "",
        feed: str = "",
    ) -> Result:
        words = [*(shlex.split(line) if isinstance(line, str) else line), *more]
        out, complaint = io.StringIO(), io.StringIO()
        with self.monkeypatch.context() as patch:
            patch.setenv("SVCCTL_DESK", str(self.folder))
            patch.setenv("SVCCTL_NOW", now or self.now)
            if as_ or self.person:
                patch.setenv("SVCCTL_PERSON", as_ or self.person)
            for name, value in self.environment.items():
                patch.setenv(name, value)
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", complaint)
            patch.setattr(sys, "stdin", io.StringIO(feed))
            exit_code = run(Session(), words)
        result = Result(exit_code, out.getvalue(), complaint.getvalue())
        assert result.code == code, f"svcctl {words}: exit {result.code}\n{result.out}\n{result.err}"
        if code == 0 or err:
            assert re.search(err, result.err) if err else result.err == "", f"svcctl {words}: {result.err}"
        return result

    def json(self, line: str | list[str], *more: str, **settings: Any) -> Any:
        return self(line, *more, "--json", **settings).json

    def new(self, title: str = "Прайс на арматуру", *more: str, **settings: Any) -> str:
        """Opens a request and returns its six characters."""
        return self(["new", title, *more], **settings).id()

    def git(self, *arguments: str) -> str:
        return git(self.folder, *arguments)

    def write(self, path: str, text: str | bytes, commit: bool = True) -> None:
        """Writes a file of the desk, and commits it."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode() if isinstance(text, str) else text)
        if commit:
            self.git("add", "--", path)
            self.git("commit", "-qm", f"edit {path}")

    def record_path(self, part: str) -> Path:
        (path,) = self.folder.glob(f"requests/*/*/*/*{part}.yaml")
        return path


def git(folder: Path, *arguments: str) -> str:
    """Plain git, as a person would use it, by a pinned author at a pinned time."""
    who = {"GIT_AUTHOR_NAME": "T", "GIT_AUTHOR_EMAIL": "t@example.com", "GIT_AUTHOR_DATE": FRIDAY}
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments],
        capture_output=True,
        text=True,
        check=True,
        env={
            **os.environ,
            **who,
            "GIT_COMMITTER_NAME": "T",
            "GIT_COMMITTER_EMAIL": "t@example.com",
            "GIT_COMMITTER_DATE": FRIDAY,
        },
    )
    return done.stdout


@pytest.fixture(autouse=True)
def pinned(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No configuration of the machine reaches a test."""
    for name in list(os.environ):
        if name.startswith(("GIT_", "SVCCTL_", "LC_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.delenv("LANGUAGE", raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)


@pytest.fixture(scope="session")
def made_desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Russian desk with a team, made once; tests get copies."""
    folder = tmp_path_factory.mktemp("made") / "desk"
    quiet = {"HOME": str(folder.parent), "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    subprocess.run(
        [sys.executable, "-m", "svcctl", "--as", "ivanova", "--now", NOW, "init", str(folder), "--country", "RU"],
        check=True,
        capture_output=True,
        env={**os.environ, **quiet},
    )
    (folder / "team.yaml").write_text(TEAM, encoding="utf-8")
    (folder / "clients").mkdir()
    (folder / "clients" / "metallstroy.yaml").write_text("name: ООО «Металлстрой»\n", encoding="utf-8")
    (folder / "clients" / "zoo.yaml").write_text("name: Zoo Łódź\n", encoding="utf-8")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "Team and clients")
    return folder


@pytest.fixture
def svc(made_desk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Svc]:
    """A copy of the desk and a way to run commands in it."""
    folder = tmp_path / "desk"
    shutil.copytree(made_desk, folder, symlinks=True)
    yield Svc(folder, monkeypatch)


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Figure:
    """Counts what a test has tried; the run's end tells the sums."""

    def add(name: str, count: int) -> None:
        record_property(f"figure {name}", count)

    return add


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints the figures."""
    sums: Counter[str] = Counter()
    for report in (*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")):
        if report.when == "call":
            for name, count in report.user_properties:
                if name.startswith("figure "):
                    sums[name.removeprefix("figure ")] += count
    if sums:
        terminalreporter.section("figures")
        for name in sorted(sums):
            terminalreporter.line(f"{name}: {sums[name]}")
