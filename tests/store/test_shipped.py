from __future__ import annotations

from pathlib import Path

import pytest

from svcctl.model.problems import BrokenFiles
from svcctl.store.shipped import shipped


def test_shipped_files_are_found() -> None:
    assert (Path(shipped("templates")) / "offer" / "ru.html.j2").is_file()
    assert (Path(shipped("regulations")) / "vat" / "pl.yaml").is_file()


def test_what_is_not_shipped_is_said() -> None:
    with pytest.raises(BrokenFiles, match="this installation of svcctl lacks its sounds") as error:
        shipped("sounds")
    assert str(error.value.hint) == "install svcctl again"
