"""The words of the expression language: an allow-list, anything else is a located problem."""

from __future__ import annotations

import re

from svcctl.model.criteria import Formula
from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import BrokenFiles, Place, Problem

MAX_LENGTH = 1000
MAX_TOKENS = 200
MAX_DIGITS = 30
RESERVED = frozenset({"and", "or", "not", "in", "yes", "no", "true", "false", "otherwise"})
LANGUAGE = Message(
    "the language has and or not in == != < <= > >= + - * / ( ), amounts like 1000 RUB, 5%, dates like 2026-11-21"
)

_TOKEN = re.compile(
    r"""(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9]))
    | (?P<number>(?:[0-9]{1,3}(?:_[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?)
    | (?P<name>[^\W\d_]\w*)
    | (?P<string>"[^"]*"|'[^']*')
    | (?P<refused>\*\*|//|=>|=<|<>|&&|\|\||:=|=(?!=)|!(?!=)|_\w*|\.[0-9]*|["'])
    | (?P<op>==|!=|<=|>=|[<>+*/(),\[\]%-])""",
    re.VERBOSE,
)

_INSTEAD = {
    "**": "there are no powers, only + - * /",
    "//": "there is no whole division, only + - * /",
    "=>": "write >=",
    "=<": "write <=",
    "<>": "write !=",
    "&&": "write and",
    "||": "write or",
    "!": "write not",
    "=": "write == to compare",
    ":=": "write == to compare",
    '"': "close the text with the same quotation mark",
    "'": "close the text with the same quotation mark",
}


class Token(NamedTuple):
    """A word: ``kind`` is date, number, name, string, op or end; ``at`` is its offset in the formula."""

    kind: str
    text: str
    at: int


def place_at(formula: Formula, at: int) -> Place:
    """Where the character at the offset ``at`` of a formula stands in its file."""
    place = formula.place
    return Place(place.path, place.line, (place.column or 1) + at)


def fault(
    formula: Formula, at: int, message: Message, remedy: Message | None = None, code: str = "expression"
) -> BrokenFiles:
    """The exception of one problem in a formula."""
    return BrokenFiles([Problem(place_at(formula, at), code, message, remedy or LANGUAGE)])


def tokens(formula: Formula) -> list[Token]:
    """The words of a formula, the last of kind ``end``.

    Raises:
        BrokenFiles: a character or operator that is not in the language, or a formula beyond its limits.
    """
    text = formula.text
    if len(text) > MAX_LENGTH:
        raise fault(formula, 0, Message("the expression is over {n} characters", n=MAX_LENGTH), _split_it())
    result: list[Token] = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        token = _token(formula, at)
        result.append(token)
        at += len(token.text)
        if len(result) > MAX_TOKENS:
            raise fault(formula, at, Message("the expression is over {n} words", n=MAX_TOKENS), _split_it())
    return [*result, Token("end", "", len(text.rstrip()))]


def _split_it() -> Message:
    return Message("split it into several rules")


def _token(formula: Formula, at: int) -> Token:
    match = _TOKEN.match(formula.text, at)
    if match is None:
        raise fault(formula, at, Message("“{char}” is not in the language", char=formula.text[at]))
    kind, text = str(match.lastgroup), match.group()
    if kind == "refused":
        raise _refused(formula, at, text)
    if kind == "number" and len(text) > MAX_DIGITS:
        raise fault(formula, at, Message("a number has at most {n} digits", n=MAX_DIGITS))
    return Token(kind, text, at)


def _refused(formula: Formula, at: int, text: str) -> BrokenFiles:
    if text.startswith("_"):
        remedy = Message("a name begins with a letter")
        return fault(formula, at, Message("“{name}” is not a name", name=text), remedy)
    if text.startswith("."):
        remedy = Message("there are no attributes, and a number begins with a digit: 0.5")
        return fault(formula, at, Message("“.” is not in the language"), remedy)
    message = Message("“{text}” is not in the language", text=text)
    return fault(formula, at, message, Message(_INSTEAD[text]))
