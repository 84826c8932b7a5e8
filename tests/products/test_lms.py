"""Packages for a learning system, opened by others' implementations: scorm-again, a QTI converter, an H5P server."""

import json
import re
import subprocess
import threading
import xml.etree.ElementTree as ET
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from qti_convert.package import upgrade_package

from casebook.pieces import learning_map
from casebook.pieces.questions import bank
from conftest import until
from products import lms

SYSTEM = """<!DOCTYPE html><title>A learning system</title><link rel="icon" href="data:,">
<script src="scorm12.min.js"></script>
<script>window.API = new Scorm12API({ autocommit: false }); const kept = sessionStorage.getItem("cmi");
if (kept) window.API.loadFromJSON(JSON.parse(kept), "");
window.API.on("LMSCommit", () => sessionStorage.setItem("cmi", JSON.stringify(window.API.cmi)));</script>
<iframe id="sco" src="package/scorm.html" width="1200" height="800"></iframe>"""
H5P = """const root = process.argv[1] + "/node_modules/@lumieducation/h5p-server";
const { H5PConfig } = require(root), Validator = require(root + "/build/src/PackageValidator").default;
const validator = new Validator(new H5PConfig(), { listInstalledLibraries: async () => ({}) });
(async () => { for (const folder of process.argv.slice(2))
    await validator.validateExtractedPackage(folder, true, false);
})().catch((error) => { console.error(error); process.exit(1); });"""


@pytest.fixture(scope="module")
def made(site, tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    lms.build(folder)
    return folder


def contents(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.slow
def test_the_packages_hold_the_students_site_and_their_manifests_name_every_file(made):
    for path, inside in (("scorm-1.2.zip", ""), ("scorm-1.2-with-scores.zip", ""), ("common-cartridge.imscc", "site/")):
        files = contents(made / "lms" / path)
        manifest = ET.fromstring(files["imsmanifest.xml"])
        named = {e.get("href") for e in manifest.iter() if e.tag.endswith("}file")}
        assert named == set(files) - {"imsmanifest.xml"}, path
        assert f"{inside}book/04-day-by-day.html" in named
        assert not [name for name in named if "answer-key" in name or "/slides/" in name]
    bank_of = ET.fromstring(contents(made / "lms" / "common-cartridge.imscc")["bank/bank.xml"])
    ids = [e.get("title") for e in bank_of.iter() if e.tag.endswith("}item")]
    assert ids == [item.id for items in bank().values() for item in items]


@pytest.mark.slow
def test_a_converter_of_qti_reads_every_item_of_the_newer_package(made, tmp_path):
    for chapter, items in bank().items():
        newer = tmp_path / f"{chapter}.zip"
        upgrade_package(made / "items" / f"qti-2.1-chapter-{chapter:02d}.zip", newer)
        files = contents(newer)
        for item in items:
            read = ET.fromstring(files[f"{lms._name(item)}.xml"])
            found = lambda name: [e for e in read.iter() if e.tag.endswith("}" + name)]
            [right] = found("qti-correct-response")
            assert [value.text for value in right] == [option.letter for option in item.right]
            assert len(found("qti-modal-feedback")) == len(found("qti-simple-choice")) == len(item.options)


@pytest.fixture
def system(made, npm, tmp_path):
    """Address of a learning system with the package that reports scores."""
    (tmp_path / "package").mkdir()
    with zipfile.ZipFile(made / "lms" / "scorm-1.2-with-scores.zip") as archive:
        archive.extractall(tmp_path / "package")
    (tmp_path / "index.html").write_text(SYSTEM)
    (tmp_path / "scorm12.min.js").write_bytes((npm / "node_modules/scorm-again/dist/scorm12.min.js").read_bytes())

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


@pytest.mark.slow
def test_a_scorm_runtime_counts_the_chapters_resumes_and_completes(system, open_page):
    page = open_page(system)
    value = lambda name: page.evaluate(f"API.LMSGetValue('cmi.{name}')")
    book = lambda: page.frame_locator("#sco").frame_locator("iframe")
    files = [f"book/{file.stem}.html" for file in learning_map.chapter_files()]

    def read(path):
        page.frame_locator("#sco").locator("iframe").evaluate("(frame, path) => { frame.src = path; }", path)
        until(page, "path => API.LMSGetValue('cmi.core.lesson_location') === path", path)
        if "04-" in path:
            assert "4" not in value("suspend_data").split(","), "the case counts once it was followed to its end"
            book().locator("summary", has_text="Your answers").click()
            book().get_by_role("button", name="Open it now").click()
        book().locator("html").evaluate("root => root.ownerDocument.defaultView.scrollTo(0, root.scrollHeight)")
        number = str(int(re.search(r"\d\d", path)[0]))
        until(page, "n => API.LMSGetValue('cmi.suspend_data').split(',').includes(n)", number)
    until(page, "API.LMSGetValue('cmi.core.lesson_status') === 'incomplete'")
    for path in files[:3]:
        read(path)
    check = book().locator("form:has(input[name='q-3-1'])").first
    check.locator("input[data-correct=yes]").first.check()
    until(page, "Number(API.LMSGetValue('cmi.core.score.raw')) > 0")
    assert value("core.lesson_status") == "incomplete" and value("suspend_data") == "1,2,3"
    page.reload()
    until(page, "API.LMSGetValue('cmi.suspend_data') === '1,2,3'")
    book().locator("h1", has_text="Competing").first.wait_for()          # it goes on where it was left
    for path in files[3:]:
        read(path)
    assert value("core.lesson_status") == "completed"
    sent = json.dumps(page.evaluate("API.cmi"))
    assert "because" not in sent and "suspend_data" in sent


@pytest.mark.slow
def test_an_h5p_server_accepts_every_question_set(made, npm, tmp_path):
    folders = []
    for path in sorted((made / "items").glob("*.h5p")):
        folders.append(tmp_path / path.stem)
        with zipfile.ZipFile(path) as archive:
            archive.extractall(folders[-1])
    assert len(folders) == len(bank())
    subprocess.run(["node", "-e", H5P, npm, *folders], check=True)
    asked = json.loads((folders[3] / "content" / "content.json").read_text())["questions"]
    assert [q["metadata"]["title"] for q in asked] == [item.id for item in bank()[4]]
