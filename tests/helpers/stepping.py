"""What browser tests of the day-stepper share: how a reader steps, opens a record, commits."""

from conftest import STEPS


def panel(page, step):
    return page.locator(f'[data-step="{step}"]')


def act(page, name):
    page.locator(f'[data-action="{name}"]:visible').first.click()


def open_all(page):
    """Step through the whole case, opening each record."""
    for step in STEPS:
        panel(page, step).locator("[data-action=reveal]").click()
        if step != STEPS[-1]:
            act(page, "next")


def commit(page, step, option, confidence, reason="a reason", probnp=None):
    here = panel(page, step)
    here.locator(f'input[name="case-{step}"]').nth(option).check()
    here.locator(f'input[name="case-{step}-confidence"][value="{confidence}"]').check()
    here.locator(f'input[name="case-{step}-reason"]').fill(reason)
    if probnp:
        here.locator(f'input[name="case-{step}-probnp"][value="{probnp}"]').check()
    here.locator("[data-action=commit]").click()


def visible_steps(page):
    return page.locator("[data-step]:visible").evaluate_all("all => all.map(e => e.dataset.step)")
