"""The program's table of commands: their rooms, and what the help says of them."""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

Row = tuple[str, str]
"""A command's module, with its name there where that is another one, and its help in a line."""

SECTIONS: tuple[tuple[str, dict[str, Row]], ...] = (
    (
        "Begin",
        {
            "init": ("beginning", "Make a desk."),
            "demo": ("demo", "Make a demo desk and walk the main job."),
            "status": ("overview", "The desk in a few lines, and your own day in it."),
            "whoami": ("beginning", "Who acts, and why."),
            "doctor": ("doctor", "Look for what is wrong with this machine and desk."),
        },
    ),
    (
        "A client's matter",
        {
            "new": ("opening", "Open a request."),
            "errand": ("opening", "Ask a colleague for something, with a controller and a deadline."),
            "errands": ("errands", "Recurring errands; open what is due of them."),
            "note": ("talking", "Write something down for colleagues."),
            "message": ("talking", "Keep a message from or to the client."),
            "promise": ("talking", "Promise the client something for a moment."),
            "kept": ("talking", "A promise was kept."),
            "broken": ("talking", "A promise was not kept, and why."),
            "rate": ("talking", "Keep the client's rating, 0 to 10."),
        },
    ),
    (
        "Who has it",
        {
            "take": ("holding", "Take what nobody has."),
            "release": ("holding", "Give it back to the department."),
            "assign": ("holding", "Tell a colleague to work on it."),
            "handoff": ("holding", "Pass it to a person or department, who accept or return it."),
            "accept": ("holding", "Accept a hand-off."),
            "return": ("holding:return_", "Return a hand-off, and why."),
            "recall": ("holding", "Take back a hand-off that is not accepted yet."),
        },
    ),
    (
        "The work",
        {
            "done": ("working", "Finish the current stage; the next one starts."),
            "decide": ("deciding", "Decide by the regulation's criteria."),
            "wait": ("working", "Wait for somebody outside; clocks that allow it stand still."),
            "resume": ("working", "The wait is over."),
            "worked": ("working", "Write down time spent."),
            "set": ("working:set_", "Change a title, priority, client, or any field."),
            "resolve": ("working", "The matter is settled."),
            "reopen": ("working", "It was not settled after all."),
            "cancel": ("working", "It will not be done, and why."),
            "link": ("linking", "Link two requests."),
            "undo": ("undoing", "Take back your last deed in a request."),
            "merge": ("linking", "Merge a request into another."),
        },
    ),
    (
        "Look",
        {
            "list": ("listing:list_", "List requests by any filter."),
            "mine": ("listing", "What is in your hands."),
            "board": ("board", "A board by status or stage."),
            "agenda": ("agenda", "What is due today and on the next working days."),
            "search": ("listing", "Look for words in titles, texts and notes."),
            "show": ("showing", "A request as it stands."),
            "log": ("showing", "What happened to a request, with the commits."),
            "explain": ("explaining", "A deadline, segment by segment."),
            "check": ("checking", "What is late, due soon, or dropped; silent when all is well."),
        },
    ),
    (
        "The desk",
        {
            "report": ("reports", "Reports on a period."),
            "offer": ("offers", "Commercial offers."),
            "regulation": ("regulations", "Regulations: list, show, lint."),
            "calendar": ("calendars", "Working time: show, month, add, between, import."),
            "client": ("clients", "Clients: list, add, show."),
            "team": ("team", "People and departments: list, add."),
            "import": ("importing:import_", "Bring in an event log."),
            "export": ("exporting", "A calendar feed of what is due."),
            "sync": ("syncing", "Bring this clone and another repository together."),
            "conflicts": ("conflicts", "Deeds that do not count because another clone's did."),
            "verify": ("verifying", "Check that commits change only what their authors may."),
            "server": ("server", "A shared repository that verifies every push."),
            "hook": ("server:hook", "What git runs in a shared repository."),
            "fsck": ("fsck", "Check every file of the desk."),
            "archive": ("archiving", "Take closed years out of the folder; they stay in the commits."),
            "completion": ("completion", "Shell completion for bash, zsh, fish."),
        },
    ),
)

TABLE = {verb: row for _, rows in SECTIONS for verb, row in rows.items()}


def imported(verb: str, row: Row) -> Any:
    """The command of a row, from its module."""
    module, _, attribute = row[0].partition(":")
    return getattr(import_module(f"svcctl.cli.{module}"), attribute or verb.replace("-", "_"))
