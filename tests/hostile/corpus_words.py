"""Words of a command line, clocks, and environments."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from tests.hostile.corpus import Hostile
from tests.hostile.ground import CANARY, PLAIN, Ground

WORDS: dict[str, str] = {
    "nothing": "",
    "a dot": ".",
    "two dots": "..",
    "a path": "../../../etc/passwd",
    "an absolute path": "/etc/passwd",
    "a path in an id": "R-20261123-../../x",
    "an object": "HEAD:desk.yaml",
    "a range": "HEAD~1..HEAD",
    "an option": f"--output={CANARY}",
    "a short option": "-x",
    "dashes": "--",
    "a line break": f"{PLAIN}\nHEAD:desk.yaml",
    "an escape": "\x1b[2J\x1b]52;c;eA==\x07",
    "c1": "\x9b2J\x9d52;c;eA==\x9c",
    "bidi": "\u202egnihton",
    "stars": "***",
    "a glob": ":(glob)**",
    "brackets": "[[[a-",
    "an expression": "(((((a+)+)+)+)+)$",
    "per cent": "%s%s%n{0}{x}",
    "other digits": "R-２０２６1123-bbb222",
    "capitals": PLAIN.upper(),
    "homoglyphs": "R-20261123-bЬb222",
    "long": "x" * 50_000,
    "long digits": "9" * 50_000,
    "shell": f"$(touch {CANARY})`touch {CANARY}`;touch {CANARY}",
    "markup": f"<script>{CANARY}</script>",
    "half a surrogate": "\udcff\udcfe",
    "astral": "\U0010ffff\uffff\ufdd0",
    "quotes": "\"'\\",
    "json": '{"id": "x"}',
    "an instant beyond": "10000-01-01",
    "infinity": "1E+999999999",
    "not a number": "NaN",
    "negative": "-1",
    "spaces": "   ",
}
# Where a word of the command line goes into git, files, formulas, calendars, periods.
PLACES = (
    "show {}",
    "log {}",
    "explain {}",
    f"explain {PLAIN} {{}}",
    "offer show {}",
    f"offer show {PLAIN} {{}}",
    "offer render {} -o -",
    "offer diff {} {} {}",
    "regulation show {}",
    "regulation diff {} 1 2",
    "regulation diff commercial-offer {} {}",
    "regulation simulate {}",
    "regulation test {}",
    "regulation lint {}",
    "regulation read {}",
    "regulation map {}",
    "calendar show {}",
    "calendar month {}",
    "calendar month office {}",
    "calendar add {} 3d",
    "calendar add 2026-11-23T10:00 {}",
    "calendar between {} {}",
    "client show {}",
    "client export {}",
    "search {}",
    "list --owner={} --client={}",
    "list --text={} --due-before={}",
    "list --field=x={} --stage={}",
    "agenda --for={}",
    "agenda --days={}",
    "report service --period={}",
    "report flow --compare={}",
    "report service --requests={}",
    "conflicts ack {} {}",
    "--lang={} list",
    "--now={} list",
    "--as-of={} list",
    "--as={} mine",
    "-C {} list",
    "completion {}",
    "{}",
)
NOWS: dict[str, str] = {
    "a day ahead": "2026-11-24T10:00:00+03:00",
    "a day behind": "2026-11-22T10:00:00+03:00",
    "years ahead": "2040-02-29T23:59:59+03:00",
    "before everything": "1970-01-01T00:00:00+00:00",
    "1900": "1900-01-01T00:00:00+14:00",
    "2999": "2999-12-31T23:59:59-12:00",
    "9999": "9999-12-31T23:59:59-12:00",
    "beyond": "10000-01-01T00:00:00+00:00",
    "the beginning": "0001-01-01T00:00:00+14:00",
    "garbage": "\x1b[2J",
    "an hour that is skipped": "2026-03-29T02:30:00",
}
ENVIRONMENTS: dict[str, dict[str, str]] = {
    "locale of nowhere": {"LC_ALL": "xx_YY.UTF-99", "LANG": "\x1b[2J"},
    "language is a path": {"LANGUAGE": "../../../../etc:/etc:\x1b[2J"},
    "person is a path": {"SVCCTL_PERSON": "../../etc/passwd"},
    "person is an escape": {"SVCCTL_PERSON": "\x1b[2J\x9b2J"},
    "person looks alike": {"SVCCTL_PERSON": "іvanova"},
    "zone of nowhere": {"TZ": ":/etc/passwd"},
    "git elsewhere": {
        "GIT_DIR": "/etc",
        "GIT_WORK_TREE": "/etc",
        "GIT_INDEX_FILE": "/dev/zero",
        "GIT_CONFIG_PARAMETERS": "'x",
    },
    "git traced": {"GIT_TRACE": "/dev/stdout", "GIT_EXTERNAL_DIFF": "touch", "GIT_PAGER": "touch", "GIT_SSH": "touch"},
    "pager and editor": {"PAGER": f"touch {CANARY}", "EDITOR": f"touch {CANARY}", "VISUAL": f"touch {CANARY}"},
    "colours": {"NO_COLOR": "", "CLICOLOR_FORCE": "1", "FORCE_COLOR": "3", "COLUMNS": "99999999999"},
}


def _nothing(ground: Ground) -> None:
    """The desk is as it was; the command line is not."""


def inputs() -> Iterator[Hostile]:
    for name, word in WORDS.items():
        quoted = shlex.quote(word)
        rows = tuple(place.replace("{}", quoted) for place in PLACES)
        yield Hostile("words", name, _nothing, rows)
    for name, now in NOWS.items():
        yield Hostile("clocks", name, _nothing, now=now)
    for name, values in ENVIRONMENTS.items():
        yield Hostile("environments", name, lambda ground, values=values: ground.environment.update(values))
