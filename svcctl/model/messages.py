"""Sentences for people, kept untranslated until somebody's language is known.

Below the command line nobody knows the reader's language, so an error or a table heading is a ``Message``: its
English source and its values. Extract sources with ``-k Message -k plural:1,2`` (gettext's usual tools).
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Protocol
else:
    Protocol = object


class Catalog(Protocol):
    """What ``gettext.NullTranslations`` and ``GNUTranslations`` offer of themselves here."""

    def gettext(self, message: str, /) -> str: ...

    def ngettext(self, msgid1: str, msgid2: str, n: int, /) -> str: ...


class English:
    """The catalog of the sources themselves."""

    def gettext(self, message: str, /) -> str:
        return message

    def ngettext(self, msgid1: str, msgid2: str, n: int, /) -> str:
        return msgid1 if n == 1 else msgid2


ENGLISH = English()


class Message:
    """A sentence with named values, for example ``Message("already taken by {owner}", owner="petrov")``.

    Values may be messages themselves; they are translated along with it. A tuple's items stand one a line, indented.
    ``str(message)`` is the English text.
    """

    __slots__ = ("count", "many", "source", "values")

    def __init__(self, source: str, /, **values: object) -> None:
        self.source = source
        self.values = values
        self.many: str | None = None
        self.count = 1

    @classmethod
    def plural(cls, one: str, many: str, count: int, /, **values: object) -> Message:
        """A sentence whose form depends on ``count``, which it may print as ``{n}``."""
        message = cls(one, n=count, **values)
        message.many, message.count = many, count
        return message

    @classmethod
    def joined(cls, parts: Sequence[Message], mark: str = "; ") -> Message:
        """The sentences one after the other; side by side, because nested ones would have a limit."""
        values = {f"part{number}": part for number, part in enumerate(parts)}
        return cls(mark.join(f"{{{name}}}" for name in values), **values)

    def text(self, catalog: Catalog = ENGLISH, shown: Callable[[str], str] | None = None) -> str:
        """The sentence in the catalog's language; ``shown`` is done to the words that others wrote."""
        source = (
            catalog.gettext(self.source) if self.many is None else catalog.ngettext(self.source, self.many, self.count)
        )
        if not self.values:
            return source
        return source.format(**{name: _worded(value, catalog, shown) for name, value in self.values.items()})

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"Message({self.text()!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and self.text() == other.text()

    def __hash__(self) -> int:
        return hash(self.text())


def _worded(value: object, catalog: Catalog, shown: Callable[[str], str] | None) -> object:
    """A value as it stands in a sentence."""
    if isinstance(value, Message):
        return value.text(catalog, shown)
    if type(value) is tuple:
        return "\n  ".join(str(_worded(item, catalog, shown)) for item in value)
    if shown is None or isinstance(value, int | float):
        return value
    return shown(str(value))
