"""Markdown as safe HTML: what people write about their work, shown the way they meant it.

Two fences stand between a text and the page. The parser takes no HTML, no address but http, https
and mailto, and makes links of images, which no page may load from other hosts. Whatever it makes
is then cut down to an allow-list by a sanitizer that reads HTML as a browser does. Classes and
addresses within the installation are never taken from the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

# A text's own headings stand below the page's and its sections'.
FIRST_HEADING, LAST_HEADING = 3, 6
# Deeper quotes and lists than this are not shown: nobody reads them, and each costs the parser.
MOST_NESTING = 40

_ALLOWED_SCHEMES = {"http", "https", "mailto"}
_ADDRESS = re.compile(r"\A(?:https?://|mailto:)[^\s]", re.IGNORECASE)
_BARE_ADDRESS = re.compile(r"(?<![\w/@])https?://[^\s<>\"`\\]+", re.IGNORECASE)
_AFTER_ADDRESS = ".,:;!?'*_~"
_TASK = re.compile(r"\[([ xX])\](?=\s)")
_BOXES = {" ": "☐", "x": "☑", "X": "☑"}
_ALIGNMENTS = {"text-align:center": "is-centered", "text-align:right": "is-right"}

_TEXT_TAGS = {"p", "br", "hr", "blockquote", "ul", "ol", "li", "pre", "code", "em", "strong", "s"}
_HEADINGS = {f"h{level}" for level in range(FIRST_HEADING, LAST_HEADING + 1)}
_TABLE = {"table", "thead", "tbody", "tr", "th", "td"}
_TAGS = {*_TEXT_TAGS, *_HEADINGS, *_TABLE, "a", "span", "div"}
_ATTRIBUTES = {"a": {"href", "title"}, "span": {"title"}, "ol": {"start"}}
_FIXED = {"div": {"tabindex": {"0"}}, "pre": {"tabindex": {"0"}}}
_CLASSES = {
    "a": {"card-reference", "is-closed"},
    "span": {"mention", "mention-me"},
    "div": {"markdown-table"},
    "li": {"markdown-task"},
    "th": {"is-centered", "is-right"},
    "td": {"is-centered", "is-right"},
}


@dataclass(frozen=True)
class Mark:
    """A piece of plain text that stands for something: a person, or a thing with an address."""

    start: int
    end: int
    classes: str
    title: str = ""
    address: str = ""


Marker = Callable[[str], Iterable[Mark]]
"""Finds marks in a piece of plain text, in order and without overlap."""


def rendered(text: str, marker: Marker | None = None) -> SafeString:
    """`text` as HTML that may stand on a page; `marker` says what names in it stand for."""
    addresses: set[str] = set()
    html = _parser.render(text, {"marker": marker, "addresses": addresses})
    clean = nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        tag_attribute_values=_FIXED,
        allowed_classes=_CLASSES,
        url_schemes=_ALLOWED_SCHEMES,
        url_relative=lambda address: address if address in addresses else None,
        link_rel="noopener nofollow ugc",
    )
    return SafeString(clean)


def _is_address(address: str) -> bool:
    return _ADDRESS.match(address) is not None


class _Parser(MarkdownIt):
    """CommonMark with tables and strikethrough; a new line is a new line."""

    def __init__(self) -> None:
        options = {"html": False, "breaks": True, "maxNesting": MOST_NESTING}
        super().__init__("commonmark", options, renderer_cls=_Renderer)
        self.enable(["table", "strikethrough"])
        self.core.ruler.push("taskly", _finish)

    def validateLink(self, url: str) -> bool:
        """Whether a text may link to this address: what isn't one of ours is shown as written."""
        return _is_address(url)


class _Renderer(RendererHTML):
    """Code scrolls within its block, by keyboard as well, and takes no class from the text."""

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f'<pre tabindex="0"><code>{escape(tokens[idx].content)}</code></pre>\n'

    code_block = fence


