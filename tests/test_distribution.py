"""Wheel, sdist, editable install and bare checkout all find what comes with svcctl."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def run(*command: str, cwd: Path, **environment: str) -> str:
    done = subprocess.run(
        command, cwd=cwd, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def makes_a_desk(program: list[str], tmp_path: Path, **environment: str) -> None:
    """`init` copies shipped regulations and calendars, so it proves that they are found."""
    out = run(*program, "--as", "anna", "init", "desk", "--country", "PL", cwd=tmp_path, **environment)
    assert out.startswith("made the desk desk; you are anna\n")
    desk = tmp_path / "desk"
    assert (desk / "regulations" / "commercial-offer.md").is_file()
    assert (desk / "calendars" / "pl.yaml").is_file()
    out = run(*program, "-C", "desk", "--as", "anna", "new", "x", "--type", "internal", cwd=tmp_path, **environment)
    assert " opened; " in out


def test_a_bare_checkout_works(tmp_path: Path) -> None:
    makes_a_desk([sys.executable, "-m", "svcctl"], tmp_path, PYTHONPATH=str(ROOT))


def test_the_version_is_told_without_an_installation(tmp_path: Path) -> None:
    out = run(sys.executable, "-m", "svcctl", "--version", cwd=tmp_path, PYTHONPATH=str(ROOT))
    assert out == "svcctl, version 0.1.0\n"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--outdir", str(folder), str(ROOT), cwd=folder)
    return folder


@pytest.mark.long
def test_the_wheel_works_in_a_virtual_environment_of_its_own(built: Path, tmp_path: Path) -> None:
    (wheel,) = built.glob("*.whl")
    run(sys.executable, "-m", "venv", str(tmp_path / "venv"), cwd=tmp_path)
    python = tmp_path / "venv" / "bin" / "python"
    run(str(python), "-m", "pip", "install", "--quiet", "--no-deps", str(wheel), cwd=tmp_path)
    # What svcctl needs is lent from this environment; svcctl itself is the wheel's.
    (site,) = (tmp_path / "venv" / "lib").glob("python*/site-packages")
    (site / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    where = run(str(python), "-c", "import svcctl; print(svcctl.__file__)", cwd=tmp_path).strip()
    assert Path(where).is_relative_to(tmp_path)
    makes_a_desk([str(tmp_path / "venv" / "bin" / "svcctl")], tmp_path)
    run(str(tmp_path / "venv" / "bin" / "svcctl"), "demo", "walk", cwd=tmp_path)


@pytest.mark.long
def test_wheel_and_sdist_hold_what_they_should(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    for folder in ("templates", "regulations"):
        shipped = {path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob("*") if path.is_file()}
        assert {f"svcctl/shipped/{name}" for name in shipped} <= set(names)
    assert not [name for name in names if name.startswith(("tests/", "bench/"))]
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        inside = {name.partition("/")[2] for name in archive.getnames()}
    assert {"README.md", "setup.cfg", "Makefile", "tests/conftest.py", "templates/demo/walk.txt"} <= inside
