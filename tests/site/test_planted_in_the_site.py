"""Damage a copy of the built site, and see that the checks of pages and of the browser find it."""

import os
import re
import shutil

import pytest

from conftest import TOP, overflow, serving, violations
from planting import fault
from site_checks import changed_files, dead_links, loaded_from_elsewhere, missing, soup, unfinished, unreadable_charts

PAGE = "book/04-day-by-day"
# pattern on the page, what takes its place, what must be found; all of them in one page
ON_THE_PAGE = [
    fault("script of another host", "</head>", '<script src="https://cdn.example/x.js"></script></head>',
          "https://cdn.example/x.js"),
    fault("picture of another host", "</main>", '<img alt="x" src="//img.example/x.png"></main>',
          "//img.example/x.png"),
    fault("style that fetches a font", "</head>", "<style>@import url(https://fonts.example/x.css);</style></head>",
          "https://fonts.example/x.css"),
    fault("dead link", "</main>", '<a href="no-such-page.html">x</a></main>', "no-such-page.html: no such page"),
    fault("dead anchor", "</main>", '<a href="glossary.html#no-such-term">x</a></main>',
          "no-such-term: no such anchor"),
    fault("chart lost", r'<figure [^>]*class="chart .*?</figure>', "", "charts: "),
    fault("self-check lost", r'data-question="q-4-2"', 'data-lost=""', "self-checks: "),
    fault("stepper lost", r'data-stepper="case"', "", "steppers: 0 on the page"),
    fault("notice lost", "Education only, never medical advice", "", "the notice is missing"),
    fault("second title", "</main>", "<h1>Again</h1></main>", "not one title a page"),
    fault("unrendered number", "</main>", "{{ n.core }}</main>", "unfinished or unrendered: {{"),
    fault("chart without a name", r'aria-label="[^"]*" class="chart ', 'class="chart ', "a chart without a name"),
    fault("chart without its numbers", r'<details class="numbers">.*?</details>', "", "no numbers as a table"),
]
IN_THE_BROWSER = [
    fault("script that fails", "</body>", '<script src="../_static/broken.js"></script></body>', "page error"),
    fault("address that is not there", "</body>", '<script src="../_static/lost.js"></script></body>', "404"),
    fault("request to another host", "</main>", '<img alt="" src="http://other.example/x.png"></main>',
          "other.example"),
    fault("eval", "</body>", '<script src="../_static/eval.js"></script></body>', "unsafe-eval"),
    fault("pale", "</head>", '<link rel="stylesheet" href="../_static/pale.css"></head>', "contrast"),
    fault("wide", "</head>", '<link rel="stylesheet" href="../_static/wide.css"></head>', "overflow"),
]


def write_damaged(copy, page, name, rows):
    """Write into a copy of the site, as ``name``, one of its pages with every fault of the rows."""
    text = (copy / f"{page}.html").read_text("utf-8")
    for row in rows:
        pattern, new, _ = row.values
        text, planted = re.subn(pattern, lambda _, new=new: new, text, count=1, flags=re.S)
        assert planted, f"{row.id}: {pattern!r} is not on {page}, the fault can't be planted"
    file = copy / f"{name}.html"
    file.unlink(missing_ok=True)                        # a link to the original
    file.write_text(text, "utf-8")
    return file


@pytest.fixture(scope="module")
def copy(site, tmp_path_factory):
    """A copy of the built site, by links."""
    return shutil.copytree(site, tmp_path_factory.mktemp("site") / "html", copy_function=os.symlink)


@pytest.fixture(scope="module")
def found(copy):
    """All that is found on one page that holds every fault."""
    file = write_damaged(copy, PAGE, PAGE, ON_THE_PAGE)
    page, source = soup(file), (TOP / f"{PAGE}.md").read_text("utf-8")
    return [*unfinished(page), *missing(page, source), *unreadable_charts(page), *dead_links(file),
            *loaded_from_elsewhere(page)]


@pytest.mark.parametrize("says", [pytest.param(row.values[2], id=row.id) for row in ON_THE_PAGE])
def test_each_fault_of_a_page_is_found(found, says):
    assert [what for what in found if says in what], found


def test_a_changed_vendored_file_is_found(tmp_path):
    vendor = shutil.copytree(TOP / "book/_static/vendor", tmp_path / "vendor")
    assert not changed_files(vendor)
    file = next(p for p in vendor.rglob("*.woff2"))
    file.write_bytes(file.read_bytes() + b" ")
    (vendor / "new.js").write_text("1")
    assert changed_files(vendor) == sorted([str(file.relative_to(vendor)), "new.js"])


@pytest.fixture(scope="module")
def address(copy):
    """Where a browser finds the copy, with a page for each fault that only it can see."""
    for name, text in {"broken.js": "undefined_function();", "eval.js": "eval('1');",
                       "pale.css": "main p { color: #bbb; background: #fff }",
                       "wide.css": "main p { width: 1500px }"}.items():
        (copy / "_static" / name).write_text(text)
    for row in IN_THE_BROWSER:
        write_damaged(copy, "book/for-students", f"book/{row.id}", [row])
    with serving(copy) as server:
        yield server


@pytest.mark.parametrize("name, says", [pytest.param(row.id, row.values[2], id=row.id) for row in IN_THE_BROWSER])
def test_what_a_page_does_wrong_is_found_in_the_browser(address, watched, name, says):
    opened, troubles = watched
    page = opened(f"{address}/book/{name}.html")
    page.wait_for_load_state("networkidle")
    if not troubles:
        troubles = violations(page) + ["overflow"] * (overflow(page) > 0)
    assert says in "\n".join(troubles)
