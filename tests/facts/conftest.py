"""A book of facts that tests write themselves."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from content.facts.book import FactBook
from content.facts.files import read_folder
from content.facts.live import live

TODAY = date(2026, 11, 24)
BEGIN = 'checked = 2026-11-01\nconfirm = "vbsp"\n'

Write = Callable[[str], FactBook]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Make TOML the facts that are told; ``ALWAYS`` in it stands for the keys that every fact has."""

    def make(text: str) -> FactBook:
        (tmp_path / "some.toml").write_text(text.replace("ALWAYS\n", BEGIN), encoding="utf-8")
        book = FactBook(read_folder(tmp_path))
        monkeypatch.setattr(live, "book", book)
        monkeypatch.setattr(live, "today", lambda: TODAY)
        monkeypatch.setattr(live, "phone", None)
        return book

    return make
