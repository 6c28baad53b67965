"""The corpus: what somebody could put into a desk, its repository, or a command line, to harm who reads it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from tests.hostile.ground import Ground

Arm = Callable[[Ground], None]


class Hostile(NamedTuple):
    """One input: ``arm`` puts it into a desk; ``lines`` are run instead of every reading command."""

    category: str
    name: str
    arm: Arm
    lines: tuple[str, ...] | None = None
    now: str = ""

    @property
    def title(self) -> str:
        return f"{self.category}: {self.name}"


def everything() -> list[Hostile]:
    """All inputs, in the order of their categories."""
    from tests.hostile import (
        corpus_config,
        corpus_events,
        corpus_templates,
        corpus_texts,
        corpus_tree,
        corpus_values,
        corpus_words,
        corpus_yaml,
    )

    modules = (
        corpus_texts,
        corpus_yaml,
        corpus_events,
        corpus_values,
        corpus_tree,
        corpus_config,
        corpus_templates,
        corpus_words,
    )
    return [one for module in modules for one in module.inputs()]
