"""The look of every HTML page: one style sheet for screen, phone and paper, light and dark, without anything fetched.

Text has a contrast of 4.5 to 1 or more on what lies behind it, marks of charts 3 to 1 (WCAG 2.2, 1.4.3 and 1.4.11).
What colours tell, shapes tell too: waiting is hatched, the second line is dashed, the period before is a mark.
"""

from __future__ import annotations

from functools import cache

_LIGHT = """
--text:#1b222c;--soft:#4f5b69;--back:#fff;--card:#f4f6f9;--line:#d4dae1;--edge:#8793a1;--link:#0b57a4;
--main:#1d5c9e;--other:#a85b00"""
_DARK = """
--text:#e9edf2;--soft:#a9b4c1;--back:#12161c;--card:#1b222b;--line:#343e4a;--edge:#7a8795;--link:#8cc0f4;
--main:#5ea3e6;--other:#e5a250"""
_LIGHT_CHARTS = """
--pale:#fbe9d0;--band:#c9def2;--track:#eef1f5;--mark:#1b222c;--h0:#f0f3f6;--h1:#dceaf7;--h2:#b5d3ee;--h3:#83b4de;
--h4:#2f6fae;--h5:#12447f;--t1:#1b222c;--t4:#fff"""
_DARK_CHARTS = """
--pale:#4a3415;--band:#1f4468;--track:#232b35;--mark:#f2f5f8;--h0:#1d242d;--h1:#17314c;--h2:#1c4a76;--h3:#2566a3;
--h4:#6fb0ec;--h5:#bcdcf9;--t1:#f2f5f8;--t4:#10161d"""

PLAIN = f"""
:root{{color-scheme:light dark;{_LIGHT}}}
@media(prefers-color-scheme:dark){{:root{{{_DARK}}}}}
*{{box-sizing:border-box}}
body{{font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif;color:var(--text);
background:var(--back);margin:0;overflow-wrap:break-word}}
main,nav,footer{{max-width:68rem;margin:0 auto;padding:0 1.25rem}}
main{{padding-top:1.5rem}}
nav{{padding-top:.8rem;font-size:.9rem}}
nav ul{{list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:.2rem 1.1rem}}
a{{color:var(--link)}}
[aria-current]{{color:inherit;font-weight:650;text-decoration:none}}
a:focus-visible,.wide:focus-visible{{outline:3px solid var(--main);outline-offset:2px}}
h1{{font-size:1.9rem;line-height:1.2;margin:.2rem 0}}
h2{{font-size:1.2rem;line-height:1.3;margin:2.4rem 0 .6rem;padding-top:.7rem;border-top:1px solid var(--line)}}
h3{{font-size:1rem;margin:.3rem 0}}
p{{margin:.4rem 0;max-width:48rem}}
.over{{color:var(--soft);font-size:.85rem;letter-spacing:.04em;margin:0}}
.span{{color:var(--soft)}}
.wide{{overflow-x:auto;max-width:100%}}
table{{border-collapse:collapse;font-size:.92rem;margin:.3rem 0}}
th,td{{padding:.34rem .8rem .34rem 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}}
thead th,thead td{{color:var(--soft);font-weight:600;font-size:.85rem;line-height:1.3;
border-bottom:1.5px solid var(--edge);vertical-align:bottom}}
tbody th{{font-weight:500;min-width:6rem}}
.word{{white-space:nowrap}}
th:last-child,td:last-child{{padding-right:.3rem}}
.amount{{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}}
thead .amount{{white-space:normal}}
tbody tr:hover{{background:var(--card)}}
.notes{{color:var(--soft);font-size:.92rem;padding-left:1.1rem;max-width:48rem}}
.facts{{display:grid;grid-template-columns:fit-content(40%) 1fr;gap:.15rem 1.2rem;margin:1rem 0}}
.facts dt{{color:var(--soft)}}
.facts dd{{margin:0;min-width:0}}
.said{{white-space:pre-wrap;border-left:4px solid var(--line);padding-left:.9rem}}
footer{{color:var(--soft);font-size:.82rem;padding-top:2rem;padding-bottom:2rem}}
@media(max-width:40rem){{h1{{font-size:1.5rem}}main,nav,footer{{padding-left:1rem;padding-right:1rem}}}}
@media print{{:root{{{_LIGHT}}}@page{{margin:14mm 13mm}}
*{{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
html{{font-size:9.5pt}}nav{{display:none}}main,footer{{max-width:none;padding:0}}.wide{{overflow:visible}}
h1{{font-size:18pt}}h2{{margin-top:1.3rem;break-after:avoid}}tr{{break-inside:avoid}}
table{{font-size:8pt}}th,td{{padding-right:.6rem}}a{{color:inherit;text-decoration:none}}}}
""".replace("\n", "")
"""What pages of words and tables need."""

