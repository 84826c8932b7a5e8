"""What a page's policy forbids stops the build, with the page, what stands there and what to do."""

import pytest
from bs4 import BeautifulSoup
from sphinx.errors import ExtensionError

from _ext import finished_pages

PAGE = """<html><head><meta charset="utf-8"><script src="../_static/early.js"></script>
<script src="../_static/book.js"></script></head><body><main>{}</main></body></html>"""


@pytest.mark.parametrize("planted, says", [
    ("<script>alert(1)</script>", ["an inline script", "alert(1)", "put it into a file"]),
    ("<style>p { color: red }</style>", ["an inline style sheet", "color: red", "move it to book.css"]),
    ('<p style="color: red">x</p>', ["<p style='color: red'>", "a class in book.css"]),
    ('<p data-script="nothing">x</p>', ["the script nothing", "there is no", "nothing.js"])])
def test_what_the_policy_forbids_is_refused_by_name(planted, says):
    soup = BeautifulSoup(PAGE.format(planted), "html.parser")
    with pytest.raises(ExtensionError) as refused:
        finished_pages.add_scripts(soup, "book/page")
        finished_pages.secure(soup, "book/page")
    assert all(part in str(refused.value) for part in ["book/page: ", *says])


def test_a_page_gets_its_policy_and_the_tip_of_a_term_follows_the_glossary():
    soup = BeautifulSoup(PAGE.format("<p>x</p>"), "html.parser")
    finished_pages.secure(soup, "book/page")
    policy = soup.select_one("meta[http-equiv=Content-Security-Policy]")
    assert policy["content"] == finished_pages.POLICY and policy.find_next("script")["src"].endswith("early.js")
    link = '<a class="reference internal"{} href="glossary.html#term-CRP">CRP</a>'
    for before in ("", ' data-tip="of an earlier build"'):
        assert finished_pages.TERM.sub(' data-tip="now"', link.format(before)) == link.format(' data-tip="now"')
