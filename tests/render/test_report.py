"""A report in every format."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta

import pytest

from svcctl.model.events import Resolved, Taken
from svcctl.render.report import CSV_COLUMNS, render_report
from svcctl.render.table import FORMATS
from svcctl.reports.period import parse_period
from svcctl.reports.report import Report
from svcctl.reports.service import service
from tests.reports.desks import MONDAY, ZONE, entry, request

NOW = MONDAY + timedelta(days=25)


def report(*, count: int = 5, department: str = "sales", period: str = "2026-11") -> Report:
    hour = timedelta(hours=1)
    done = [(MONDAY + hour, "anna", Taken()), (MONDAY + 3 * hour, "anna", Resolved(outcome="ok"))]
    desk = [entry(request(f"R-{n}", MONDAY, done, department=department), NOW) for n in range(count)]
    found = parse_period(period, ZONE, NOW)
    return service(desk, found, found.previous(), NOW)


def test_people_get_figures_tables_and_the_finding_on_top() -> None:
    lines = render_report(report(), "table").replace("\u00a0", " ").splitlines()
    assert lines[:4] == [
        "Service, 2026-11",
        "================",
        "",
        "2026-11-01 to 2026-11-30, before: 2026-10; times are working time.",
    ]
    assert lines[4] == "Nothing stands out as holding requests back."
    assert "Pick-up         5   1 h     1 h              1 h                 1 h            –" in lines
    assert "Resolution      5   3 h     3 h              3 h                 3 h            –" in lines
    assert "First contact resolution   5  100 %       –" in lines
    assert "Arrived                       5       0" in lines
    assert "Resolution by department" in lines


def test_csv_is_one_long_table() -> None:
    rows = list(csv.DictReader(io.StringIO(render_report(report(), "csv"))))
    assert tuple(rows[0]) == CSV_COLUMNS
    values = {(row["table"], row["row"], row["column"]): (row["value"], row["unit"]) for row in rows}
    assert values["figures", "resolution", "median"] == ("10800", "s")
    assert values["figures", "resolution", "n"] == ("5", "count")
    assert values["figures", "resolution", "previous"] == ("", "s")
    assert values["figures", "on_time", "value"] == ("1.0", "share")
    assert values["resolution_by_department", "sales", "p90_s"] == ("10800", "s")
    assert values["shares_by_department", "sales", "on_time"] == ("1.0", "share")
    assert {(row["report"], row["period"], row["compare"]) for row in rows} == {("service", "2026-11", "2026-10")}


def test_csv_is_safe_where_a_department_is_a_formula() -> None:
    text = render_report(report(department="=1+1"), "csv")
    assert "'=1+1" in text
    assert ",=1+1" not in text


def test_json_is_the_reports_document() -> None:
    value = json.loads(render_report(report(), "json"))
    assert value["figures"]["pickup"]["value"] == 3600
    assert value["tables"][0]["rows"] == [
        {
            "department": "sales",
            "n": 5,
            "mean_s": 3600,
            "median_s": 3600,
            "p90_s": 3600,
            "wall_median_s": 3600,
            "previous_mean_s": None,
        }
    ]
    assert value["notes"] == ["Nothing stands out as holding requests back."]


@pytest.mark.parametrize("form", FORMATS)
def test_an_empty_report_has_no_nan_in_any_format(form: str) -> None:
    text = render_report(report(count=0), form)
    assert "nan" not in text.lower()
    assert "None" not in text
    assert form == "csv" or "Nothing happened in 2026-11: no request was open in it." in text.replace("\\", "")


@pytest.mark.parametrize("form", ["md", "html"])
def test_a_department_is_never_markup(form: str) -> None:
    text = render_report(report(department="<script>alert(1)</script>"), form)
    assert "<script>" not in text
    assert "alert(1)" in text
