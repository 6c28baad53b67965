"""Where the files that come with svcctl are: templates, regulations, calendars, VAT rates."""

from __future__ import annotations

import os

from svcctl.model.messages import Message
from svcctl.model.problems import BrokenFiles


def shipped(name: str) -> str:
    """The directory of a kind of shipped files.

    Args:
        name: ``templates`` or ``regulations``.

    Returns:
        Its path: beside the package's code in an installed svcctl, at the top of the tree in a checkout.

    Raises:
        BrokenFiles: this installation has no such files.
    """
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    for directory in (os.path.join(package, "shipped", name), os.path.join(os.path.dirname(package), name)):
        if os.path.isdir(directory):
            return directory
    raise BrokenFiles(
        message=Message("this installation of svcctl lacks its {name}", name=name),
        hint=Message("install svcctl again"),
        code="no-shipped-files",
    )
