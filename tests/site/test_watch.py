"""`make watch`: a saved page is built again, and the browser that shows it learns so."""

import asyncio
from pathlib import Path

from tornado.httpclient import AsyncHTTPClient
from tornado.testing import bind_unused_port
from tornado.websocket import websocket_connect

from _ext import build, watch
from conftest import TOP
from looping import run_apart


def test_a_saved_page_is_built_again_and_the_reload_signal_goes_out(tmp_path, monkeypatch):
    page, site = tmp_path / "book" / "page.md", tmp_path / "_build" / "html"
    for folder in (page.parent, site):
        folder.mkdir(parents=True)
    page.write_text("first", "utf-8")
    monkeypatch.setattr(watch, "TOP", tmp_path)
    monkeypatch.setattr(watch, "SITE", site)
    monkeypatch.setattr(watch, "build_apart", lambda: (site / "page.html").write_text(
        f"<head><meta content=\"default-src 'none';\"></head>{page.read_text('utf-8')}", "utf-8"))
    socket, port = bind_unused_port(address="127.0.0.1")
    socket.close()

    async def session():
        server = asyncio.create_task(watch.main(port))
        while not (site / "page.html").exists():
            await asyncio.sleep(0.05)
        shown = await AsyncHTTPClient().fetch(f"http://127.0.0.1:{port}/page.html")
        waiting = await websocket_connect(f"ws://127.0.0.1:{port}/_reload")
        page.write_text("second", "utf-8")
        again = shown
        while again.body == shown.body:                             # the signal of the first build may come late
            assert await waiting.read_message() == "built"
            again = await AsyncHTTPClient().fetch(f"http://127.0.0.1:{port}/page.html")
        server.cancel()
        return shown.body.decode(), again.body.decode()

    shown, again = run_apart(asyncio.wait_for(session(), 60))
    assert shown.endswith("first") and again.endswith("second")
    assert '<script src="/_reload.js"></script>' in again and f"connect-src ws://127.0.0.1:{port};" in again
    assert "_reload" not in (site / "page.html").read_text("utf-8"), "the built page carries nothing of this"


def test_code_and_data_start_the_watcher_anew_and_pages_do_not(tmp_path):
    assert watch.starts_anew([tmp_path / "page.md", tmp_path / "table1.csv"])
    assert not watch.starts_anew([tmp_path / "page.md", tmp_path / "book.css"])


def test_a_build_runs_where_make_book_runs_as_the_configuration_names_files_from_there(monkeypatch):
    where = []
    monkeypatch.chdir(TOP / "book")
    monkeypatch.setattr(build, "jupyter_book", lambda *_, **__: where.append(Path.cwd()))
    build.build()
    assert where == [TOP]
