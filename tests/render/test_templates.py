from __future__ import annotations

from pathlib import Path

import pytest

from svcctl.model.problems import BrokenFiles, Problem
from svcctl.render.templates import render
from svcctl.store.shipped import shipped


def write(directory: Path, name: str, text: str) -> str:
    path = directory / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return str(directory)


def problem(name: str, directories: list[str], **more: int) -> Problem:
    with pytest.raises(BrokenFiles) as error:
        render(name, {"name": "x", "items": [1, 2]}, directories, **more)  # type: ignore[arg-type]
    (found,) = error.value.problems
    assert found.remedy is not None
    return found


def test_html_is_escaped_and_plain_text_is_not(tmp_path: Path) -> None:
    write(tmp_path, "page.html.j2", "<p>{{ name }}</p>")
    own = write(tmp_path, "mail.txt.j2", "{{ name }}")
    context = {"name": "<script>alert('{{ 7*7 }}')</script> & Co"}
    assert render("page.html.j2", context, [own]) == (
        "<p>&lt;script&gt;alert(&#39;{{ 7*7 }}&#39;)&lt;/script&gt; &amp; Co</p>"
    )
    assert render("mail.txt.j2", context, [own]) == context["name"]


def test_a_desk_s_template_goes_before_the_shipped_one_and_may_include_it(tmp_path: Path) -> None:
    own = write(tmp_path / "shipped", "a.html.j2", "shipped {{ name }} {% include 'part.html.j2' %}")
    write(tmp_path / "shipped", "part.html.j2", "part")
    desk = write(tmp_path / "desk", "part.html.j2", "of the desk, {{ name }} Ж")
    assert render("a.html.j2", {"name": "<b>"}, [own]) == "shipped &lt;b&gt; part"
    assert render("a.html.j2", {"name": "<b>"}, [desk, own]) == "shipped &lt;b&gt; of the desk, &lt;b&gt; Ж"
    assert render("a.html.j2", {"name": "x"}, [str(tmp_path / "nowhere"), own]) == "shipped x part"


def test_compiled_templates_can_be_kept(tmp_path: Path) -> None:
    own = write(tmp_path / "t", "a.html.j2", "{{ name }}")
    cache = tmp_path / "cache"
    cache.mkdir()
    assert [render("a.html.j2", {"name": n}, [own], str(cache)) for n in ("1", "2")] == ["1", "2"]
    assert list(cache.iterdir())


@pytest.mark.parametrize("desk", [False, True])
@pytest.mark.parametrize(
    ("text", "line", "code", "message"),
    [
        ("\n{% if %}", 2, "template", "Expected an expression, got 'end of statement block'"),
        ("a\nb\n{{ nmae }}", 3, "template", "'nmae' is undefined"),
        ("\n{{ name.__class__.__mro__ }}", 2, "template", "access to attribute '__class__' of 'str' object is unsafe."),
        ("{{ items.append(3) }}", 1, "template", "access to attribute 'append' of 'list' object is unsafe."),
        ("{{ 1 / 0 }}", 1, "template", "division by zero"),
        ("{% include 'b.html.j2' %}", 0, "no-template", "there is no template “b.html.j2”"),
        ("{% include '/etc/passwd' %}", 0, "no-template", "there is no template “/etc/passwd”"),
        ("{% include '../../etc/passwd' %}", 0, "no-template", "there is no template “../../etc/passwd”"),
        (
            "{{ range(1000000) | list }}",
            1,
            "template",
            "Range too big. The sandbox blocks ranges larger than MAX_RANGE (100000).",
        ),
    ],
)
def test_a_mistake_has_its_line(tmp_path: Path, desk: bool, text: str, line: int, code: str, message: str) -> None:
    own = write(tmp_path / "t", "a.html.j2", text)
    directories = [own, write(tmp_path / "shipped", "x.html.j2", "")] if desk else [own]
    found = problem("a.html.j2", directories)
    assert (found.line, found.code, str(found.message)) == (line, code, message)
    assert found.path.endswith("a.html.j2")


def test_a_missing_template(tmp_path: Path) -> None:
    assert str(problem("offer/xx.html.j2", [str(tmp_path)]).message) == "there is no template “offer/xx.html.j2”"


@pytest.mark.parametrize(
    ("text", "seconds", "reason"),
    [
        (
            "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
            1,
            "it ran for more than 1 second",
        ),
        ("{{ 'x' * 10 ** 10 }}", 9, "it needs too much memory"),
        (
            "{% set n = namespace(t='x' * 1000) %}{% for a in range(9999) %}{% set n.t = n.t ~ n.t %}{% endfor %}",
            9,
            "it needs too much memory",
        ),
    ],
)
def test_a_desk_s_template_cannot_take_the_machine(tmp_path: Path, text: str, seconds: int, reason: str) -> None:
    desk = write(tmp_path / "desk", "a.html.j2", text)
    found = problem("a.html.j2", [desk, shipped("templates")], seconds=seconds)
    assert (found.code, str(found.message)) == ("template-limit", f"the template “a.html.j2” was stopped: {reason}")
