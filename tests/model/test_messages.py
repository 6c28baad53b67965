"""Messages: English sources with named values, translated as a whole and only when somebody reads them."""

from __future__ import annotations

from svcctl.model.messages import ENGLISH, Message


class Shouting:
    """A catalog whose translations are easy to tell from their sources."""

    def gettext(self, message: str, /) -> str:
        return message.replace("taken", "ВЗЯТО").replace("hand-off", "ПЕРЕДАЧА")

    def ngettext(self, one: str, many: str, n: int, /) -> str:
        return {1: "{n} ФАЙЛ", 2: "{n} ФАЙЛА"}.get(n, "{n} ФАЙЛОВ")


def files(count: int) -> Message:
    return Message.plural("{n} file", "{n} files", count)


def test_values_are_filled_in() -> None:
    assert str(Message("taken by {owner}", owner="petrov")) == "taken by petrov"


def test_a_message_without_values_may_have_braces() -> None:
    assert str(Message("write {like: this}")) == "write {like: this}"


def test_braces_in_values_mean_nothing() -> None:
    assert str(Message("“{text}”", text="{owner} {0} {__class__}")) == "“{owner} {0} {__class__}”"


def test_the_plural_follows_the_count() -> None:
    assert [str(files(n)) for n in (0, 1, 2, 5)] == ["0 files", "1 file", "2 files", "5 files"]
    assert [files(n).text(Shouting()) for n in (1, 2, 5)] == ["1 ФАЙЛ", "2 ФАЙЛА", "5 ФАЙЛОВ"]


def test_nested_messages_are_translated_with_the_outer_one() -> None:
    inner = Message("hand-off of {what}", what=files(2))
    outer = Message("taken: {why}", why=inner)
    assert outer.text(ENGLISH) == "taken: hand-off of 2 files"
    assert outer.text(Shouting()) == "ВЗЯТО: ПЕРЕДАЧА of 2 ФАЙЛА"


def test_messages_are_equal_by_their_text() -> None:
    assert Message("{a}", a="x") == Message("x")
    assert hash(Message("{a}", a="x")) == hash(Message("x"))
    assert Message("x") != Message("y")
    assert Message("x") != "x"
    assert repr(Message("x")) == "Message('x')"


def test_any_number_of_sentences_are_joined() -> None:
    assert str(Message.joined([Message("a {x}", x="{y}"), Message("b")])) == "a {y}; b"
    assert str(Message.joined([Message("one")], ", ")) == "one"
    assert str(Message.joined([Message("{n}", n=n) for n in range(5_000)], " ")).split()[-1] == "4999"


def test_the_items_of_a_tuple_stand_one_a_line() -> None:
    message = Message("which one?\n  {rows}", rows=("a", Message("b {n}", n=2)))
    assert str(message) == "which one?\n  a\n  b 2"


def test_words_of_others_are_shown_as_asked_and_our_own_as_they_are() -> None:
    inner = Message("by\t{who}", who="x\ny")
    message = Message("{n} {what}\n{inner}\n{rows}", n=3, what="a\nb", inner=inner, rows=("c\n",))
    assert message.text(shown=repr) == "3 'a\\nb'\nby\t'x\\ny'\n'c\\n'"
