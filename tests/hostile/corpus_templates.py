"""A desk's own templates: they run where time and memory are capped, and see nothing but the offer."""

from __future__ import annotations

from collections.abc import Iterator

from tests.hostile.corpus import Hostile
from tests.hostile.ground import CANARY, OFFER, Ground

LINES = (
    f"offer render {OFFER} -o - --format html",
    f"offer render {OFFER} -o - --format md",
    f"offer show {OFFER}",
    "fsck",
)

TEMPLATES: dict[str, str] = {
    "classes": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "globals": "{{ self.__init__.__globals__ }}{{ cycler.__init__.__globals__.os.popen('touch canary-was-here') }}",
    "attribute filter": "{{ ''|attr('__class__') }}{{ words|map(attribute='__class__')|list }}",
    "format": "{{ '{0.__class__.__init__.__globals__}'.format(self) }}{{ '%s'|format(self) }}",
    "namespace": "{% set ns = namespace(a=self) %}{{ ns.__dict__ }}{{ lipsum.__globals__['os'] }}",
    "include outside": "{% include '../../../outside/secret.txt' %}",
    "include absolute": "{% include '/etc/passwd' %}",
    "import outside": "{% import '../../outside/secret.txt' as x %}{{ x }}",
    "extends itself": "{% extends 'offer/ru.html.j2' %}",
    "includes itself": "{% include 'offer/ru.html.j2' %}",
    "macro that calls itself": "{% macro f(x) %}{{ f(x) }}{% endmacro %}{{ f(1) }}",
    "wrong syntax": "{% for x in %}{{ {{ }}",
    "undefined": "{{ nothing.at.all }}",
    "deep": "{{ " + "(" * 20_000 + "1" + ")" * 20_000 + " }}",
    "deep blocks": "{% if 1 %}" * 500 + "{% endif %}" * 500,
    "a power": "{{ 9 ** 9 ** 9 }}",
    "a long text": "{{ 'x' * 10 ** 12 }}",
    "a long range": "{% for x in range(10 ** 12) %}{{ x }}{% endfor %}",
    "many loops": "{% for a in range(9999) %}" * 3 + "{% endfor %}" * 3,
    "memory": "{% set x = namespace(a='x' * 1000) %}{% for i in range(90000) %}{% set x.a = x.a ~ x.a %}{% endfor %}",
    "lorem": "{{ lipsum(n=100000) }}",
    "division": "{{ 1 // 0 }}",
    "no utf-8": "\udcff\udcfe",
    "nul": "{{ 1 }}\0",
    "controls": "\x1b]52;c;eA==\x07{{ number }}",
    "a debugger": "{% debug %}{{ config }}{{ request }}{{ ''|pprint }}",
    "script of its own": f"<script>{CANARY}()</script>",
}
# The desk's template is the desk's page: what its own markup does in a browser is its owner's word, so that is not
# looked at here, only whether svcctl stays whole.
_OWN_PAGE = ("script of its own", "controls", "nul")


def inputs() -> Iterator[Hostile]:
    for name, text in TEMPLATES.items():
        data = text.encode("utf-8", "surrogateescape")
        rows = LINES[1:] if name in _OWN_PAGE else LINES
        yield Hostile("templates", name, lambda ground, data=data: _own(ground, data), rows)
    for name in ("logo.svg", "logo.png", "logo.jpg"):
        data = f'<svg xmlns="http://www.w3.org/2000/svg" onload="{CANARY}()"><script>x</script></svg>'.encode()
        yield Hostile(
            "templates", name, lambda ground, name=name, data=data: ground.write(f"templates/{name}", data), LINES
        )


def _own(ground: Ground, data: bytes) -> None:
    ground.write("templates/offer/ru.html.j2", data)
