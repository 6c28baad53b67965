"""Pushes that a shared repository must not take: each makes its commits in a clone and says what is to be pushed."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import datetime

from svcctl.model.ids import derived_event_id, record_path
from svcctl.model.recurrence import parse_recurrence
from svcctl.rules.recurring import request_id
from svcctl.store import yaml
from tests.conftest import git
from tests.store.pushing import Forgery, Stage

FORGERIES: dict[str, tuple[Forgery, str]] = {}
"""By their names, each with words of the refusal."""

REGULATION = "---\nregulation: {name}\nversion: 1\ntitle: T\nowner: {owner}\napplies: {{type: {name}}}\n---\nDo it.\n"
OTHER = "R-20261123-zzzzzz"


def forged(words: str) -> Callable[[Forgery], Forgery]:
    """Puts a forgery on the list, with words that its refusal has."""

    def put(forgery: Forgery) -> Forgery:
        FORGERIES[forgery.__name__] = forgery, words
        return forgery

    return put


def new_record(stage: Stage, by: str = "ivanova", name: str = OTHER, more: str = "", events: str = "") -> None:
    head = f"id: {name}\ntitle: Forged\ntype: request\nopened: 2026-11-23T10:00:00+03:00\nby: {by}\n"
    stage.write(record_path(name), f"{head}{more}events:\n{events}")


# In whose name


@forged("ivanova wrote it in the name of petrova")
def a_note_in_anothers_name(stage: Stage) -> None:
    stage.event("own", "noted", by="petrova", text="x")
    stage.commit()


@forged("ivanova wrote it in the name of petrova")
def a_request_in_anothers_name(stage: Stage) -> None:
    new_record(stage, "petrova")
    stage.commit()


@forged("ivanova wrote it in the name of nobody")
def a_note_of_nobody(stage: Stage) -> None:
    stage.event("own", "noted", by="nobody", text="x")
    stage.commit()


@forged("ivanova wrote it in the name of sidorov")
def anothers_note_behind_an_own_one(stage: Stage) -> None:
    stage.event("own", "noted", text="mine")
    stage.event("own", "noted", by="sidorov", text="his")
    stage.commit()


@forged("nobody in team.yaml has its author's address, mallory@example.com")
def a_stranger(stage: Stage) -> None:
    stage.event("own", "noted", text="x")
    stage.commit(by="mallory")


@forged("nobody in team.yaml has its author's address, mallory@example.com")
def a_stranger_who_changes_where_clients_pay(stage: Stage) -> None:
    stage.write("clients/zoo.yaml", "name: Zoo\nrequisites: {iban: PL00}\n")
    stage.commit(by="mallory")


@forged("nobody in team.yaml has its author's address, petrova@localhost")
def a_handle_without_the_address_it_has(stage: Stage) -> None:
    stage.event("own", "noted", by="petrova", text="x")
    stage.commit(by="petrova@localhost")


@forged("petrova wrote it, and ivanova@example.com committed it")
def a_commit_with_anothers_author(stage: Stage) -> None:
    stage.event("own", "noted", by="petrova", text="x")
    stage.commit(by="petrova", committer="ivanova")


@forged("ivanova wrote it, and mallory@example.com committed it")
def a_commit_by_a_strange_committer(stage: Stage) -> None:
    stage.event("own", "noted", text="x")
    stage.commit(committer="mallory")


@forged("gone has left the team")
def somebody_who_has_left(stage: Stage) -> None:
    stage.event("own", "noted", by="gone", text="x")
    stage.commit(by="gone")


@forged("ivanova says that kim has read it")
def that_another_has_read_a_regulation(stage: Stage) -> None:
    path = "regulations/read/callback@1.txt"
    stage.write(path, stage.read(path) + "2026-11-23T10:00:00+03:00 kim\n")
    stage.commit()


@forged("was taken out")
def that_another_has_not_read_a_regulation(stage: Stage) -> None:
    stage.write("regulations/read/callback@1.txt", "")
    stage.commit(by="kim")


@forged("ivanova may not change errands/tea.yaml: it is petrova's")
def a_recurring_errand_in_anothers_name(stage: Stage) -> None:
    stage.write("errands/tea.yaml", stage.read("errands/stock.yaml"))
    stage.commit()


@forged("ivanova may not change errands/stock.yaml: it is petrova's")
def anothers_recurring_errand(stage: Stage) -> None:
    stage.replace("errands/stock.yaml", "Count the stock", "Buy me tea")
    stage.commit()


@forged("it is not what the recurring errand “stock” says")
def an_occurrence_of_an_errand_that_says_something_else(stage: Stage) -> None:
    new_record(stage, "petrova", more="fields:\n  errand: stock\n")
    stage.commit()


@forged("it is not what the recurring errand “stock” says")
def an_errand_opened_at_a_moment_of_ones_own(stage: Stage) -> None:
    definition = stage.read("errands/stock.yaml")
    mapping, _ = yaml.read(definition, "errands/stock.yaml")
    defined = parse_recurrence("stock", mapping or {})
    moment = datetime.fromisoformat("2026-11-24T15:00:00+03:00")
    name = request_id(defined, moment)
    head = f"id: {name}\ntitle: Count the stock\ntype: errand\ncontroller: petrova\nopened: {moment.isoformat()}\n"
    stage.write(record_path(name), f"{head}by: petrova\nfields:\n  errand: stock\nevents:\n")
    stage.commit()


@forged("it is not what the recurring errand “stock” says")
def an_errand_opened_and_settled_in_anothers_name(stage: Stage) -> None:
    mapping, _ = yaml.read(stage.read("errands/stock.yaml"), "errands/stock.yaml")
    defined = parse_recurrence("stock", mapping or {})
    moment = datetime.fromisoformat("2026-11-30T09:00:00+03:00")
    name = request_id(defined, moment)
    event = {"id": derived_event_id(name, "1"), "n": 1, "prev": "", "at": moment.isoformat(), "by": "petrova"}
    head = f"id: {name}\ntitle: Count the stock\ntype: errand\ncontroller: petrova\nopened: {moment.isoformat()}\n"
    row = json.dumps({**event, "do": "resolved", "outcome": "done"})
    stage.write(record_path(name), f"{head}by: petrova\nfields:\n  errand: stock\nevents:\n- {row}\n")
    stage.commit()


@forged("there is no recurring errand “nowhere”")
def an_occurrence_of_no_errand(stage: Stage) -> None:
    new_record(stage, "petrova", more="fields:\n  errand: nowhere\n")
    stage.commit()


@forged("ivanova brings in deeds of sidorov")
def an_import_of_a_colleagues_deeds(stage: Stage) -> None:
    event = {"id": "zz000001", "n": 1, "prev": "", "at": "2026-11-23T10:00:00+03:00", "by": "sidorov", "do": "taken"}
    row = json.dumps({**event, "activity": "x"})
    new_record(stage, more="fields:\n  log: a\n  case: b\n", events=f"- {row}\n")
    stage.commit()


# What was recorded


@forged("was changed")
def an_event_with_other_words(stage: Stage) -> None:
    stage.replace(stage.path("own"), "the first note", "no note")
    stage.commit()


@forged("was changed")
def an_event_of_another_moment(stage: Stage) -> None:
    stage.replace(stage.path("own"), '"at": "2026-11-23T10:00', '"at": "2026-11-20T10:00')
    stage.commit()


@forged("was changed")
def words_hidden_by_hand(stage: Stage) -> None:
    stage.replace(stage.path("own"), "the first note", "[redacted]")
    stage.commit()


@forged("was taken out")
def an_event_taken_out(stage: Stage) -> None:
    path = stage.path("own")
    stage.write(path, "\n".join(stage.read(path).splitlines()[:-1]) + "\n")
    stage.commit()


@forged("was taken out")
def all_events_taken_out(stage: Stage) -> None:
    path = stage.path("own")
    stage.write(path, stage.read(path).partition("events:\n")[0] + "events:\n")
    stage.commit(by="petrova")


@forged("the header said “title: Own” and says “title: Mine”")
def another_title(stage: Stage) -> None:
    stage.replace(stage.path("own"), "title: Own", "title: Mine")
    stage.commit()


@forged("the header said")
def a_line_more_in_the_header(stage: Stage) -> None:
    stage.replace(stage.path("own"), "type: request", "type: request\ndue: 2027-01-01T10:00:00+03:00")
    stage.commit()


@forged("the header said “by: sidorov” and says “by: ivanova”")
def anothers_request_as_ones_own(stage: Stage) -> None:
    stage.replace(stage.path("theirs"), "by: sidorov\nevents", "by: ivanova\nevents")
    stage.commit()


@forged("and follows n 2 after")
def an_event_before_what_others_did(stage: Stage) -> None:
    first = stage.events("own")[0]
    stage.append("own", {**first, "id": "zz000000", "n": 0, "prev": "", "by": "kim", "do": "taken"})
    stage.commit(by="kim")


@forged("and follows n 2 after")
def an_event_far_in_the_future_of_the_record(stage: Stage) -> None:
    last = stage.events("own")[-1]
    stage.append("own", {**last, "id": "zz000000", "n": 90, "prev": last["id"]})
    stage.commit()


@forged("and follows n 2 after")
def an_event_that_says_to_follow_another(stage: Stage) -> None:
    first, last = stage.events("own")
    stage.append("own", {**last, "id": "zz000000", "n": 3, "prev": first["id"]})
    stage.commit()


@forged("there is an event")
def an_event_with_the_id_of_another(stage: Stage) -> None:
    last = stage.events("own")[-1]
    stage.append("own", {**last, "n": 3, "prev": last["id"], "text": "another"})
    stage.commit()


@forged("the file was deleted: what a desk has recorded stays")
def a_record_deleted(stage: Stage) -> None:
    (stage.desk / stage.path("theirs")).unlink()
    stage.commit(by="petrova")


@forged("the file was deleted")
def a_record_moved_to_another_id(stage: Stage) -> None:
    text = stage.read(stage.path("own")).replace(stage.ids["own"], OTHER)
    (stage.desk / stage.path("own")).unlink()
    stage.write(record_path(OTHER), text)
    stage.commit()


@forged("the record has no “events:” line of its own")
def a_record_without_events(stage: Stage) -> None:
    stage.replace(stage.path("own"), "\nevents:\n", "\nevent:\n")
    stage.commit()


@forged("not valid JSON")
def a_line_that_is_no_event(stage: Stage) -> None:
    stage.write(stage.path("own"), stage.read(stage.path("own")) + "- {half\n")
    stage.commit()


@forged("a key stands in the event twice")
def an_event_that_two_readers_would_read_differently(stage: Stage) -> None:
    line = (
        '- {"id": "zz000000", "n": 3, "prev": "", "at": "2026-11-23T10:00:00+03:00", "by": "x", "by": "y", "do": "z"}\n'
    )
    stage.write(stage.path("own"), stage.read(stage.path("own")) + line)
    stage.commit()


@forged("aliases (*x) are not read")
def a_yaml_bomb(stage: Stage) -> None:
    new_record(stage, more="a: &x [y, y]\nb: [*x, *x]\n")
    stage.commit()


@forged("the file is not UTF-8 here")
def bytes_of_no_script(stage: Stage) -> None:
    stage.write(stage.path("own"), stage.read(stage.path("own")).encode() + b"- \xff\n")
    stage.commit()


@forged("is not the file's name")
def an_id_that_is_not_the_files(stage: Stage) -> None:
    new_record(stage)
    stage.replace(record_path(OTHER), f"id: {OTHER}", "id: R-20261123-yyyyyy")
    stage.commit()


# What is not allowed now


@forged("already taken by sidorov")
def to_take_what_another_has(stage: Stage) -> None:
    stage.event("theirs", "taken")
    stage.commit()


@forged("it was handed to logistics, not to ivanova")
def to_accept_what_is_for_others(stage: Stage) -> None:
    stage.event("handed", "accepted")
    stage.commit()


@forged("already taken by sidorov")
def to_give_away_what_another_has(stage: Stage) -> None:
    stage.event("theirs", "handed_off", to="customs")
    stage.commit()


@forged("only ivanova can recall this hand-off")
def to_recall_what_another_handed_over(stage: Stage) -> None:
    stage.event("handed", "recalled", by="petrova")
    stage.commit(by="petrova")


@forged("it is resolved since")
def to_work_on_what_is_closed(stage: Stage) -> None:
    stage.event("closed", "waiting", **{"for": "client", "why": "x"})
    stage.commit()


@forged("it is not closed")
def to_reopen_what_is_open(stage: Stage) -> None:
    stage.event("own", "reopened", why="x")
    stage.commit()


@forged("stages are open still: intake")
def to_resolve_what_has_stages_open(stage: Stage) -> None:
    stage.event("staged", "resolved", outcome="x")
    stage.commit()


@forged("is done when these are known: items")
def to_finish_a_stage_that_lacks_what_it_needs(stage: Stage) -> None:
    stage.event("staged", "stage_done", stage="intake")
    stage.commit()


@forged("the stage “approve” was not next")
def to_begin_a_stage_that_is_not_next(stage: Stage) -> None:
    stage.event("staged", "stage_started", stage="approve", department="sales")
    stage.commit()


@forged("refund 50 % is beyond what ivanova decides alone")
def a_refund_beyond_ones_authority(stage: Stage) -> None:
    stage.event("complaint", "set", values={"refund": "50%"}, old={})
    stage.commit()


@forged("ivanova is not asked to approve “approve”")
def to_approve_ones_own_offer(stage: Stage) -> None:
    content = stage.events("offered")[-1]["content"]
    stage.event("offered", "offer_approved", revision="r1", content=content, subject="approve")
    stage.commit()


@forged("no escalation of the regulation gives it to ivanova")
def to_take_over_by_an_escalation(stage: Stage) -> None:
    stage.event("theirs", "escalated", clock="resolve", level="100%", to=["ivanova"], assign="ivanova")
    stage.commit()


@forged("ivanova is not asked to approve “approve”")
def to_approve_an_offer_that_cannot_be_read_meanwhile(stage: Stage) -> None:
    content = stage.events("offered")[-1]["content"]
    path = f"offers/2026/11/23/{stage.ids['offered']}/r1.yaml"
    text = stage.read(path)
    stage.write(path, "nonsense")
    stage.event("offered", "offer_approved", revision="r1", content=content, subject="approve")
    stage.commit()
    stage.write(path, text)
    stage.commit()


@forged("there is no regulation free@9, now or in the history")
def to_leave_the_regulation_for_one_that_is_not(stage: Stage) -> None:
    stage.event("staged", "set", values={"regulation": "free@9"}, old={"regulation": "commercial-offer@1"})
    stage.commit()


@forged("“offer_approved” does not come from an event log")
def an_approval_as_an_import(stage: Stage) -> None:
    event = (
        '{"id": "zz000001", "n": 1, "prev": "", "at": "2026-11-23T10:00:00+03:00", "by": "ivanova", '
        '"do": "offer_approved", "revision": "r1", "activity": "x"}'
    )
    new_record(stage, more="fields:\n  log: a\n  case: b\n", events=f"- {event}\n")
    stage.commit()


@forged("refund 50 % is beyond what ivanova decides alone")
def a_refund_beyond_ones_authority_at_the_opening(stage: Stage) -> None:
    new_record(stage, more="regulation: complaint@1\nfields:\n  refund: 50%\n")
    stage.commit()


@forged("a request cannot be linked with itself")
def a_link_with_itself(stage: Stage) -> None:
    stage.event("own", "linked", to=stage.ids["own"])
    stage.commit()


@forged("there is no regulation fast@1, now or in the history")
def a_request_under_a_regulation_of_ones_own_making(stage: Stage) -> None:
    new_record(stage, more="regulation: fast@1\n")
    stage.commit()


# Files


@forged("a symbolic link may lead out of the desk")
def a_symbolic_link(stage: Stage) -> None:
    os.symlink("/etc/passwd", stage.desk / "clients" / "root.yaml")
    stage.commit()


@forged("a symbolic link may lead out of the desk")
def a_record_that_became_a_link(stage: Stage) -> None:
    place = stage.desk / stage.path("own")
    place.unlink()
    os.symlink("/etc/passwd", place)
    stage.commit()


@forged("another repository has no place in a desk")
def a_submodule(stage: Stage) -> None:
    stage.git("update-index", "--add", "--cacheinfo", f"160000,{stage.git('rev-parse', 'HEAD')},docs/other")
    stage.git("commit", "-qm", "forged")


@forged("the file may be run as a program")
def a_record_that_can_be_run(stage: Stage) -> None:
    (stage.desk / stage.path("own")).chmod(0o755)
    stage.commit()


@forged("the file may be run as a program")
def a_program_among_the_templates(stage: Stage) -> None:
    stage.write("templates/run.sh", "#!/bin/sh\n")
    (stage.desk / "templates" / "run.sh").chmod(0o755)
    stage.commit()


@forged("a desk has no room for this file")
def a_file_that_a_desk_has_no_room_for(stage: Stage) -> None:
    stage.write("svcctl/__main__.py", "print('mine')\n")
    stage.commit()


@forged("a desk has no room for this file")
def a_record_in_the_folder_of_another_day(stage: Stage) -> None:
    new_record(stage)
    stage.write("requests/2026/11/24/R-20261123-zzzzzz.yaml", stage.read(record_path(OTHER)))
    (stage.desk / record_path(OTHER)).unlink()
    stage.commit()


@forged("the path is one of git's own")
def a_gitmodules(stage: Stage) -> None:
    stage.write("docs/.gitmodules", "[submodule x]\n")
    stage.commit()


@forged("the path has characters that cannot be seen")
def a_name_with_an_escape(stage: Stage) -> None:
    stage.write("docs/\x1b[2Ja.md", "x\n")
    stage.commit()


@forged("a file that an event names is never changed")
def an_attachment_changed(stage: Stage) -> None:
    stage.write(stage.events("attached")[-1]["file"], "another drawing\n")
    stage.commit()


@forged("the file was deleted")
def an_attachment_deleted(stage: Stage) -> None:
    (stage.desk / stage.events("attached")[-1]["file"]).unlink()
    stage.commit(by="petrova")


@forged("no event of the request names this file")
def an_attachment_that_no_event_names(stage: Stage) -> None:
    folder = f"files/2026/11/23/{stage.ids['own']}"
    stage.write(f"{folder}/zz000000-x.txt", "x\n")
    stage.commit()


@forged("the file was deleted")
def an_offer_deleted(stage: Stage) -> None:
    (stage.desk / f"offers/2026/11/23/{stage.ids['offered']}/r1.yaml").unlink()
    stage.commit()


# What only some may change


@forged("ivanova may not change regulations/commercial-offer.md: it is head's")
def a_regulation_by_somebody_else(stage: Stage) -> None:
    stage.replace("regulations/commercial-offer.md", "specialist: 5%", "specialist: 95%")
    stage.commit()


@forged("ivanova may not change regulations/errand.md")
def a_regulation_deleted_by_somebody_else(stage: Stage) -> None:
    (stage.desk / "regulations" / "errand.md").unlink()
    stage.commit()


@forged("ivanova may not change regulations/quick.md: it is petrova's")
def a_new_regulation_in_anothers_name(stage: Stage) -> None:
    stage.write("regulations/quick.md", REGULATION.format(name="quick", owner="petrova"))
    stage.commit()


@forged("ivanova may not change regulations/callback.md: it is service's")
def a_regulation_made_ones_own(stage: Stage) -> None:
    stage.replace("regulations/callback.md", "owner: service", "owner: ivanova")
    stage.commit()


@forged("only a head may change what team.yaml says of ivanova")
def oneself_made_head(stage: Stage) -> None:
    stage.replace(
        "team.yaml", "email: ivanova@example.com, department: sales", "email: ivanova@example.com, role: head"
    )
    stage.commit()


@forged("only a head may change the department sales, or who heads it")
def ones_department_headed_by_oneself(stage: Stage) -> None:
    stage.replace("team.yaml", "head: petrova", "head: ivanova")
    stage.commit()
    stage.replace("regulations/commercial-offer.md", "specialist: 5%", "specialist: 95%")
    stage.commit()


@forged("only a head may change what team.yaml says of kim")
def anothers_address(stage: Stage) -> None:
    stage.replace("team.yaml", "kim@example.com", "mallory@example.com")
    stage.commit()


@forged("only a head may take kim out")
def a_colleague_taken_out(stage: Stage) -> None:
    rows = stage.read("team.yaml").replace("head: kim", "head: nowak").splitlines(keepends=True)
    stage.write("team.yaml", "".join(row for row in rows if not row.startswith("  kim:")))
    stage.commit()


@forged("only a head may give mallory role or authority")
def an_accomplice_with_a_role(stage: Stage) -> None:
    person = "  mallory: {email: mallory@example.com, department: sales, role: head}\n"
    stage.write("team.yaml", stage.read("team.yaml") + person)
    stage.commit()


@forged("“sales” is both a person and a department")
def a_person_who_is_called_like_a_department(stage: Stage) -> None:
    stage.write("team.yaml", stage.read("team.yaml") + "  sales: {email: mallory@example.com}\n")
    stage.commit()


@forged("“colour” is no key of team.yaml")
def a_team_that_cannot_be_read(stage: Stage) -> None:
    stage.write("team.yaml", stage.read("team.yaml") + "colour: red\n")
    stage.commit(by="petrova")


@forged("ivanova may not change desk.yaml: only a head may")
def the_desks_settings(stage: Stage) -> None:
    stage.replace("desk.yaml", "due_soon: 4h", "due_soon: 5h")
    stage.commit()


@forged("desk.yaml")
def the_desks_settings_deleted(stage: Stage) -> None:
    (stage.desk / "desk.yaml").unlink()
    stage.commit(by="petrova")


@forged("ivanova may not change .gitattributes: only a head may")
def how_records_are_merged(stage: Stage) -> None:
    stage.write(".gitattributes", "*.yaml merge=binary\n")
    stage.commit()


# Merges


def other_side(stage: Stage, by: str = "sidorov") -> None:
    """What somebody else has shared meanwhile; the clone stands on what was there before."""
    stage.event("theirs", "noted", by=by, text="meanwhile")
    stage.commit(by=by)
    stage.git("push", "-q", "origin", "HEAD:main")
    stage.git("tag", "shared")
    stage.git("reset", "-q", "--hard", "before")


@forged("is in a parent of this merge, and not in it")
def a_merge_that_drops_what_others_did(stage: Stage) -> None:
    other_side(stage)
    stage.event("own", "noted", text="mine")
    stage.commit()
    stage.git("merge", "-q", "-s", "ours", "-m", "forged", "shared")


@forged("is in no parent of this merge")
def a_merge_that_adds_a_deed(stage: Stage) -> None:
    other_side(stage)
    stage.event("own", "noted", text="mine")
    stage.commit()
    stage.git("merge", "-q", "--no-commit", "shared")
    stage.event("own", "noted", by="petrova", text="hers")
    stage.commit()


@forged("the record is in no parent of this merge")
def a_merge_that_adds_a_request(stage: Stage) -> None:
    other_side(stage)
    stage.event("own", "noted", text="mine")
    stage.commit()
    stage.git("merge", "-q", "--no-commit", "shared")
    new_record(stage, "petrova")
    stage.commit()


@forged("the record is in a parent of this merge, and not in it")
def a_merge_that_loses_a_record(stage: Stage) -> None:
    other_side(stage)
    stage.event("own", "noted", text="mine")
    stage.commit()
    stage.git("merge", "-q", "--no-commit", "shared")
    (stage.desk / stage.path("theirs")).unlink()
    stage.commit()


@forged("ivanova may not change regulations/commercial-offer.md")
def a_merge_that_changes_a_regulation(stage: Stage) -> None:
    other_side(stage)
    stage.event("own", "noted", text="mine")
    stage.commit()
    stage.git("merge", "-q", "--no-commit", "shared")
    stage.replace("regulations/commercial-offer.md", "specialist: 5%", "specialist: 95%")
    stage.commit()


@forged("ivanova may not change regulations/commercial-offer.md")
def a_merge_that_brings_an_older_regulation_back(stage: Stage) -> None:
    stage.replace("regulations/commercial-offer.md", "specialist: 5%", "specialist: 1%")
    stage.commit(by="petrova")
    stage.git("push", "-q", "origin", "HEAD:main")
    stage.git("tag", "shared")
    stage.git("reset", "-q", "--hard", "before")
    stage.event("own", "noted", text="mine")
    stage.commit()
    stage.git("merge", "-q", "-s", "ours", "-m", "forged", "shared")


@forged("the header is that of no parent")
def a_merge_that_changes_a_header(stage: Stage) -> None:
    other_side(stage)
    stage.event("own", "noted", text="mine")
    stage.commit()
    stage.git("merge", "-q", "--no-commit", "shared")
    stage.replace(stage.path("theirs"), "title: Theirs", "title: Mine")
    stage.commit()


@forged("the merge adds or loses the line")
def a_merge_that_loses_who_has_read_what(stage: Stage) -> None:
    path = "regulations/read/callback@1.txt"
    stage.write(path, stage.read(path) + "2026-11-23T12:00:00+03:00 sidorov\n")
    stage.commit(by="sidorov")
    stage.git("push", "-q", "origin", "HEAD:main")
    stage.git("tag", "shared")
    stage.git("reset", "-q", "--hard", "before")
    stage.event("own", "noted", text="mine")
    stage.commit()
    stage.git("merge", "-q", "-s", "ours", "-m", "forged", "shared")


@forged("its header says")
def anothers_request_pushed_aside_by_one_of_its_id(stage: Stage) -> None:
    new_record(stage, "sidorov")
    stage.commit(by="sidorov")
    theirs = stage.read(record_path(OTHER))
    stage.git("push", "-q", "origin", "HEAD:main")
    stage.git("tag", "shared")
    stage.git("reset", "-q", "--hard", "before")
    new_record(stage)
    stage.commit()
    stage.git("merge", "-q", "-s", "ours", "--no-commit", "shared")
    stage.write(record_path("R-20261123-yyyyyy"), theirs.replace(OTHER, "R-20261123-yyyyyy"))
    stage.commit()


@forged("ivanova may not change desk.yaml: only a head may")
def to_act_as_the_head_that_one_was_before(stage: Stage) -> None:
    stage.replace("team.yaml", "head: petrova", "head: ivanova")
    stage.commit(by="petrova")
    stage.git("tag", "then")
    stage.replace("team.yaml", "head: ivanova", "head: petrova")
    stage.commit(by="petrova")
    stage.git("push", "-q", "origin", "HEAD:main")
    stage.git("tag", "shared")
    stage.git("reset", "-q", "--hard", "then")
    stage.replace("desk.yaml", "due_soon: 4h", "due_soon: 5h")
    stage.commit()
    stage.git("merge", "-q", "-m", "forged", "shared")


@forged("nobody in team.yaml has its author's address, mallory@example.com")
def a_merge_by_a_stranger(stage: Stage) -> None:
    other_side(stage)
    stage.event("own", "noted", text="mine")
    stage.commit()
    stage.git("merge", "-q", "-m", "forged", "shared", by="mallory")


@forged("it has no commit before it: it is of another desk")
def a_history_of_another_desk_merged(stage: Stage) -> None:
    tree = stage.git("rev-parse", "HEAD^{tree}")
    root = stage.git("commit-tree", "-m", "root", tree)
    made = stage.git("commit-tree", "-p", "HEAD", "-p", root, "-m", "forged", tree)
    stage.git("update-ref", "HEAD", made)


# Branches and tags


@forged("main would lose commits that others have")
def a_push_by_force(stage: Stage) -> tuple[str, ...]:
    stage.git("reset", "-q", "--hard", "HEAD~2")
    return "--force", "HEAD:main"


@forged("main is not deleted: what is shared stays")
def the_branch_deleted(stage: Stage) -> tuple[str, ...]:
    return ("--delete", "main")


@forged("elsewhere is of another desk: they have no commit in common")
def another_desk_on_a_branch_beside(stage: Stage) -> tuple[str, ...]:
    root = stage.git("commit-tree", "-m", "root", stage.git("rev-parse", "HEAD^{tree}"))
    return (f"{root}:refs/heads/elsewhere",)


@forged("ivanova wrote it in the name of petrova")
def a_forged_deed_on_a_branch_beside(stage: Stage) -> tuple[str, ...]:
    stage.event("own", "noted", by="petrova", text="x")
    stage.commit()
    return ("HEAD:refs/heads/beside",)


@forged("the tag v1 brings commits that no branch has")
def a_tag_with_commits_of_its_own(stage: Stage) -> tuple[str, ...]:
    stage.event("own", "noted", by="petrova", text="x")
    stage.commit()
    return ("HEAD:refs/tags/v1",)


@forged("the tag v1 is there already, and stays where it is")
def a_tag_moved(stage: Stage) -> tuple[str, ...]:
    stage.git("push", "-q", "origin", "HEAD:refs/tags/v1")
    return "--force", "HEAD~1:refs/tags/v1"


@forged("refs/replace/")
def an_object_put_in_the_place_of_another(stage: Stage) -> tuple[str, ...]:
    return (f"HEAD~1:refs/replace/{stage.git('rev-parse', 'HEAD')}",)


@forged("ivanova wrote it in the name of petrova")
def a_forged_deed_behind_an_honest_branch(stage: Stage) -> tuple[str, ...]:
    stage.event("own", "noted", text="mine")
    stage.commit()
    stage.git("branch", "-q", "honest")
    stage.event("own", "noted", by="petrova", text="x")
    stage.commit()
    return "honest:refs/heads/honest", "HEAD:main"


# Records that are moved


def lifted(stage: Stage) -> tuple[str, str]:
    """Takes a record away from where it lay wrongly: where it belongs, and its text."""
    wrong = WRONG.format(id=stage.ids["own"])
    right = misplace(stage, wrong)
    text = stage.read(wrong)
    (stage.desk / wrong).unlink()
    return right, text


def misplace(stage: Stage, wrong: str) -> str:
    """A record that has lain in the wrong place since before anybody verified; returns its own place."""
    right = stage.path("own")
    stage.write(wrong, stage.read(right))
    (stage.desk / right).unlink()
    stage.commit()
    stage.git("update-ref", "refs/heads/main", stage.git("rev-parse", "HEAD"))
    git(stage.hub, "fetch", "-q", "../desk", "+HEAD:refs/heads/main")
    return right


WRONG = "requests/2026/11/22/{id}.yaml"


@forged("the file was deleted: what a desk has recorded stays")
def a_record_in_the_wrong_place_deleted(stage: Stage) -> None:
    wrong = WRONG.format(id=stage.ids["own"])
    misplace(stage, wrong)
    (stage.desk / wrong).unlink()
    stage.commit()


@forged("the file was deleted: what a desk has recorded stays")
def a_record_of_no_room_deleted(stage: Stage) -> None:
    misplace(stage, "requests/lost.yaml")
    (stage.desk / "requests/lost.yaml").unlink()
    stage.commit()


@forged("the file was deleted: what a desk has recorded stays")
def a_record_moved_to_a_place_that_is_not_its_own(stage: Stage) -> None:
    _, text = lifted(stage)
    stage.write(record_path("R-20261123-zzzzzz"), text)
    stage.commit()


@forged("the file was deleted: what a desk has recorded stays")
def a_record_changed_on_the_way_to_its_place(stage: Stage) -> None:
    right, text = lifted(stage)
    stage.write(right, text.replace("the first note", "another note"))
    stage.commit()


@forged("the file was deleted: what a desk has recorded stays")
def a_deed_added_on_the_way_to_its_place(stage: Stage) -> None:
    right, text = lifted(stage)
    stage.write(right, text)
    stage.event("own", "noted", text="by the way")
    stage.commit()


@forged("the file was deleted: what a desk has recorded stays")
def a_record_moved_out_of_its_place(stage: Stage) -> None:
    right = stage.path("own")
    stage.write(WRONG.format(id=stage.ids["own"]), stage.read(right))
    (stage.desk / right).unlink()
    stage.commit()
