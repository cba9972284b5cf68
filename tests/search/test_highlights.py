"""What an answer shows of a text: the words marked, everything else inert."""

import re

import pytest

from tests.factories import CardFactory, DecisionFactory

pytestmark = pytest.mark.django_db

HOSTILE = [
    "<script>alert('needle')</script>",
    "<img src=x onerror=alert(1)> needle",
    'needle" onmouseover="alert(1)',
    "needle &lt;b&gt; & <b>bold</b>",
    "</mark><script>needle</script><mark>",
    "\x02needle\x03 \x02<b>",
    "javascript:needle <a href='javascript:alert(1)'>needle</a>",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_inert(search, board, text):
    CardFactory(board=board, title=f"needle {text}".strip()[:500], description=text)
    (row,) = search("needle")
    for html in (row["title_html"], row["excerpt_html"]):
        assert "<mark>needle</mark>" in html
        rest = html.replace("<mark>", "").replace("</mark>", "")
        assert not re.search(r"[<>\"']", rest), html
        assert html.count("<mark>") == html.count("</mark>")
        assert "\x02" not in html
        assert "\x03" not in html


def test_what_looks_like_a_tag_is_shown_as_it_stands(search, board):
    CardFactory(board=board, title="Fix <div> needle", description="Use List<T> for the needle")
    (row,) = search("needle")
    assert row["title_html"] == "Fix &lt;div&gt; <mark>needle</mark>"
    assert row["excerpt_html"] == "Use List&lt;T&gt; for the <mark>needle</mark>"


def test_words_are_marked_in_the_form_that_stands_there(search, board):
    CardFactory(board=board, title="Решения", description="Принятые решения & deployed решений")
    (row,) = search("решение deploy")
    assert row["title_html"] == "<mark>Решения</mark>"
    assert row["excerpt_html"] == (
        "Принятые <mark>решения</mark> &amp; <mark>deployed</mark> <mark>решений</mark>"
    )


def test_an_excerpt_is_cut_from_a_long_text(search, plan):
    hay = "Some more hay lies here. " * 200
    DecisionFactory(project=plan, title="Long", statement=f"{hay} The needle. {hay}")
    (row,) = search("needle")
    assert "<mark>needle</mark>" in row["excerpt_html"]
    assert len(row["excerpt_html"]) < 500
    assert row["title_html"] == "Long"


def test_a_text_without_the_words_shows_its_beginning(search, board):
    CardFactory(board=board, title="Needle", description="Nothing but hay.")
    CardFactory(board=board, title="Needle")
    excerpts = {row["excerpt_html"] for row in search("needle")}
    assert excerpts == {"Nothing but hay.", ""}
