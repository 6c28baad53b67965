"""Links, pipes, submodules, odd names and broken objects, in the commit, in the folder, and in ``.git`` itself."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator

from svcctl import __version__
from tests.hostile.corpus import Arm, Hostile
from tests.hostile.ground import ERRAND, FILES, OFFER, OFFER_FILE, PLAIN, PLAIN_RECORD, Ground

_OF_EACH_KIND = (
    "desk.yaml",
    "team.yaml",
    "channels.yaml",
    "calendars/office.yaml",
    "clients/metallstroy.yaml",
    "prices/main.yaml",
    "errands/extinguishers.yaml",
    "regulations/commercial-offer.md",
    PLAIN_RECORD,
    OFFER_FILE,
    "templates/logo.png",
    "templates/offer/ru.html.j2",
    f"{FILES}/link.txt",
)
_FOLDERS = (
    "requests",
    "requests/2026",
    "clients",
    "calendars",
    "regulations",
    "offers",
    "prices",
    "files",
    "templates",
)
NAMES: dict[str, bytes] = {
    "line break": b"clients/a\nb.yaml",
    "escape": b"clients/\x1b[2J.yaml",
    "osc 52": b"prices/\x1b]52;c;eA==\x07.yaml",
    "c1": "clients/\x9b2J.yaml".encode(),
    "bidi": "clients/\u202elmay.yaml".encode(),
    "option": b"--output=canary-was-here.yaml",
    "option in a folder": b"clients/--help.yaml",
    "glob": b":(glob)**/*.yaml",
    "star": b"clients/*.yaml",
    "no utf-8": b"clients/\xff\xfe.yaml",
    "spaces": b"clients/ .yaml",
    "markup": b"clients/<script>canary-was-here<.yaml",
    "formula": b"prices/=cmd|calc.csv",
    "long": b"clients/" + b"x" * 240 + b".yaml",
    "record of no id": b"requests/2026/11/23/R-20261123-!!!!!!.yaml",
    "record in capitals": b"requests/2026/11/23/R-20261123-AAA111.yaml",
    "record on another day": b"requests/2026/11/22/R-20261123-aaa111.yaml",
    "record that is an option": b"requests/2026/11/23/--all.yaml",
    "record with a line break": b"requests/2026/11/23/R-2026\n123-aaa111.yaml",
    "record in other digits": "requests/２０２６/11/23/R-20261123-zzz999.yaml".encode(),
    "record with no day": b"requests/9999/99/99/R-99999999-zzz999.yaml",
    "record right below": b"requests/R-20261123-zzz999.yaml",
    "regulation with an at": b"regulations/a@b@1.md",
    "readers of nothing": b"regulations/read/x@999999999999.txt",
    "calendar that is a path": b"calendars/..%2fdesk.yaml",
    "deep": b"files/" + b"d/" * 300 + b"x",
    "client like an extension": b"clients/.yaml",
    "shell": b"clients/$(touch canary-was-here).yaml",
}


def _named(ground: Ground, name: bytes) -> None:
    place = os.path.join(os.fsencode(ground.folder), name)
    os.makedirs(os.path.dirname(place), exist_ok=True)
    with open(place, "wb") as file:
        file.write(b"name: x\n" if b"requests/" not in name else ground.path(PLAIN_RECORD).read_bytes())
    ground.commit()


def _folder_instead(ground: Ground, name: str) -> None:
    ground.path(name).unlink(missing_ok=True)
    ground.write(f"{name}/x.yaml", "name: x\n")


def _file_instead(ground: Ground, name: str) -> None:
    if ground.path(name).is_dir():
        shutil.rmtree(ground.path(name))
    ground.write(name, "name: x\n")


def _submodule(ground: Ground, name: str) -> None:
    commit = ground.git("rev-parse", "HEAD").strip()
    ground.put(
        ".gitmodules",
        f'[submodule "x"]\n\tpath = {name}\n\turl = ext::sh -c "touch {ground.canary}"\n\tupdate = !touch x\n',
    )
    ground.git("add", ".gitmodules")
    ground.git("update-index", "--add", "--cacheinfo", f"160000,{commit},{name}")
    ground.git("commit", "-qm", "submodule")


def _pipe(ground: Ground, name: str) -> None:
    """In the folder only; git keeps no pipes."""
    place = ground.path(name)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.unlink(missing_ok=True)
    os.mkfifo(place)


def _device(ground: Ground, name: str) -> None:
    place = ground.path(name)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.unlink(missing_ok=True)
    place.symlink_to("/dev/zero")


def _entry(mode: str, name: bytes) -> Arm:
    def arm(ground: Ground) -> None:
        blob = ground.blob(b"name: x\n")
        ground.tree_of((mode, blob if mode != "40000" else ground.git("rev-parse", "HEAD:requests").strip(), name))

    return arm


def _in_git(name: str, content: str | bytes) -> Arm:
    def arm(ground: Ground) -> None:
        place = ground.folder / ".git" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode() if isinstance(content, str) else content)

    return arm


def _missing_object(ground: Ground, path: str) -> None:
    oid = ground.git("rev-parse", f"HEAD:{path}").strip()
    place = ground.folder / ".git" / "objects" / oid[:2] / oid[2:]
    if not place.exists():
        for pack in (ground.folder / ".git" / "objects" / "pack").glob("*.pack"):
            moved = ground.world / "outside" / pack.name
            pack.rename(moved)
            os.system(f"git -C {ground.folder} unpack-objects -q < {moved}")
            moved.unlink()
    place.unlink()


def _spoilt_object(ground: Ground, path: str) -> None:
    _missing_object(ground, path)
    oid = ground.git("rev-parse", f"HEAD:{path}").strip()
    place = ground.folder / ".git" / "objects" / oid[:2] / oid[2:]
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(b"x\x9c\0\0garbage")


def _replaced_object(ground: Ground) -> None:
    oid = ground.git("rev-parse", f"HEAD:{PLAIN_RECORD}").strip()
    ground.git("replace", oid, ground.blob(b"\x1b[2Jnot a record"))


def _cache(ground: Ground, value: object) -> None:
    """What svcctl keeps of files it has read: a desk that is sent with its .git brings that too."""
    names = ("desk.yaml", "team.yaml", "channels.yaml", "calendars/office.yaml", "clients/zoo.yaml", OFFER_FILE)
    oids = [ground.git("rev-parse", f"HEAD:{name}").strip() for name in names]
    mappings = dict.fromkeys(oids, value)
    _in_git("svcctl/parsed.json", json.dumps({"version": __version__, "mappings": mappings}))(ground)


CACHES: dict[str, object] = {
    "texts": "x",
    "numbers": 7,
    "lists": ["x"],
    "nothing in it": {},
    "wrong kinds": {"name": 7, "people": ["x"], "departments": 1, "week": None, "lines": {"a": 1}, "calendar": []},
    "names of python": {"__class__": "x", "name": {"__class__": "y"}},
    "controls": {"name": "\x1b]52;c;eA==\x07\x1b[2J"},
}

SPOILT: dict[str, Callable[[Ground], None]] = {
    "head is garbage": _in_git("HEAD", "garbage\n"),
    "head is empty": _in_git("HEAD", ""),
    "head leads out": _in_git("HEAD", "ref: ../../../../etc/passwd\n"),
    "head is an option": _in_git("HEAD", "ref: --upload-pack=touch\n"),
    "head names no branch": _in_git("HEAD", "ref: refs/heads/nothing\n"),
    "head has controls": _in_git("HEAD", "ref: refs/heads/\x1b[2J\n"),
    "head is binary": _in_git("HEAD", b"\xff\xfe\0" * 1000),
    "head is long": _in_git("HEAD", "ref: refs/heads/" + "x" * 100_000),
    "index is garbage": _in_git("index", b"DIRC garbage"),
    "packed refs are garbage": _in_git("packed-refs", b"\xff\xff garbage\n" * 100),
    "config is garbage": _in_git("config", b"[[[\xff"),
    "config is binary": _in_git("config", bytes(range(256))),
    "config of the future": _in_git("config", "[core]\n\trepositoryformatversion = 99\n"),
    "config with unknown extensions": _in_git(
        "config", "[core]\n\trepositoryformatversion = 1\n[extensions]\n\tevil = true\n"
    ),
    "shallow is garbage": _in_git("shallow", "garbage\n"),
    "alternates lead out": _in_git("objects/info/alternates", "/etc\n../../../../../../../etc\n"),
    "commondir leads out": _in_git("commondir", "/etc\n"),
    "grafts": _in_git("info/grafts", "garbage\n"),
    "intent is garbage": _in_git("svcctl/intent.json", "{"),
    "intent leads out": _in_git(
        "svcctl/intent.json", '{"tip": "x", "paths": ["../outside/secret.txt", "/etc/passwd"]}'
    ),
    "cache is garbage": _in_git("svcctl/parsed.json", "[" * 100_000),
    "cache is binary": _in_git("svcctl/parsed.json", b"\xff\xfe\0"),
    "cache is a list": _in_git("svcctl/parsed.json", "[1]"),
    "cache has a number": _in_git("svcctl/parsed.json", '{"version": "' + __version__ + '", "mappings": 7}'),
    "templates' cache is garbage": _in_git("svcctl/templates/x.cache", b"\x80\x04garbage"),
    "a record's object is missing": lambda ground: _missing_object(ground, PLAIN_RECORD),
    "the settings' object is missing": lambda ground: _missing_object(ground, "desk.yaml"),
    "a folder's object is missing": lambda ground: _missing_object(ground, "requests/2026"),
    "a record's object is spoilt": lambda ground: _spoilt_object(ground, PLAIN_RECORD),
    "a record's object is replaced": _replaced_object,
    "entry ..": _entry("40000", b".."),
    "entry .": _entry("40000", b"."),
    "entry .git": _entry("40000", b".git"),
    "entry .GIT": _entry("40000", b".GIT"),
    "entry with a slash": _entry("100644", b"clients/evil.yaml"),
    "entry twice": _entry("100644", b"desk.yaml"),
    "entry of no name": _entry("100644", b""),
    "entry of a strange mode": _entry("140000", b"socket.yaml"),
    "file as a folder": _entry("40000", b"clients.yaml"),
}


def _gone(ground: Ground) -> None:
    shutil.rmtree(ground.folder / ".git")


def _pointer(ground: Ground, text: str) -> None:
    _gone(ground)
    ground.put(".git", text)


def inputs() -> Iterator[Hostile]:
    for name in _OF_EACH_KIND:
        yield Hostile("links", f"{name} leads out", lambda ground, name=name: ground.link(name, str(ground.secret)))
        yield Hostile("pipes", name, lambda ground, name=name: _pipe(ground, name))
    for name in _FOLDERS:
        yield Hostile(
            "links", f"{name} leads out", lambda ground, name=name: ground.link(name, str(ground.secret.parent))
        )
    yield Hostile("links", "a record to itself", lambda ground: ground.link(PLAIN_RECORD, f"{PLAIN}.yaml"))
    yield Hostile("links", "a record to another", lambda ground: ground.link(PLAIN_RECORD, f"{ERRAND}.yaml"))
    yield Hostile("links", "a logo to a device", lambda ground: _device(ground, "templates/logo.png"))
    yield Hostile("links", "a template to a device", lambda ground: _device(ground, "templates/offer/ru.html.j2"))
    for name in (
        "requests/2026/11/24",
        "clients/zoo2",
        "regulations/x.md",
        "sub",
        f"offers/2026/11/23/{OFFER}/r2.yaml",
    ):
        yield Hostile("submodules", name, lambda ground, name=name: _submodule(ground, name))
    for name in ("team.yaml", "channels.yaml", "calendars/office.yaml", PLAIN_RECORD, OFFER_FILE):
        yield Hostile("folders", f"for {name}", lambda ground, name=name: _folder_instead(ground, name))
    for name in ("requests", "clients", "regulations", "calendars", "offers", "templates"):
        yield Hostile("folders", f"a file for {name}", lambda ground, name=name: _file_instead(ground, name))
    for name, raw in NAMES.items():
        yield Hostile("names of files", name, lambda ground, raw=raw: _named(ground, raw))
    for name, arm in SPOILT.items():
        yield Hostile("repositories", name, arm)
    for name, value in CACHES.items():
        yield Hostile("repositories", f"cache of {name}", lambda ground, value=value: _cache(ground, value))
    yield Hostile("repositories", "none", _gone)
    yield Hostile("repositories", "elsewhere", lambda ground: _pointer(ground, "gitdir: /etc\n"))
    yield Hostile("repositories", "a pointer to nothing", lambda ground: _pointer(ground, "gitdir: ../\0x\n"))
    yield Hostile("repositories", "a pointer to itself", lambda ground: _pointer(ground, "gitdir: .git\n"))
