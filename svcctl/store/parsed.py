"""Files that were read before: their mappings by object id, so that a daily command need not import YAML.

Derived and disposable: deleting it loses nothing. An entry is kept only after the model has accepted the mapping, so
a file with problems is always read anew, with the places of its lines. The file belongs to one version of svcctl.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import cached_property

from svcctl import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_MOST = 100


class Parsed:
    """The mappings of one desk; ``save`` writes what is new."""

    def __init__(self, folder: str) -> None:
        self.path = os.path.join(folder, "parsed.json")
        self._new: dict[str, Mapping[str, Any]] = {}

    @cached_property
    def _known(self) -> dict[str, Mapping[str, Any]]:
        try:
            with open(self.path, encoding="utf-8") as file:
                stored = json.load(file)
            found = stored["mappings"] if stored["version"] == __version__ else {}
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return {}
        mappings = found if isinstance(found, dict) else {}
        return {oid: mapping for oid, mapping in mappings.items() if isinstance(mapping, dict)}

    def get(self, oid: str) -> Mapping[str, Any] | None:
        """The mapping of a file, or None where it was not kept."""
        return self._new.get(oid) or self._known.get(oid)

    def put(self, oid: str, mapping: Mapping[str, Any]) -> None:
        """Keeps the mapping of a file that the model accepted."""
        if oid not in self._known:
            self._new[oid] = mapping

    def save(self) -> None:
        """Writes what is new; where that cannot be, the next command reads the files again."""
        if not self._new:
            return
        mappings = dict([*self._known.items(), *self._new.items()][-_MOST:])
        beside = f"{self.path}.{os.getpid()}.tmp"
        try:
            os.makedirs(os.path.dirname(self.path), exist_ok=True)
            with open(beside, "w", encoding="utf-8") as file:
                # json.dump would encode it piece by piece, in Python.
                file.write(json.dumps({"version": __version__, "mappings": mappings}, ensure_ascii=False))
            os.replace(beside, self.path)
        except OSError:
            return
        self._known, self._new = mappings, {}
