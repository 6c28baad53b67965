"""The team: list people and departments, add them."""

from __future__ import annotations

import os

import click

from svcctl.cli.clients import print_added
from svcctl.cli.command import command, group, json_flag, listing
from svcctl.cli.session import Session
from svcctl.model.messages import Message
from svcctl.model.team import Person

team = group(
    "team",
    (
        (
            "Team",
            {
                "list": ("team:list_", "People and departments, and who is away."),
                "add": ("team:add", "Add a person."),
                "department": ("team:department", "Add a department, or change its title or head."),
            },
        ),
    ),
    help="People and departments.",
)


@command("list")
@listing
def list_(session: Session, form: str, as_json: bool, output: str) -> None:
    """People and departments, and who is away today. CSV and XLSX have the people.

    Example: svcctl team list
    """
    from svcctl.render.document import Document
    from svcctl.render.table import render_document
    from svcctl.render.team import departments_table, people_table, team_json

    found, today = session.desk.reference.team, session.now.date()
    people = people_table(found, today)
    if as_json or form in ("json", "csv", "xlsx"):
        session.show(people, form, as_json, output, team_json(found, today))
        return
    document = Document(Message("Team"), [departments_table(found), people])
    text = render_document(document, form, session.catalog, session.desk.reference.zone, session.width)
    session.answer(text, output)


@command("add")
@click.argument("handle", metavar="HANDLE")
@click.option("--name", default="", metavar="NAME", help="As it stands in offers and in the history.")
@click.option("--email", default="", metavar="ADDRESS", help="The one their git has: it decides who acts.")
@click.option("--department", default="", metavar="D", help="One of team.yaml.")
@click.option("--role", default="specialist", metavar="ROLE", help="specialist, if not said; head, director …")
@json_flag
def add(session: Session, handle: str, name: str, email: str, department: str, role: str, as_json: bool) -> None:
    """Add a person to team.yaml, in one commit; comments in the file stay as they are.

    Whoever is not in the team yet may add themselves, and whoever has no colleagues yet the first ones.

    Example: svcctl team add petrov --name "P. Petrov" --email petrov@example.com --department logistics
    """
    from svcctl.render.team import person_json
    from svcctl.store.membership import joined

    desk = session.desk
    new = Person(handle, name.strip() or _name_in_git(session, email) or handle, email, department, role)
    joined(new, desk.tree)
    message = f"Team: {new.handle} joins{f' {department}' if department else ''}"
    desk.write_files(_actor(session, new), session.now, message, lambda: joined(new, desk.tree))
    address = f" <{new.email}>" if new.email else ""
    words = ", ".join(filter(None, (f"{new.name}{address}", new.department, new.role)))
    done = Message("added {handle}: {words}", handle=new.handle, words=words)
    print_added(session, as_json, lambda: person_json(new, session.now.date()), done)


def _name_in_git(session: Session, email: str) -> str:
    """git's own name for the person at the keyboard, if the address is theirs."""
    git = session.desk.git
    return git.config("user.name") if email and git.config("user.email").casefold() == email.casefold() else ""


def _actor(session: Session, new: Person) -> Person:
    """Who adds a person: somebody of the team, or, where git's address is nobody's yet, whoever git says it is."""
    from svcctl.store.membership import read_team, team_text

    asked = session.options.get("person") or os.environ.get("SVCCTL_PERSON")
    if asked:
        return new if asked == new.handle else session.person
    git = session.desk.git
    email = git.config("user.email")
    if not email or email.casefold() == new.email.casefold():
        return new
    if read_team(team_text(session.desk.tree)).by_email(email) is not None:
        return session.person
    return Person(new.handle, git.config("user.name") or email, email)


@command("department")
@click.argument("name", metavar="NAME")
@click.option("--title", default="", metavar="TITLE", help="As people call it.")
@click.option("--head", default="", metavar="PERSON", help="Who heads it: approvals and escalations go there.")
@json_flag
def department(session: Session, name: str, title: str, head: str, as_json: bool) -> None:
    """Add a department to team.yaml, or change the title or head of one.

    Example: svcctl team department warehouse --title "Склад" --head petrov
    """
    from svcctl.render.team import department_json
    from svcctl.store.membership import with_department

    desk = session.desk
    message = f"Department {name}{f' ({title.strip()})' if title.strip() else ''}{f', head {head}' if head else ''}"
    desk.write_files(
        session.person, session.now, message, lambda: with_department(name, title.strip(), head, desk.tree)
    )
    found = desk.reference.team.departments[name]
    words = Message("{title}, head: {head}", title=found.title, head=found.head or "-")
    done = Message("department {name}: {words}", name=name, words=words)
    print_added(session, as_json, lambda: department_json(found, desk.reference.team), done)
