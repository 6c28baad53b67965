"""The desk as it was known at an earlier moment."""

from __future__ import annotations

from tests.conftest import Svc


def test_before_the_first_commit_there_was_no_desk(svc: Svc) -> None:
    said = svc("list --as-of 2020-01-01", code=2, err="nothing from before 2020-01-01 00:00").err
    assert "git log --reverse shows where it begins" in said
