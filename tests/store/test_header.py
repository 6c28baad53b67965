"""The quick reader of headers agrees with the strict YAML reader wherever it reads at all."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import example, given
from hypothesis import strategies as st

from svcctl.model.request import Header
from svcctl.model.source import Map
from svcctl.store import yaml
from svcctl.store.header import read_header
from svcctl.store.records import dump_record

PATH = "requests/2026/11/21/R-20261121-k7qm4d.yaml"
OPENED = datetime(2026, 11, 21, 10, tzinfo=UTC)
any_text = st.text(max_size=60)
one_line = st.text(st.characters(blacklist_characters="\n\r"), min_size=1, max_size=40)


def head(text: str) -> str:
    return text[: text.index("\nevents:") + 1]


def same(quick: Map, strict: Map | None) -> None:
    assert strict is not None
    assert quick == strict
    assert quick.places == strict.places
    assert quick.key_places == strict.key_places


@given(one_line, any_text, st.dictionaries(st.sampled_from(["weight", "items", "no", "a-b"]), one_line, max_size=3))
def test_what_the_writer_writes_is_read_as_yaml_reads_it(title: str, text: str, fields: dict[str, str]) -> None:
    header = Header("R-20261121-k7qm4d", title, "offer", OPENED, "ivanova", text=text, fields=fields)
    written = head(dump_record(header, []))
    strict, problems = yaml.read(written, PATH)
    assert problems == []
    quick = read_header(written, PATH)
    if quick is not None:
        same(quick, strict)


def test_where_a_usual_header_stands_is_known_to_problems() -> None:
    """It is read at once, without places; they are found when somebody asks."""
    written = head(dump_record(Header("R-20261121-k7qm4d", "КП", "offer", OPENED, "ivanova", text="a\n\nb"), []))
    strict, _ = yaml.read(written, PATH)
    quick = read_header(written, PATH)
    assert quick is not None and type(quick) is not Map
    same(quick, strict)
    assert not hasattr(quick, "other")


def test_the_usual_header_is_read_without_yaml() -> None:
    header = Header(
        "R-20261121-k7qm4d",
        "КП на арматуру: «А500С», 12 мм",
        "offer",
        OPENED,
        "ivanova",
        text="Добрый день!\n\n  # нужно: 20 т",
        fields={"weight": "20 т", "unit": "1.10"},
        due=OPENED,
    )
    assert read_header(head(dump_record(header, [])), PATH) is not None


LINES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "title: x",
                "title: yes",
                'title: "a"',
                "text: |",
                "  a",
                "   b",
                "",
                "  ",
                "fields:",
                "  k: v",
                "  k: 1",
                "a:  b",
            ]
        ),
        st.text("ab: |\"'\\#{}[]&*!%-? 01\t", max_size=12),
    ),
    max_size=8,
).map(lambda lines: "".join(line + "\n" for line in lines))


@given(LINES)
@example('title: "a\\/b"\n')
@example('title: "\\ud83d\\ude00"\n')
@example("title: a #b\n")
@example("text: |\n  a\n\n")
@example("text: |\n  a\nfields:\n  k: v\n")
@example("title: a\ntitle: b\n")
@example("title: x\ntext: |\nx\n")
@example("title: x\ntext: |\n")
@example("title: x\ntext: |\n  a\ntype: y\n")
@example("id: x\ntitle: yes\n")
@example('id: x\ntitle: "a\\/b"\nby: z\n')
@example("type: y\ntitle: x\n")
@example("title: x\u2028y\n")
def test_where_it_reads_at_all_it_agrees_with_yaml(text: str) -> None:
    quick = read_header(text, PATH)
    if quick is None:
        return
    strict, problems = yaml.read(text, PATH)
    assert problems == []
    same(quick, strict)


def test_a_header_without_end_is_left_to_the_strict_reader() -> None:
    keys = [f"k{number}: v\n" for number in range(1_001)]
    assert read_header("".join(keys), PATH) is None
    quick = read_header("".join(keys[1:]), PATH)
    assert quick is not None and len(quick) == 1_000
