"""The decisions around one, drawn: what it bears on to the right, what bears on it to the left."""

from __future__ import annotations

import textwrap
from collections import defaultdict, deque
from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT = 184, 52
GAP_ACROSS, GAP_DOWN = 72, 16
MARGIN = 8
LETTERS, LINES = 24, 2
MOST_NODES = 40


@dataclass(frozen=True)
class Node:
    """A box with a title on one or two lines, and where it leads."""

    id: str
    title: str
    status: str
    is_root: bool
    x: int
    y: int
    lines: list[tuple[int, str]]


@dataclass(frozen=True)
class Edge:
    """A line from one box to another."""

    kind: str
    path: str


@dataclass(frozen=True)
class Drawing:
    """Boxes and lines, and how much room they take."""

    width: int
    height: int
    nodes: list[Node]
    edges: list[Edge]
    kinds: list[str]
    left_out: int


def drawn(graph: dict[str, Any]) -> Drawing | None:
    """A graph as `decisions.graph` answers it, laid out; None where nothing is about."""
    shown = graph["nodes"][:MOST_NODES]
    if len(shown) < 2:
        return None
    places = {node["id"]: node for node in shown}
    edges = [e for e in graph["edges"] if e["source"] in places and e["target"] in places]
    columns = _columns(graph["root"], edges)
    rows: dict[int, list[str]] = defaultdict(list)
    for identifier in places:
        # What is reached only through a decision that isn't shown stands at the right.
        rows[columns.setdefault(identifier, max(columns.values()) + 1)].append(identifier)
    tallest = max(len(ids) for ids in rows.values())
    height = tallest * (HEIGHT + GAP_DOWN) - GAP_DOWN + 2 * MARGIN
    corners: dict[str, tuple[int, int]] = {}
    for number, column in enumerate(sorted(rows)):
        top = (height - len(rows[column]) * (HEIGHT + GAP_DOWN) + GAP_DOWN) // 2
        for place, identifier in enumerate(rows[column]):
            x = MARGIN + number * (WIDTH + GAP_ACROSS)
            corners[identifier] = (x, top + place * (HEIGHT + GAP_DOWN))
    return Drawing(
        width=len(rows) * (WIDTH + GAP_ACROSS) - GAP_ACROSS + 2 * MARGIN + GAP_ACROSS // 2,
        height=height,
        nodes=[_node(node, graph["root"], *corners[node["id"]]) for node in shown],
        edges=[Edge(e["kind"], _path(corners[e["source"]], corners[e["target"]])) for e in edges],
        kinds=sorted({e["kind"] for e in edges}),
        left_out=len(graph["nodes"]) - len(shown),
    )


def _columns(root: str, edges: list[dict[str, Any]]) -> dict[str, int]:
    """How many steps to the right (or, negative, to the left) of the root each decision stands."""
    neighbours: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for edge in edges:
        neighbours[edge["source"]].append((edge["target"], 1))
        neighbours[edge["target"]].append((edge["source"], -1))
    columns = {root: 0}
    todo = deque([root])
    while todo:
        here = todo.popleft()
        for there, step in neighbours[here]:
            if there not in columns:
                columns[there] = columns[here] + step
                todo.append(there)
    return columns


def _node(node: dict[str, Any], root: str, x: int, y: int) -> Node:
    lines = textwrap.wrap(node["title"], LETTERS, max_lines=LINES, placeholder=" …")
    first = y + HEIGHT // 2 + 4 - 8 * (len(lines) - 1)
    return Node(
        id=node["id"],
        title=node["title"],
        status=node["status"],
        is_root=node["id"] == root,
        x=x,
        y=y,
        lines=[(first + 16 * number, line) for number, line in enumerate(lines)],
    )


def _path(source: tuple[int, int], target: tuple[int, int]) -> str:
    """A curve between the sides that face each other; round the right one within a column."""
    (x1, y1), (x2, y2) = source, target
    y1, y2 = y1 + HEIGHT // 2, y2 + HEIGHT // 2
    if x1 == x2:
        x1, x2, bend = x1 + WIDTH, x2 + WIDTH, x1 + WIDTH + GAP_ACROSS // 2
        return f"M{x1} {y1} C{bend} {y1} {bend} {y2} {x2} {y2}"
    if x1 < x2:
        x1 += WIDTH
    else:
        x2 += WIDTH
    middle = (x1 + x2) // 2
    return f"M{x1} {y1} C{middle} {y1} {middle} {y2} {x2} {y2}"
