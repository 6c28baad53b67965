"""``typing.NamedTuple`` as type checkers see it, without its look at the fields' types.

That look compiles each field's type, which takes longer than all else in most modules; a daily command has some thirty
such classes, which with ``typing`` cost it a tenth of what importing click does.
"""

from __future__ import annotations

TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple
else:
    from collections import namedtuple

    _OF_ITS_OWN = ("__module__", "__qualname__")

    class _Maker(type):
        def __new__(cls, name, bases, body):
            fields = body["__annotations__"]
            defaults = [body[field] for field in fields if field in body]
            made = namedtuple(name, fields, defaults=defaults, module=body["__module__"])
            made.__qualname__ = body["__qualname__"]
            for key, value in body.items():
                if key not in fields and key not in _OF_ITS_OWN:
                    setattr(made, key, value)
            return made

    class _Base:
        """Stands where classes name what they are made of."""

        def __mro_entries__(self, bases):
            return (_Fields,)

    _Fields = type.__new__(_Maker, "NamedTuple", (), {})
    NamedTuple = _Base()
