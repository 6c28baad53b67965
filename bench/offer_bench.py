"""What printing an offer costs beside ``python -c "import click"``: whole processes, in interleaved pairs.

``python -m bench.offer_bench`` makes a desk with one offer of four lines in a temporary folder and prints it in every
format: text, HTML, PDF (typst) and DOCX (docxtpl). Beside each stands what a bare import of its engine costs.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile

from bench.startup import cost, program, ratios

PAIRS = 21
LIMITS = {"html": 2.0, "pdf": 3.0, "docx": 5.0}
ENGINES = {"html": "jinja2.sandbox", "pdf": "typst", "docx": "docxtpl"}
SELLER = """\
seller: {name: ООО «Стальной двор», inn: "7701000000", address: Москва, phone: "+7 495 200-00-00"}
"""
LINES = (
    "Арматура А500С 12 мм;20;т;58500",
    "Арматура А500С 16 мм;7.25;т;57900.50",
    "Резка;340;рез;35",
    "Доставка;1;рейс;42000",
)


def environment(folder: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "SVCCTL_DESK": folder, "SVCCTL_PERSON": "anna", "SVCCTL_NOW": "2026-11-23T10:00:00+03:00"}


def made(folder: str) -> str:
    """Makes the desk; returns the request's id."""

    def run(*words: str) -> str:
        done = subprocess.run([program(), *words], check=True, env=environment(folder), capture_output=True, text=True)
        return done.stdout

    run("--as", "anna", "init", folder, "--country", "RU")
    with open(os.path.join(folder, "desk.yaml"), "a", encoding="utf-8") as file:
        file.write(SELLER)
    git = ["git", "-C", folder, "-c", "user.name=anna", "-c", "user.email=anna@example.com"]
    subprocess.run([*git, "commit", "-qam", "Seller"], check=True)
    request = run("new", "КП на арматуру", "--type", "internal").split()[0]
    typed = [word for line in LINES for word in ("--line", line)]
    run("offer", "new", request, *typed)
    return request


def measure(folder: str) -> dict[str, tuple[float, float, float, float]]:
    """By format: median milliseconds, ratios to the reference (clock, processor), and that of the engine's import."""
    request, world = made(folder), environment(folder)
    reference = [sys.executable, "-c", "import click"]
    found = {}
    for form in ("text", "html", "pdf", "docx"):
        command = [program(), "offer", "render", request, "--format", form, "-o", os.path.join(folder, "x")]
        engine = [sys.executable, "-c", f"import {ENGINES.get(form, 'click')}"]
        cost(command, world)
        threes = [(cost(command, world), cost(engine, world), cost(reference, world)) for _ in range(PAIRS)]
        found[form] = (
            statistics.median(own[0] for own, _, _ in threes) * 1000,
            *ratios([(own, other) for own, _, other in threes]),
            ratios([(bare, other) for _, bare, other in threes])[0],
        )
    return found


def main() -> None:
    with tempfile.TemporaryDirectory() as parent:
        results = measure(os.path.join(parent, "desk"))
    head = f"{'format':<8}{'ms':>8}{'x click':>10}{'processor':>11}{'limit':>8}{'import of its engine, x click':>32}"
    print(f"{head}   ({PAIRS} pairs)")
    for form, (own, ratio, processor, bare) in results.items():
        print(f"{form:<8}{own:>8.1f}{ratio:>10.2f}{processor:>11.2f}{LIMITS.get(form, ''):>8}{bare:>32.2f}")


if __name__ == "__main__":
    main()
