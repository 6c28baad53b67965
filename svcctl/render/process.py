"""The process of a regulation as an SVG picture: stages from left to right, those beside each other one below another.

The pictures have no script, no style sheet and nothing from outside; every text is escaped.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from svcctl.model.messages import ENGLISH, Catalog, Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.regulation import Regulation
from svcctl.model.stages import Stage, groups
from svcctl.render.visible import visible
from svcctl.render.widths import columns_of
from svcctl.rules.responsibility import CLOCK, Duty

WIDTH, GAP, BESIDE, MARGIN = 190, 54, 26, 28
LINE, PADDING, DOT = 18, 12, 9
_COLUMN = 7.4
_INK, _QUIET, _PAPER, _BOX, _EDGE, _BACK = "#1f2328", "#57606a", "#ffffff", "#eef4fb", "#3b6ea5", "#a04100"
_FONT = "system-ui, -apple-system, 'Segoe UI', 'Noto Sans', sans-serif"
_MARKS = "".join(
    f'<marker id="{name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
    f'<path d="M0 0 L8 4 L0 8 z" fill="{colour}"/></marker>'
    for name, colour in (("on", _QUIET), ("back", _BACK))
)


class Text(NamedTuple):
    """A line of a box and how it looks."""

    words: str
    size: int = 13
    colour: str = _INK
    style: str = ""


class Box(NamedTuple):
    """A stage in its place; ``x`` and ``y`` are its upper left corner."""

    stage: Stage
    lines: tuple[Text, ...]
    x: float
    y: float

    @property
    def height(self) -> float:
        return height_of(self.lines)

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


def processes_svg(parts: Sequence[tuple[Regulation, Sequence[Duty]]], catalog: Catalog = ENGLISH) -> str:
    """A picture of one or several processes, one below another.

    Args:
        parts: each regulation with its duties (``svcctl.rules.responsibility``).
    """
    drawn = [_Picture(regulation, duties, catalog) for regulation, duties in parts]
    width = max((picture.width for picture in drawn), default=2 * MARGIN)
    body, y = [], 0.0
    for picture in drawn:
        body.append(f'<g transform="translate(0 {_n(y)})">{"".join(picture.elements())}</g>')
        y += picture.height
    names = ", ".join(regulation.ref for regulation, _ in parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{_n(width)}" height="{_n(y)}"'
        f' viewBox="0 0 {_n(width)} {_n(y)}" font-family="{_FONT}">\n<title>{_safe(names)}</title>\n'
        f'<defs>{_MARKS}</defs>\n<rect width="100%" height="100%" fill="{_PAPER}"/>\n' + "\n".join(body) + "\n</svg>\n"
    )


def height_of(lines: Sequence[Text]) -> float:
    """The height of a box around lines."""
    return 2 * PADDING + LINE * len(lines) - 4


def wrapped(text: str, columns: int) -> list[str]:
    """The text in lines of at most as many columns, broken at blanks, in words only where they are too long."""
    lines = [""]
    for word in text.split():
        while columns_of(word) > columns:
            cut = next(end for end in range(len(word), 0, -1) if columns_of(word[:end]) <= columns)
            lines.append(word[:cut])
            word = word[cut:]
        joined = f"{lines[-1]} {word}".strip()
        if columns_of(joined) <= columns:
            lines[-1] = joined
        else:
            lines.append(word)
    return [line for line in lines if line]


class _Picture:
    """One process: its boxes, the lines between them, and its clocks below."""

    def __init__(self, regulation: Regulation, duties: Sequence[Duty], catalog: Catalog) -> None:
        self.regulation, self.catalog = regulation, catalog
        self.title = f"{regulation.title} ({regulation.ref})"
        self.clocks = [duty for duty in duties if duty.kind == CLOCK]
        self.people = {duty.name: duty for duty in duties if duty.kind != CLOCK}
        self.top = MARGIN + 46.0
        self.columns = self._placed([[self._lines(stage) for stage in group] for group in groups(regulation.stages)])
        boxes = [box for column in self.columns for box in column]
        self.backs = [box for box in boxes if box.stage.returns_to]
        self.floor = max((box.y + box.height for box in boxes), default=self.top)
        self.clock_top = self.floor + 22 * len(self.backs) + (34 if boxes else 6)

    @property
    def width(self) -> float:
        stages = 2 * (MARGIN + DOT) + len(self.columns) * (WIDTH + GAP) + GAP
        return max(stages, 640.0, 2 * MARGIN + 11.0 * columns_of(self.title))

    @property
    def height(self) -> float:
        return self.clock_top + LINE * (len(self.clocks) + 1) + MARGIN

    def _lines(self, stage: Stage) -> tuple[Stage, tuple[Text, ...]]:
        columns = int((WIDTH - 2 * PADDING) / _COLUMN)
        duty = self.people[stage.name]
        who = " / ".join(word for word in (stage.department, stage.role) if word)
        person = f" ({duty.person})" if duty.person else ""
        parts = [(Text(stage.title or stage.name, 13, _INK, "bold"), columns - 1), (Text(who + person), columns)]
        if duty.within:
            parts.append((Text(self._say(Message("within {time}", time=duty.within)), 12, _QUIET), columns))
        if stage.condition is not None:
            parts.append((Text(self._say(Message("if {what}", what=stage.condition.text)), 12, _QUIET), columns))
        return stage, tuple(part._replace(words=line) for part, most in parts for line in wrapped(part.words, most))

    def _say(self, message: Message) -> str:
        return message.text(self.catalog)

    def _placed(self, columns: Sequence[Sequence[tuple[Stage, tuple[Text, ...]]]]) -> list[list[Box]]:
        """The boxes of each column, its middle at the middle of the tallest."""
        heights = [sum(height_of(lines) + BESIDE for _, lines in column) - BESIDE for column in columns]
        tallest, placed = max(heights, default=0.0), []
        for index, (column, height) in enumerate(zip(columns, heights, strict=True)):
            x, y = MARGIN + 2 * DOT + GAP + index * (WIDTH + GAP), self.top + (tallest - height) / 2
            boxes = []
            for stage, lines in column:
                boxes.append(Box(stage, lines, x, y))
                y += height_of(lines) + BESIDE
            placed.append(boxes)
        return placed

    def elements(self) -> Iterator[str]:
        applies = ", ".join(self.regulation.applies.get("type", ()))
        answers = Message("{types}: {owner} answers for it", types=applies, owner=self.regulation.owner)
        yield _text(MARGIN, MARGIN + 8, Text(self.title, 17, _INK, "bold"))
        yield _text(MARGIN, MARGIN + 28, Text(self._say(answers), 13, _QUIET))
        yield from self._flow()
        # Drawn before the boxes, so that one that stands in the way covers the line.
        for number, box in enumerate(self.backs):
            yield self._back(box, self.floor + 22 * (number + 1))
        for box in (box for column in self.columns for box in column):
            yield from _box(box)
        yield from self._clock_lines()

    def _flow(self) -> Iterator[str]:
        """The start, the lines that fork and join between columns, and the end."""
        if not self.columns:
            return
        middle = (min(box.y for column in self.columns for box in column) + self.floor) / 2
        start, end = MARGIN + DOT, MARGIN + 2 * DOT + GAP + len(self.columns) * (WIDTH + GAP) + DOT
        yield f'<circle cx="{_n(start)}" cy="{_n(middle)}" r="{DOT}" fill="{_EDGE}"/>'
        yield f'<circle cx="{_n(end)}" cy="{_n(middle)}" r="{DOT}" fill="{_PAPER}" stroke="{_EDGE}" stroke-width="4"/>'
        sides: list[list[tuple[float, float]]] = [[(start + DOT, middle)]]
        sides.extend([(box.x, box.middle) for box in column] for column in self.columns)
        sides.append([(end - DOT, middle)])
        for number in range(len(sides) - 1):
            out = 0 if number == 0 else WIDTH
            yield from _join([(x + out, y) for x, y in sides[number]], sides[number + 1])

    def _back(self, box: Box, y: float) -> str:
        boxes = (one for column in self.columns for one in column)
        target = next(one for one in boxes if one.stage.name == box.stage.returns_to)
        left, right = target.x + WIDTH / 2 - 14, box.x + WIDTH / 2 + 14
        path = f"M{_n(right)} {_n(box.y + box.height)} V{_n(y)} H{_n(left)} V{_n(target.y + target.height + 2)}"
        line = f'<path d="{path}" fill="none" stroke="{_BACK}" stroke-dasharray="5 4" marker-end="url(#back)"/>'
        return line + _text((left + right) / 2, y - 5, Text(self._say(Message("returned")), 12, _BACK), "middle")

    def _clock_lines(self) -> Iterator[str]:
        y = self.clock_top + LINE
        if self.clocks:
            yield _text(MARGIN, y, Text(self._say(Message("Clocks")), 13, _INK, "bold"))
        for duty in self.clocks:
            y += LINE
            who = " / ".join(word for word in (duty.department, duty.role) if word)
            who += f" ({duty.person})" if duty.person else ""
            yield _text(MARGIN, y, Text(duty.name))
            yield _text(MARGIN + 150, y, Text(duty.within))
            yield _text(MARGIN + 220, y, Text(who or (self._say(duty.holder) if duty.holder else ""), 13, _QUIET))


def _join(sources: Sequence[tuple[float, float]], targets: Sequence[tuple[float, float]]) -> Iterator[str]:
    """From every source to the middle of the gap, along it, and on to every target."""
    bend = (sources[0][0] + targets[0][0]) / 2
    heights = [y for _, y in (*sources, *targets)]
    stroke = f'fill="none" stroke="{_QUIET}" stroke-width="1.5"'
    for x, y in sources:
        yield f'<path d="M{_n(x)} {_n(y)} H{_n(bend)}" {stroke}/>'
    if min(heights) != max(heights):
        yield f'<path d="M{_n(bend)} {_n(min(heights))} V{_n(max(heights))}" {stroke}/>'
    for x, y in targets:
        yield f'<path d="M{_n(bend)} {_n(y)} H{_n(x - 1)}" {stroke} marker-end="url(#on)"/>'


def _box(box: Box) -> Iterator[str]:
    dashes = ' stroke-dasharray="6 4"' if box.stage.condition is not None else ""
    yield (
        f'<rect x="{_n(box.x)}" y="{_n(box.y)}" width="{WIDTH}" height="{_n(box.height)}" rx="7"'
        f' fill="{_BOX}" stroke="{_EDGE}" stroke-width="1.5"{dashes}/>'
    )
    for number, line in enumerate(box.lines):
        yield _text(box.x + PADDING, box.y + PADDING + 11 + LINE * number, line)


def _text(x: float, y: float, text: Text, anchor: str = "") -> str:
    weight = ' font-weight="bold"' if text.style == "bold" else ""
    at = f' text-anchor="{anchor}"' if anchor else ""
    place = f'x="{_n(x)}" y="{_n(y)}" font-size="{text.size}" fill="{text.colour}"'
    return f"<text {place}{weight}{at}>{_safe(text.words)}</text>"


def _safe(text: str) -> str:
    return escape(visible(text), {'"': "&quot;"})


def _n(number: float) -> str:
    return f"{number:g}" if number == int(number) else f"{number:.1f}"
