"""Markdown made safe: what it may become, whatever somebody writes."""

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.markdown import Mark, rendered

LONGEST = 65_536
TAGS = {
    *("p", "br", "hr", "blockquote", "ul", "ol", "li", "pre", "code", "em", "strong", "s"),
    *("h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td", "a", "span", "div"),
}
ATTRIBUTES = {
    ("a", "href"),
    ("a", "title"),
    ("a", "rel"),
    ("a", "class"),
    ("span", "class"),
    ("span", "title"),
    ("ol", "start"),
    ("li", "class"),
    ("div", "class"),
    ("div", "tabindex"),
    ("pre", "tabindex"),
    ("th", "class"),
    ("td", "class"),
}
CLASSES = {
    "markdown-task",
    "markdown-table",
    "is-centered",
    "is-right",
    "mention",
    "card-reference",
}


class Allowed(HTMLParser):
    """Reads HTML as a page would, and notes whatever isn't allowed."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag not in TAGS:
            self.faults.append(f"<{tag}>")
        for name, value in attrs:
            if (tag, name) not in ATTRIBUTES:
                self.faults.append(f"<{tag} {name}>")
            if name == "href" and not value.lower().startswith(("http://", "https://", "mailto:")):
                self.faults.append(value)
            if name == "class" and not set(value.split()) <= CLASSES:
                self.faults.append(value)
            if name == "rel" and value != "noopener nofollow ugc":
                self.faults.append(value)

    def handle_comment(self, data):
        self.faults.append(data)

    def handle_decl(self, decl):
        self.faults.append(decl)


def faults(text):
    reader = Allowed()
    reader.feed(rendered(text))
    reader.close()
    return reader.faults


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**bold** *so* ~~no~~", "<p><strong>bold</strong> <em>so</em> <s>no</s></p>\n"),
        ("one\ntwo", "<p>one<br>\ntwo</p>\n"),
        ("`a < b`", "<p><code>a &lt; b</code></p>\n"),
        ("```js\na\n```", '<pre tabindex="0"><code>a\n</code></pre>\n'),
        ("3. c", '<ol start="3">\n<li>c</li>\n</ol>\n'),
        ("", ""),
    ],
)
def test_common_markdown(text, html):
    assert rendered(text) == html


def test_a_table_scrolls_in_a_frame_and_keeps_its_alignment():
    html = rendered("| a | b |\n|:-:|--:|\n| 1 | 2 |")

    assert html.startswith('<div class="markdown-table" tabindex="0"><table>')
    assert '<td class="is-centered">1</td>' in html
    assert '<td class="is-right">2</td>' in html


def test_tasks_are_shown_as_boxes():
    html = rendered("- [ ] open\n- [x] done\n- [y] neither")

    assert '<li class="markdown-task">☐ open</li>' in html
    assert '<li class="markdown-task">☑ done</li>' in html
    assert "<li>[y] neither</li>" in html


def test_headings_stand_below_the_pages_own_and_skip_no_level():
    assert rendered("# a\n#### b\n###### c\n# d") == (
        "<h3>a</h3>\n<h4>b</h4>\n<h5>c</h5>\n<h3>d</h3>\n"
    )


@pytest.mark.parametrize(
    ("text", "address", "rest"),
    [
        ("see https://a.example/x_y_z.", "https://a.example/x_y_z", "."),
        ("(https://a.example/(x))", "https://a.example/(x)", ")"),
        ("<https://a.example>", "https://a.example", ""),
        ("[here](https://a.example 'so')", "https://a.example", ""),
        ("mail [me](mailto:a@b.example)", "mailto:a@b.example", ""),
    ],
)
def test_addresses_are_links_that_pass_nothing_on(text, address, rest):
    html = rendered(text)

    assert f'href="{address}"' in html
    assert 'rel="noopener nofollow ugc"' in html
    assert html.endswith(f"</a>{rest}</p>\n")


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        "&#106;avascript:alert(1)",
        "&#x6A&#x61vascript:alert(1)",
        "vbscript:x",
        "data:text/html,<script>alert(1)</script>",
        "data:image/png;base64,AAAA",
        "file:///etc/passwd",
        "//other.example/x",
        "/admin/logout/",
        "ftp://a.example",
        "\x01javascript:alert(1)",
        "http:javascript",
    ],
)
def test_no_other_address_is_linked(address):
    for text in (f"[x]({address})", f"[x](<{address}>)", f"<{address}>", f"![x]({address})",
                 f"[x][a]\n\n[a]: {address}"):  # fmt: skip
        assert "href" not in rendered(text)
        assert faults(text) == []


def test_an_image_is_a_link_to_it():
    html = rendered('![A "chart"](https://other.example/a.png)')

    assert "<img" not in html
    assert '<a href="https://other.example/a.png"' in html
    assert "A &quot;chart&quot;</a>" in html or 'A "chart"</a>' in html


def test_an_image_in_a_link_is_the_links_text():
    html = rendered("[![Build](https://a.example/b.svg)](https://c.example)")

    assert html.count("<a ") == 1
    assert 'href="https://c.example"' in html
    assert ">Build</a>" in html


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<a href='javascript:alert(1)' class='card-reference'>x</a>",
    "<iframe src=https://a.example></iframe>",
    "<style>*{display:none}</style>",
    "<!-- --><!doctype html><![CDATA[x]]><?php ?>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "```\" onmouseover=alert(1) x=\"\nx\n```",
    "``` <img src=x onerror=alert(1)>\nx\n```",
    "[x](https://a.example \"onmouseover=alert(1)\")",
    "[x](https://a.example '\"><script>alert(1)</script>')",
    '[x](https://a.example/"onmouseover="alert(1))',
    "![\"onerror=alert(1)](https://a.example)",
    "<https://a.example/\"onmouseover=alert(1)>",
    "https://a.example/\"onmouseover=alert(1)",
    "https://[::1\\]<script>",
    "| a\" onx=1 | <b> |\n|:-:|--|\n| <script> | x |",
    "# <img src=x onerror=alert(1)>\n- [x] <script>",
    "{{ 7*7 }} {% debug %} ${7*7}",
    "\u202ecod\u202c \u2066x\u2069 \ufeff\u200b",
    "&lt;script&gt; &#60;script&#62; &NewLine;&colon;",
    "[a]: https://a.example 'x' onx=1\n\n[a]",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_become_nothing_that_is_not_allowed(text):
    assert faults(text) == []


@settings(deadline=None, max_examples=300)
@given(st.lists(st.sampled_from([*HOSTILE, *"[]()<>*_~`!|#>-\\\n \"'&:", "a", "http://", "- [ ] ",
                                 "\n\n", "```", "| a |\n|--|\n", "@a", "ACME-1", "javascript:",
                                 "\x00", "\x0b", "é", "🎉", "\u202e"]), max_size=40))  # fmt: skip
def test_no_mixture_of_pieces_gets_through(pieces):
    assert faults("".join(pieces)) == []


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=300))
def test_no_text_gets_through(text):
    assert faults(text) == []


def _marker(text):
    start = text.find("@ada")
    if start >= 0:
        yield Mark(start, start + 4, "mention", title='Ada "A" <Admin>')
    start = text.find("ACME-1")
    if start >= 0:
        yield Mark(start, start + 6, "card-reference", "Title", "/admin/cards/card/1/change/")


def test_names_are_marked_in_text_and_left_alone_in_code_and_links():
    html = rendered("@ada **ACME-1** `@ada` [ACME-1](https://a.example)", _marker)

    assert '<span class="mention" title="Ada &quot;A&quot; &lt;Admin&gt;">@ada</span>' in html
    assert 'href="/admin/cards/card/1/change/"' in html
    assert "<code>@ada</code>" in html
    assert html.count("card-reference") == 1


def test_an_address_that_the_marker_gave_is_no_opening_for_the_text():
    html = rendered("ACME-1 [x](/admin/cards/card/1/change/)", _marker)

    assert html.count("<a ") == 1


def _nasty():
    for piece in ("[", "![", "[a](", "*a_", "**a ", "`a``", "> ", "- ", "a|b\n-|-\n", "<", "<!--",
                  "&amp", "\\", "[a]: b\n", "http://", "@a ", "ACME-1 ", "~~a", "🎉", "* * ",
                  "\n\n- a", "- [ ] a\n", "a\n=\n", "# a\n"):  # fmt: skip
        yield pytest.param((piece * LONGEST)[:LONGEST], id=repr(piece))
    yield pytest.param("".join("`" * n + "a" for n in range(1, 360))[:LONGEST], id="ticks")
    yield pytest.param("".join("  " * n + "- a\n" for n in range(250))[:LONGEST], id="nested list")
    yield pytest.param("|a|b|\n|-|-|\n" + "x\n" * 30_000, id="tall table")
    yield pytest.param("*" * 30_000 + "a" + "*" * 30_000, id="nested emphasis")


@pytest.mark.parametrize("text", list(_nasty()))
def test_the_longest_texts_stay_safe_and_do_not_swell(text):
    assert faults(text) == []
    assert len(rendered(text)) < 20 * LONGEST
