"""Pressing Run under the cells of a page, and what stands below them."""

import re

from conftest import until

CELLS = "div.cell:has(> .cell_input .run-bar button, > details .run-bar button)"
FINISHED = r"/^(Done|It stopped|Stopped|Python|This (browser|device))/.test(e.querySelector('.run-words').textContent)"


def cell(page, n):
    """The n-th cell of a page that can be run."""
    return page.locator(CELLS).nth(n)


def press(page, n, seconds=120):
    """Run the n-th cell and wait; returns the words that its bar says at the end."""
    here = cell(page, n)
    here.evaluate("""cell => {
        for (const fold of [cell.closest('details'), cell.querySelector('details')]) if (fold) fold.open = true;
        cell.querySelector('.run-words').textContent = '';
        [...cell.querySelectorAll('button')].find((button) => button.textContent === 'Run').click();
    }""")
    until(here, f"e => {FINISHED}", seconds=seconds)
    return here.locator(".run-words").text_content()


def write(page, n, code):
    """Put the reader's own code into the n-th cell."""
    edit = cell(page, n).get_by_role("button", name="Edit")
    if edit.is_visible():
        edit.click()
    cell(page, n).locator("textarea").fill(code)


def shown(page, n):
    """(built, run): the texts of the n-th cell's output on the page as built and of its run, without white space."""
    texts = cell(page, n).evaluate("""cell => {
        const text = (e) => {
            const copy = e.cloneNode(true);
            for (const control of copy.querySelectorAll('.copybtn, .variants')) control.remove();
            return copy.textContent;
        };
        const outputs = [...cell.querySelectorAll('.cell_output')];
        const run = outputs.find((e) => e.dataset.run !== undefined);
        return [outputs.filter((e) => e !== run).map(text).join(' '), text(run)];
    }""")
    return tuple(re.sub(r"\s+", " ", text).strip() for text in texts)
