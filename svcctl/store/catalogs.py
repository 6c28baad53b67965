"""The translations that came with svcctl."""

from __future__ import annotations

import gettext
import os

from svcctl.model.messages import Catalog

_FOLDER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "locale")


def catalog(languages: str, folder: str = _FOLDER) -> Catalog:
    """The catalog of the first language that has one; of the English sources where none has.

    Args:
        languages: as in LANGUAGE: names such as ``ru`` or ``pl_PL``, separated by colons.
        folder: where ``<language>/LC_MESSAGES/svcctl.mo`` stand.
    """
    wanted = [language for language in languages.split(":") if language]
    return gettext.translation("svcctl", folder, wanted, fallback=True)