STYLE = (
    PLAIN
    + f"""
:root{{{_LIGHT_CHARTS}}}
@media(prefers-color-scheme:dark){{:root{{{_DARK_CHARTS}}}}}
.finding{{font-size:1.2rem;line-height:1.4;margin:1.1rem 0;padding:.1rem 0 .1rem .9rem;
border-left:4px solid var(--main)}}
.cards{{display:grid;grid-template-columns:repeat(auto-fill,minmax(12.5rem,1fr));gap:.8rem;margin:1.4rem 0;padding:0}}
.cards>li{{list-style:none;background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.7rem .9rem}}
.cards span{{display:block;color:var(--soft);font-size:.82rem;line-height:1.45}}
.cards .name{{font-size:.9rem;color:var(--text)}}
.cards strong{{display:block;font-size:1.55rem;line-height:1.3;font-weight:650;font-variant-numeric:tabular-nums}}
.pair{{display:grid;grid-template-columns:minmax(0,1fr);gap:0 2.2rem}}
.charts{{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(24rem,100%),1fr));gap:1rem 2.2rem}}
.full{{display:flex;flex-wrap:wrap;gap:1rem 3rem}}
.full>*{{min-width:0;max-width:100%}}
.charts,.pair>*{{min-width:0}}
figure{{margin:.5rem 0 1.1rem;min-width:0;max-width:46rem}}
figcaption{{font-weight:600;font-size:.95rem;margin-bottom:.5rem}}
figcaption ul{{list-style:none;display:flex;flex-wrap:wrap;gap:.1rem 1rem;margin:.15rem 0 0;padding:0;font-weight:400;
font-size:.85rem;color:var(--soft)}}
svg{{overflow:visible}}
.chart{{display:block}}
.clip{{overflow:hidden}}
.defs{{position:absolute}}
.key{{width:14px;height:12px;margin-right:.4rem;vertical-align:-1px}}
.chart text{{fill:var(--text);font-size:13px}}
.chart .value{{text-anchor:end;font-variant-numeric:tabular-nums;font-weight:600}}
.chart .tick{{fill:var(--soft);font-size:12px}}
.middle{{text-anchor:middle}}
.track{{fill:var(--track)}}
.s0{{fill:var(--main)}}
.s1{{fill:url(#hatch);stroke:var(--other);stroke-width:1}}
.hatch0{{fill:var(--pale)}}
.hatch1{{stroke:var(--other);stroke-width:1.6}}
.before{{fill:var(--mark);stroke:var(--back);stroke-width:1}}
.grid{{stroke:var(--line);stroke-width:1}}
.zero{{stroke:var(--edge);stroke-width:1}}
.plot>*,.key path{{vector-effect:non-scaling-stroke}}
.l0,.l1{{fill:none;stroke:var(--main);stroke-width:2.2;stroke-linejoin:round}}
.l1{{stroke:var(--other);stroke-dasharray:5 4}}
.band{{fill:var(--band)}}
.d0{{fill:var(--main);stroke:var(--back)}}
.d1{{fill:var(--other);stroke:var(--back)}}
.h0{{fill:var(--h0)}}.h1{{fill:var(--h1)}}.h2{{fill:var(--h2)}}.h3{{fill:var(--h3)}}.h4{{fill:var(--h4)}}.h5{{fill:var(--h5)}}
.chart .t1,.chart .t2,.chart .t3,.chart .t4,.chart .t5{{fill:var(--t1);font-size:12px}}
.chart .t4,.chart .t5{{fill:var(--t4)}}
@media(min-width:60rem){{.pair{{grid-template-columns:minmax(0,1fr) minmax(0,1fr);align-items:start}}
.pair>h2{{grid-column:1/-1}}.pair .charts{{grid-template-columns:1fr}}}}
@media(max-width:40rem){{.rare{{display:none}}
.cards{{grid-template-columns:repeat(auto-fill,minmax(9rem,1fr));gap:.6rem}}.cards strong{{font-size:1.25rem}}}}
@media print{{:root{{{_LIGHT_CHARTS}}}figure,.cards>li{{break-inside:avoid}}figcaption{{break-after:avoid}}
.cards{{grid-template-columns:repeat(4,1fr)}}.cards strong{{font-size:1.2rem}}
.pair{{grid-template-columns:minmax(0,1fr) minmax(0,1fr);align-items:start}}.pair>h2{{grid-column:1/-1}}
.charts{{grid-template-columns:repeat(auto-fit,minmax(8cm,1fr))}}.pair .charts{{grid-template-columns:1fr}}}}
""".replace("\n", "")
)
"""What pages with charts need too."""


@cache
def policy(style: str) -> str:
    """The Content-Security-Policy of a page: its own style sheet and nothing else; no script, nothing fetched."""
    # Listings in other formats need no hash.
    from base64 import b64encode
    from hashlib import sha256

    own = b64encode(sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{own}'; img-src data:; base-uri 'none'; form-action 'none'"
