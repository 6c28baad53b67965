"""YAML that explodes, lies, or is none, in every kind of file that is YAML."""

from __future__ import annotations

from collections.abc import Iterator

from tests.hostile.corpus import Hostile
from tests.hostile.ground import OFFER_FILE, PLAIN_RECORD, Ground

_LAUGHS = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{b}: &{b} [{','.join(['*' + a] * 10)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)

ATTACKS: dict[str, str | bytes] = {
    "billion laughs": _LAUGHS,
    "quadratic blowup": "a: &a " + "x" * 50_000 + "\nb: [" + ",".join(["*a"] * 5_000) + "]\n",
    "alias of itself": "a: &a [*a]\n",
    "merge keys": "a: &a {name: x}\n<<: *a\n<<: [*a, *a]\n",
    "nested lists": "a: " + "[" * 100_000,
    "nested lists closed": "a: " + "[" * 30_000 + "]" * 30_000 + "\n",
    "nested mappings": "a: " + "{a: " * 50_000,
    "nested dashes": "- " * 60_000 + "\n",
    "nested question marks": "? " * 60_000 + "\n",
    "nested by indentation": "".join(" " * n + f"k{n}:\n" for n in range(1_200)),
    "python object": "a: !!python/object/apply:os.system [touch canary-was-here]\n",
    "python name": "a: !!python/name:os.system\nb: !!python/module:os\n",
    "tags": "a: !!int x\nb: !!binary '////'\nc: !!timestamp x\nd: !!set {x}\ne: !!null ''\n!!str f: !local g\n",
    "tag directive": "%TAG ! tag:evil.example,2026:\n---\na: !x y\n",
    "yaml directive": "%YAML 9.9\n---\nname: x\n",
    "duplicate keys": "name: a\nname: b\n'name': c\n\"na\\x6de\": d\n",
    "many duplicates": "name: a\n" * 20_000,
    "many keys": "".join(f"k{n}: v\n" for n in range(100_000)),
    "many items": "a: [" + "x," * 600_000 + "x]\n",
    "many short items": "a:\n" + "- b\n" * 450_000,
    "many empty lists": "a: [" + "[]," * 450_000 + "[]]\n",
    "many documents": "a: b\n---\n" * 100_000,
    "many comments": "# x\n" * 400_000,
    "many anchors": "".join(f"k{n}: &a{n} v\n" for n in range(50_000)),
    "large": "name: " + "x" * 1_999_000 + "\n",
    "too large": "name: " + "x" * 2_100_000 + "\n",
    "folded": "name: >\n" + " x\n" * 400_000,
    "long key": "k" * 5_000 + ": x\n? " + "q" * 100_000 + "\n: y\n",
    "complex keys": "? [a, b]\n: x\n? {c: d}\n: y\n? |\n  z\n: z\n",
    "nul": "name: a\0b\n",
    "control characters": "name: a\x1b[2Jb\x07\n",
    "escaped controls": 'name: "\\x1b]52;c;eA==\\x07\\0\\N\\L\\P\\u202e\\U0001f600"\n',
    "half a surrogate": 'name: "\\ud800"\n"\\udfff": x\n',
    "wrong escape": 'name: "\\q\\xzz\\U99999999"\n',
    "bom": b"\xef\xbb\xbfname: x\n",
    "bom inside": "name: x\n\ufefftitle: y\n",
    "utf-16": "name: x\n".encode("utf-16"),
    "utf-32": "name: x\n".encode("utf-32"),
    "latin-1": "name: Łódź café\n".encode("cp1250"),
    "overlong utf-8": b"name: \xc0\xaf\xe0\x80\xaf\n",
    "surrogates in utf-8": b"name: \xed\xa0\x80\n",
    "crlf": "name: x\r\ntitle: y\r\n",
    "cr": "name: x\rtitle: y\r",
    "mixed line ends": "name: x\r\ntitle: y\rz: w\u2028v: \x85u: t\n",
    "tabs": "name: x\n\tdeep:\n\t\t- y\n",
    "unfinished": 'name: "x\n',
    "unfinished list": "name: [x\n",
    "nothing": "",
    "only a comment": "# x\n",
    "a list": "- a\n- b\n",
    "a word": "word\n",
    "null": "~\n",
    "wrong kinds": "name: [x]\ntitle: {a: b}\npeople: x\ndepartments: [a]\n"
    "items: {a: b}\nweek: x\ndates: []\nlines: x\n",
    "binary": bytes(range(256)) * 40,
    "png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "gzip": b"\x1f\x8b\x08\0\0\0\0\0",
    "zeros": b"\0" * 100_000,
}
_FILES = (
    "desk.yaml",
    "team.yaml",
    "channels.yaml",
    "calendars/office.yaml",
    "calendars/ru.yaml",
    "clients/metallstroy.yaml",
    "prices/main.yaml",
    "errands/extinguishers.yaml",
    "vat/ru.yaml",
    "regulations/commercial-offer.md",
    OFFER_FILE,
    PLAIN_RECORD,
)


def _instead(ground: Ground, name: str, attack: str | bytes) -> None:
    """The whole file; of a regulation and a record, what is YAML in it."""
    data = attack if isinstance(attack, bytes) else attack.encode("utf-8", "surrogatepass")
    if name.endswith(".md"):
        data = b"---\n" + data + b"\n---\n\nprose\n"
    if name == PLAIN_RECORD:
        data += b"\nevents:\n"
    ground.write(name, data)


def _beside(ground: Ground, name: str, attack: str | bytes) -> None:
    """Below what is right in the file."""
    data = attack if isinstance(attack, bytes) else attack.encode("utf-8", "surrogatepass")
    own = ground.path(name).read_bytes()
    if name == PLAIN_RECORD:
        head, _, tail = own.partition(b"events:\n")
        ground.write(name, head + data + b"\nevents:\n" + tail)
    else:
        ground.write(name, own + data)


def inputs() -> Iterator[Hostile]:
    """Each attack in a record and in another file, in turn: instead of what was there, or below it."""
    others = [name for name in _FILES if name != PLAIN_RECORD]
    for number, (name, attack) in enumerate(ATTACKS.items()):
        own, other = (_beside, _instead) if number % 2 else (_instead, _beside)
        path = others[number % len(others)]
        if other is _beside and path.endswith((".md", "vat/ru.yaml")):
            path = "desk.yaml"
        yield Hostile("yaml in records", name, lambda ground, arm=own, what=attack: arm(ground, PLAIN_RECORD, what))
        yield Hostile(
            "yaml elsewhere",
            f"{name} in {path}",
            lambda ground, arm=other, path=path, what=attack: arm(ground, path, what),
        )