def _finish(state: StateCore) -> None:
    """What Markdown's own rules leave open: names, addresses, images, tasks, tables, headings."""
    finished: list[Token] = []
    level = FIRST_HEADING - 1
    for place, token in enumerate(state.tokens):
        if token.type == "heading_open":
            # A level is never skipped, so that headings make an outline.
            level = min(int(token.tag[1]) + FIRST_HEADING - 1, level + 1, LAST_HEADING)
            token.tag = f"h{level}"
        elif token.type == "heading_close":
            token.tag = f"h{level}"
        elif token.type in ("th_open", "td_open"):
            aligned = _ALIGNMENTS.get(str(token.attrs.pop("style", "")))
            if aligned:
                token.attrs["class"] = aligned
        elif token.type == "inline":
            _mark_task(state.tokens, place)
            token.children = list(_finished_inline(state, token.children or []))
        if token.type == "table_open":
            finished.append(_opening("div", **{"class": "markdown-table", "tabindex": "0"}))
        finished.append(token)
        if token.type == "table_close":
            finished.append(_closing("div"))
    state.tokens[:] = finished


def _mark_task(tokens: list[Token], place: int) -> None:
    """`- [x] done` is a task: its brackets become a box, ticked or not."""
    if place < 2 or tokens[place - 2].type != "list_item_open":
        return
    children = tokens[place].children or []
    task = _TASK.match(children[0].content) if children and children[0].type == "text" else None
    if task is None:
        return
    tokens[place - 2].attrs["class"] = "markdown-task"
    children[0].content = _BOXES[task[1]] + children[0].content[task.end() :]


def _finished_inline(state: StateCore, children: list[Token]) -> Iterator[Token]:
    links = 0
    for token in children:
        links += token.nesting if token.type in ("link_open", "link_close") else 0
        if token.type == "image":
            yield from _linked_image(token, within_link=links > 0)
        elif token.type == "text" and not links:
            yield from _marked_text(state, token.content)
        else:
            yield token


def _linked_image(image: Token, *, within_link: bool) -> Iterator[Token]:
    """A link to the image, by its description: no page loads anything from another host."""
    address = str(image.attrs.get("src", ""))
    named = _text(image.content or address)
    if within_link:
        yield named
    else:
        yield from (_opening("a", href=address), named, _closing("a"))


def _marked_text(state: StateCore, text: str) -> Iterator[Token]:
    """`text` with links for the addresses in it, and with the marker's marks between them."""
    place = 0
    for found in _BARE_ADDRESS.finditer(text):
        address = _trimmed(found[0])
        href = state.md.normalizeLink(address)
        if not _is_address(href):
            continue
        yield from _marked_names(state, text[place : found.start()])
        yield from (_opening("a", href=href), _text(address), _closing("a"))
        place = found.start() + len(address)
    yield from _marked_names(state, text[place:])


def _trimmed(address: str) -> str:
    """An address without what follows it in a sentence: a stop, or a bracket opened before it."""
    while address:
        last = address[-1]
        opened = {")": "(", "]": "[", "}": "{"}.get(last)
        surplus = opened is not None and address.count(last) > address.count(opened)
        if last not in _AFTER_ADDRESS and not surplus:
            break
        address = address[:-1]
    return address


def _marked_names(state: StateCore, text: str) -> Iterator[Token]:
    marker: Marker | None = state.env["marker"]
    place = 0
    for mark in marker(text) if marker is not None and text else ():
        if mark.start > place:
            yield _text(text[place : mark.start])
        attributes = {"class": mark.classes, "title": mark.title}
        if mark.address:
            state.env["addresses"].add(mark.address)
            attributes["href"] = mark.address
        tag = "a" if mark.address else "span"
        shown = {name: value for name, value in attributes.items() if value}
        yield from (_opening(tag, **shown), _text(text[mark.start : mark.end]), _closing(tag))
        place = mark.end
    if text[place:]:
        yield _text(text[place:])


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _opening(tag: str, **attributes: str) -> Token:
    return Token(f"taskly_{tag}_open", tag, 1, attrs=dict(attributes))


def _closing(tag: str) -> Token:
    return Token(f"taskly_{tag}_close", tag, -1)


_parser = _Parser()
