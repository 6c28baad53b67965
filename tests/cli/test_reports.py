"""svcctl report, on a real desk."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from pathlib import Path

import openpyxl

from tests.conftest import Svc


def opened(svc: Svc) -> str:
    """A request that came on Monday, was picked up after an hour and resolved after three."""
    part = svc.new("Труба\x1b[31m", now="2026-11-23T10:00+03:00")
    svc(f"take {part}", now="2026-11-23T11:00+03:00")
    svc(f"resolve {part} -m ok", now="2026-11-23T13:00+03:00")
    return part


def test_a_report_of_the_last_thirty_days_needs_no_options(svc: Svc) -> None:
    opened(svc)
    value = svc.json("report service", now="2026-11-23T18:00+03:00")
    assert value["period"] == "2026-10-25..2026-11-23"
    assert value["compare"] == "2026-09-25..2026-10-24"
    assert value["figures"]["pickup"]["value"] == 3600
    assert value["figures"]["finished"]["value"] == 1


def test_a_period_a_grouping_and_no_comparison(svc: Svc) -> None:
    opened(svc)
    line = "report service --period 2026-W48 --by owner --compare none"
    value = svc.json(line, now="2026-11-23T18:00+03:00")
    assert (value["period"], value["compare"]) == ("2026-W48", None)
    table = next(table for table in value["tables"] if table["name"] == "resolution_by_owner")
    assert [(row["owner"], row["n"]) for row in table["rows"]] == [("ivanova", 1)]


def test_the_requests_behind_a_figure(svc: Svc) -> None:
    part = opened(svc)
    line = "report service --period 2026-11 --requests pickup"
    value = svc.json(line)
    assert value["figure"] == "pickup"
    assert value["requests"][0]["id"].endswith(part)
    assert value["requests"][0]["pickup_s"] == 3600
    shown = svc(line).out
    assert "1 h" in shown
    assert "\x1b" not in shown and r"Труба\x1b[31m" in shown


def test_every_format_and_a_file(svc: Svc, tmp_path: Path) -> None:
    opened(svc)
    assert svc("report service --period 2026-11").out.startswith("Service, 2026-11\n================\n")
    assert svc("report service --period 2026-11 --format md").out.startswith("# Service, 2026-11\n")
    assert svc("report service --period 2026-11 --format plain").out.startswith("Service, 2026-11\n")
    rows = list(csv.DictReader(io.StringIO(svc("report service --period 2026-11 --format csv").out)))
    assert {"figures", "pickup_by_department"} <= {row["table"] for row in rows}
    page = tmp_path / "report.html"
    assert svc(f"report service --period 2026-11 --format html -o {page}").out == ""
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_an_empty_period_is_told_in_words(svc: Svc) -> None:
    assert "Nothing happened in 2025-03" in svc("report service --period 2025-03").out


def test_a_period_that_is_none_is_refused(svc: Svc) -> None:
    svc("report service --period 2026-13", code=2, err="2026-13 is not a month: a year has 12")
    svc("report service --requests pikup", code=2, err="did you mean “pickup”")


def test_one_broken_record_never_hides_the_others(svc: Svc) -> None:
    opened(svc)
    svc.write("requests/2026/11/23/R-20261123-aaaaaa.yaml", "id: [")
    result = svc("report service --period 2026-11 --json", code=3, err="R-20261123-aaaaaa")
    assert result.json["figures"]["finished"]["value"] == 1


def test_a_report_is_compared_with_the_same_period_last_year(svc: Svc) -> None:
    value = svc.json("report service --period 2026-11 --compare same-last-year")
    assert value["compare"] == "2025-11"
    assert svc.json("report flow --period last-week --compare same-last-year")["compare"].startswith("2025-W")


def test_where_the_time_goes(svc: Svc) -> None:
    part = opened(svc)
    value = svc.json("report flow --period 2026-11 --compare none", now="2026-11-23T18:00+03:00")
    assert value["figures"]["touch"]["value"] == 2 * 3600
    assert value["figures"]["flow_efficiency"]["value"] == 0.6667
    behind = svc.json("report flow --requests flow_efficiency", now="2026-11-23T18:00+03:00")["requests"]
    assert [(row["id"][-6:].endswith(part[-3:]), round(row["flow_efficiency"], 4)) for row in behind] == [
        (True, 0.6667)
    ]
    assert "could have been" in svc("report flow --period 2026-11").out


def test_what_came_back(svc: Svc) -> None:
    part = opened(svc)
    svc(f"reopen {part} -m missing", now="2026-11-23T14:00+03:00")
    svc(f"note {part} -m again", now="2026-11-23T14:30+03:00")
    svc(f"resolve {part} -m ok", now="2026-11-23T15:30+03:00")
    value = svc.json("report rework --period 2026-11", now="2026-11-23T18:00+03:00")
    assert value["figures"]["rework_touch"]["value"] == 5400
    assert value["figures"]["rework_touch"]["unit"] == "total_s"
    assert "1.5 hours of work in 2026-11" in svc("report rework --period 2026-11", now="2026-11-23T18:00+03:00").out


def test_who_has_how_much(svc: Svc) -> None:
    opened(svc)
    value = svc.json("report workload --period 2026-11", now="2026-11-23T18:00+03:00")
    (row,) = next(table for table in value["tables"] if table["name"] == "people")["rows"]
    assert (row["person"], row["arriving"], row["finished"], row["in_hand"], row["touch_s"]) == (
        "ivanova",
        1,
        1,
        0,
        7200,
    )
    assert "Nobody is overloaded" in svc("report workload --period 2026-11", now="2026-11-23T18:00+03:00").out


def test_the_requests_behind_a_row_of_a_table(svc: Svc) -> None:
    part = opened(svc)
    line = "report flow --requests"
    value = svc.json(f"{line} time_by_person:ivanova", now="2026-11-23T18:00+03:00")
    assert [row["id"][-len(part) :] for row in value["requests"]] == [part]
    assert part in svc(f"{line} time_by_person:-", now="2026-11-23T18:00+03:00").out
    svc(f"{line} time_by_person:ivanowa", code=2, err="did you mean “ivanova”", now="2026-11-23T18:00+03:00")
    svc(f"{line} time_by_persons:x", code=2, err="did you mean “time_by_person”", now="2026-11-23T18:00+03:00")


def test_which_deadlines_were_met(svc: Svc) -> None:
    opened(svc)
    value = svc.json("report deadlines --period 2026-11", now="2026-11-23T18:00+03:00")
    assert value["report"] == "deadlines"
    assert set(value["figures"]) >= {"on_time", "late", "missed", "running_late"}
    assert "only requests of a regulation have deadlines" in svc("report deadlines --period 2026-11").out


def test_decisions_of_a_period(svc: Svc) -> None:
    assert "No decision was made in 2026-11." in svc("report decisions --period 2026-11").out
    assert svc.json("report decisions --period 2026-11")["figures"]["decided"]["value"] == 0


def test_when_clients_come(svc: Svc) -> None:
    opened(svc)
    value = svc.json("report channels --period 2026-11", now="2026-11-23T18:00+03:00")
    table = next(table for table in value["tables"] if table["name"] == "arrivals_by_weekday")
    assert [row["weekday"] for row in table["rows"] if row["n"]] == ["Monday"]
    assert value["figures"]["unanswered"]["value"] == 1


def test_would_clients_recommend_us(svc: Svc) -> None:
    part = opened(svc)
    svc(f"rate {part} 9", now="2026-11-23T15:00+03:00")
    assert "One rating in 2026-11 is too few" in svc("report nps --period 2026-11", now="2026-11-23T18:00+03:00").out
    value = svc.json("report nps --period 2026-11 --requests nps", now="2026-11-23T18:00+03:00")
    assert [sorted(row) for row in value["requests"]] == [["id", "title"]]


def test_who_the_clients_are(svc: Svc) -> None:
    opened(svc)
    value = svc.json("report clients --period 2026-11", now="2026-11-23T18:00+03:00")
    assert set(value["figures"]) == {"active", "new", "returning", "silent", "at_risk"}
    assert value["figures"]["active"]["value"] + (len(value["notes"]) > 1) == 1


def test_one_page_for_the_week(svc: Svc) -> None:
    opened(svc)
    value = svc.json("report digest --period 2026-W48", now="2026-11-23T18:00+03:00")
    assert list(value["figures"]) == ["resolution", "on_time", "arrived", "finished", "backlog_end"]
    assert value["notes"][0] == "Nothing stands out: go on like this."


def test_which_versions_are_in_force(svc: Svc) -> None:
    opened(svc)
    value = svc.json("report regulations --period 2026-11", now="2026-11-23T18:00+03:00")
    table = value["tables"][0]
    assert {"in force"} <= {row["state"] for row in table["rows"]}
    assert sum(row["arrived"] for row in table["rows"]) == 1


def test_who_has_read_the_regulations_in_force(svc: Svc) -> None:
    svc("regulation ack callback", as_="orlova")
    tables = {table["name"]: table["rows"] for table in svc.json("report regulations --period 2026-11")["tables"]}
    (row,) = (row for row in tables["readers"] if row["regulation"] == "callback@1")
    assert (row["read_by"], row["unread_by"], row["share"]) == (["orlova"], [], 1)
    svc.write("regulations/read/callback@1.txt", "long-ago orlova\n")
    tables = {table["name"]: table["rows"] for table in svc.json("report regulations --period 2026-11")["tables"]}
    (row,) = (row for row in tables["readers"] if row["regulation"] == "callback@1")
    assert row["unread_by"] == ["orlova"]


def test_whoever_asks_not_to_be_ranked_is_counted_and_not_named(svc: Svc) -> None:
    opened(svc)
    line = "report people --period 2026-11"
    before = svc.json(line)
    assert "ivanova" in str(before)
    team = svc.git("show", "HEAD:team.yaml").replace("{name: Анна Иванова,", "{name: Анна Иванова, ranking: off,")
    svc.write("team.yaml", team)
    after = svc.json(line)
    assert "ivanova" not in str(after) and after["figures"] == before["figures"]
    assert svc.json("team list")["people"][0]["ranking"] is False
    assert svc("fsck").code == 0


def worked(svc: Svc, day: str, minutes: int) -> None:
    part = svc.new("Труба", now=f"{day}T10:00+03:00")
    svc(f"take {part}", now=f"{day}T10:00+03:00")
    svc(f"worked {part} {minutes}m", now=f"{day}T11:00+03:00")
    svc(f"resolve {part} -m ok", now=f"{day}T11:00+03:00")


def test_what_a_change_brought(svc: Svc) -> None:
    worked(svc, "2026-11-17", 60)
    worked(svc, "2026-11-24", 30)
    svc.now = "2026-11-27T20:00+03:00"
    line = 'report payback --cost "12000 RUB" --rate 1500'
    value = svc.json(f"{line} --since 2026-11-23")
    assert (value["period"], value["compare"]) == ("2026-11-23..2026-11-27", "2026-11-18..2026-11-22")
    assert "Nothing was resolved in 2026-11-18..2026-11-22" in value["notes"][0]
    value = svc.json(f"{line} --period 2026-W48")
    tables = {table["name"]: table["rows"][0] for table in value["tables"]}
    assert (tables["saved"]["saved_s"], tables["saved"]["days"]) == (1800, 5)
    assert tables["payback"]["daily"] == {"amount": "150.00", "currency": "RUB"}
    assert tables["payback"]["days"] == 80
    assert "12000.00 RUB come back after 80.0 working days" in svc(f"{line} --period 2026-W48").out


def test_what_a_change_brought_is_not_asked_wrongly(svc: Svc) -> None:
    svc("report payback --rate 1500", code=2, err="--cost")
    svc("report payback --cost 1 --rate 0", code=1, err="“rate” cannot be 0 RUB")
    svc("report payback --cost -1 --rate 1", code=1, err="“cost” cannot be -1 RUB")
    svc("report payback --cost many --rate 1", code=1, err="“many” is no money for “cost”")
    svc("report payback --cost 1PLN --rate 1", code=2, err="the cost is in PLN, the rate in RUB")
    svc("report payback --cost 1 --rate 1 --compare none", code=2, err="is a comparison")
    svc("report payback --cost 1 --rate 1 --since 2027-01-01", code=2, err="2027-01-01 has not come yet")
    svc("report payback --cost 1 --rate 1 --since monday", code=2, err="“monday” is not a date of the calendar")
    svc("report payback --cost 1 --rate 1 --since 2026-11-01 --period 2026", code=2, err="leave --period out")


def test_a_report_and_what_is_behind_it_are_workbooks(svc: Svc, tmp_path: Path) -> None:
    part = opened(svc)
    book = tmp_path / "report.xlsx"
    assert svc(f"report service --period 2026-11 --format xlsx -o {book}").out == ""
    assert "Pick-up by department" in openpyxl.load_workbook(book).sheetnames
    svc(f"report service --period 2026-11 --requests pickup --format xlsx -o {book}")
    row = [cell.value for cell in openpyxl.load_workbook(book).active[2]]
    assert row[0].endswith(part) and row[2] == timedelta(hours=1)
    assert row[1] == r"Труба\x1b[31m"


def test_every_listing_is_a_workbook(svc: Svc, tmp_path: Path) -> None:
    part = opened(svc)
    book = tmp_path / "list.xlsx"
    lines = ("list --all", "mine", "agenda", "board", "search Труба", f"log {part}", "team list", "client list")
    for line in (*lines, "regulation list", "offer list", "errands", "conflicts"):
        svc(f"{line} --format xlsx -o {book}")
        assert openpyxl.load_workbook(book).active.max_column > 1, line
        book.unlink()


def test_a_workbook_needs_a_file(svc: Svc) -> None:
    for line in ("report service", "report service --requests pickup", "list", "board", "mine"):
        svc(f"{line} --format xlsx", code=2, err="name a file: -o FILE.xlsx")


def test_a_trend_is_a_sparkline_of_what_the_locale_can_draw(svc: Svc) -> None:
    opened(svc)
    svc.new(now="2026-10-05T10:00+03:00")
    svc.new(now="2026-10-06T10:00+03:00")
    line = "report service --period 2026-11"
    assert "arrived          █▁  2 to 1\n" in svc(line).out
    for environment in ({"LC_ALL": "C"}, {"LANG": ""}, {"LC_ALL": "pl_PL.ISO-8859-2"}):
        svc.environment = environment
        assert "arrived          #_  2 to 1\n" in svc(line).out
    svc.environment = {"LC_ALL": "ru_RU.utf8"}
    assert "█▁" in svc(line).out


def test_a_page_of_a_report_is_escaped_and_stands_alone(svc: Svc) -> None:
    svc.new("<script>x</script>", now="2026-11-20T10:00+03:00")
    page = svc("report digest --period 2026-11 --format html").out
    assert "&lt;script&gt;x&lt;/script&gt;" in page
    assert "<script" not in page and "src=" not in page
    assert "default-src 'none'" in page
