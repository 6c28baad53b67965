"""What a repository's own configuration, attributes and hooks could have git do."""

from __future__ import annotations

from collections.abc import Iterator

from tests.hostile.corpus import Hostile
from tests.hostile.ground import OFFER_RECORD, Ground

# By their names: EVIL is a program with its arguments, PROGRAM the program alone, WORLD the folder around the desk.
SETTINGS: dict[str, str] = {
    "core.fsmonitor": "EVIL",
    "core.pager": "EVIL",
    "core.editor": "EVIL",
    "core.sshCommand": "EVIL",
    "core.askPass": "PROGRAM",
    "core.gitProxy": "EVIL",
    "core.alternateRefsCommand": "EVIL",
    "core.hooksPath": "WORLD/desk/.git/own-hooks",
    "core.worktree": "WORLD/outside",
    "core.bare": "true",
    "core.quotePath": "true",
    "core.attributesFile": "WORLD/desk/.git/info/attributes",
    "core.excludesFile": "/dev/zero",
    "core.ignoreCase": "true",
    "core.abbrev": "4",
    "core.autocrlf": "true",
    "core.eol": "crlf",
    "core.commentChar": "R",
    "core.bigFileThreshold": "1",
    "core.untrackedCache": "true",
    "core.useReplaceRefs": "true",
    "core.compression": "99",
    "core.packedGitLimit": "1",
    "diff.external": "EVIL",
    "diff.evil.command": "EVIL",
    "diff.evil.textconv": "EVIL",
    "diff.evil.xfuncname": "(((",
    "diff.orderFile": "WORLD/desk/.git/pipe",
    "diff.renames": "copies",
    "diff.noprefix": "true",
    "diff.algorithm": "nonsense",
    "filter.evil.clean": "EVIL",
    "filter.evil.smudge": "EVIL",
    "filter.evil.process": "EVIL",
    "merge.evil.driver": "EVIL",
    "merge.tool": "evil",
    "mergetool.evil.cmd": "EVIL",
    "credential.helper": "!EVIL",
    "gpg.program": "PROGRAM",
    "gpg.ssh.program": "PROGRAM",
    "gpg.ssh.defaultKeyCommand": "EVIL",
    "commit.gpgSign": "true",
    "commit.template": "/dev/zero",
    "log.showSignature": "true",
    "log.diffMerges": "on",
    "log.date": "format:\x1b[2J",
    "log.mailmap": "true",
    "log.follow": "true",
    "log.decorate": "full",
    "format.pretty": "format:\x1b]52;c;eA==\x07",
    "color.ui": "always",
    "color.diff": "always",
    "pager.log": "EVIL",
    "pager.ls-tree": "EVIL",
    "pager.cat-file": "EVIL",
    "pager.config": "EVIL",
    "sequence.editor": "EVIL",
    "uploadpack.packObjectsHook": "EVIL",
    "alias.log": "!EVIL",
    "alias.rev-list": "!EVIL",
    "alias.cat-file": "!EVIL",
    "gc.auto": "1",
    "maintenance.auto": "true",
    "i18n.logOutputEncoding": "UTF-16",
    "i18n.commitEncoding": "UTF-7",
    "include.path": "WORLD/desk/.git/included",
    "includeIf.gitdir:/**.path": "WORLD/desk/.git/included",
    "extensions.worktreeConfig": "true",
    "remote.origin.url": "ext::sh -c EVIL",
    "remote.origin.uploadpack": "EVIL",
    "url.ext::sh -c x.insteadOf": "https://",
    "submodule.recurse": "true",
    "submodule.x.update": "!EVIL",
    "trace2.normalTarget": "WORLD/canary/trace",
    "transfer.fsckObjects": "true",
    "user.email": "\x1b[2J<x>\x1b]52;c;eA==\x07",
    "user.name": "--author",
    "mailmap.file": "/dev/zero",
    "blame.ignoreRevsFile": "/dev/zero",
    "safe.directory": "*",
    "index.version": "4",
    "status.submoduleSummary": "true",
    "advice.detachedHead": "no\x1b[2J",
}
ATTRIBUTES: dict[str, str] = {
    "filters": "* filter=evil diff=evil merge=evil text=auto\n",
    "filters of every kind": "* filter=evil -text ident export-subst working-tree-encoding=UTF-16\n",
    "macros": "[attr]evil filter=evil\n* evil\n",
    "long": "* " + "x" * 3_000 + "\n",
    "many": "".join(f"/f{n} filter=evil\n" for n in range(20_000)),
}
HOOKS = (
    "applypatch-msg",
    "pre-commit",
    "prepare-commit-msg",
    "commit-msg",
    "post-commit",
    "post-checkout",
    "post-merge",
    "pre-auto-gc",
    "reference-transaction",
    "post-index-change",
    "fsmonitor-watchman",
    "post-rewrite",
    "pre-push",
    "pre-receive",
    "update",
)


def _armed(ground: Ground) -> str:
    """Everything that a setting could point to is there."""
    program = ground.program()
    ground.configure(f'[filter "evil"]\n\trequired = true\n[alias]\n\tx = "!{program} alias"\n')
    folder = ground.folder / ".git"
    (folder / "info").mkdir(exist_ok=True)
    (folder / "info" / "attributes").write_text("* filter=evil diff=evil merge=evil\n", encoding="utf-8")
    (folder / "included").write_text(
        f'[core]\n\tfsmonitor = "{program} fsmonitor"\n\tpager = "{program} pager"\n', encoding="utf-8"
    )
    (folder / "config.worktree").write_text(f'[core]\n\tfsmonitor = "{program} worktree"\n', encoding="utf-8")
    for place in (folder / "hooks", folder / "own-hooks"):
        place.mkdir(exist_ok=True)
        for name in HOOKS:
            hook = place / name
            hook.write_text(f'#!/bin/sh\necho hook {name} >> "{ground.canary}"\n', encoding="utf-8")
            hook.chmod(0o755)
    return program


def _set(ground: Ground, name: str, value: str) -> None:
    # Written by hand: git itself would take some of these at their word.
    program = _armed(ground)
    section, _, key = name.rpartition(".")
    head, _, sub = section.partition(".")
    text = value.replace("EVIL", f"{program} {name}").replace("PROGRAM", program).replace("WORLD", str(ground.world))
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    ground.configure(f'[{head}{f" {chr(34)}{sub}{chr(34)}" if sub else ""}]\n\t{key} = "{text}"\n')


def _attributes(ground: Ground, text: str) -> None:
    ground.put(".gitattributes", text)
    # Not by git add, which would do what the file says.
    ground.git("update-index", "--add", "--cacheinfo", f"100644,{ground.blob(text.encode())},.gitattributes")
    ground.git("commit", "-qm", "attributes")
    program = _armed(ground)
    for key in ("clean", "smudge", "process"):
        ground.configure(f'[filter "evil"]\n\t{key} = "{program} {key}"\n')
    # An entry of the index that git doubts, so that it would ask the filter.
    ground.path(OFFER_RECORD).touch()


def _everything(ground: Ground) -> None:
    for name, value in SETTINGS.items():
        if not name.startswith(
            ("core.worktree", "core.bare", "diff.algorithm", "index.", "core.packed", "core.compression")
        ):
            _set(ground, name, value)


def inputs() -> Iterator[Hostile]:
    for name, value in SETTINGS.items():
        yield Hostile("configuration", name, lambda ground, name=name, value=value: _set(ground, name, value))
    yield Hostile("configuration", "all of it", _everything)
    for name, text in ATTRIBUTES.items():
        yield Hostile("attributes", name, lambda ground, text=text: _attributes(ground, text))
