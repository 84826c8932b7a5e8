"""The form that writes links to Binder and nbgitpuller, with and without the address of the repository."""

from urllib.parse import parse_qs, urlsplit

from _ext.launch import BADGE, binder
from casebook.display.text import template

PAGE = "/book/instructor/live-class.html"


def test_the_form_builds_the_links_of_an_address_and_offers_none_without(open_page, server):
    page = open_page(server + PAGE)
    form, links = page.locator(".launch form"), page.locator(".launch-links")
    assert page.locator(".launch").get_by_text("Set repository: url in _config.yml").is_visible() and links.is_hidden()
    form.get_by_label("Address of the repository").fill("javascript:alert(1)")
    assert links.is_hidden()
    form.get_by_label("Address of the repository").fill("https://example.org/us/book/")
    form.get_by_label("Branch").fill("autumn/2")
    form.get_by_label("Opens").select_option("08-blocking-il-1")
    link = links.locator('[data-link="binder"]')
    made = binder("https://example.org/us/book", "autumn/2")
    assert link.get_attribute("href") == made.replace("start.ipynb", "08-blocking-il-1.ipynb")
    assert links.locator('[data-link="badge"]').inner_text() == f"[![Binder]({BADGE})]({link.get_attribute('href')})"
    assert links.locator('[data-link="hub"]').is_hidden()
    form.get_by_label("Address of your hub").fill("https://hub.example.org/")
    hub = urlsplit(links.locator('[data-link="hub"]').get_attribute("href"))
    asked = {key: value[0] for key, value in parse_qs(hub.query).items()}
    assert (hub.netloc, hub.path) == ("hub.example.org", "/hub/user-redirect/git-pull")
    assert asked["repo"] == "https://example.org/us/book" and asked["branch"] == "autumn/2"
    assert asked["urlpath"] == f"lab/tree/{asked['targetpath']}/book/08-blocking-il-1.md"


def test_with_the_setting_the_page_links_the_book_on_binder():
    address = "https://example.org/us/book"
    html = template("launch.html").render(address=address, branch="main", chapters=[], badge=BADGE,
                                          binder=binder(address, "main"))
    assert f'<a href="{binder(address, "main")}">Open this book on Binder</a>' in html and "doesn’t know" not in html
