"""`make watch`: serve the book, build it again when one of its files is saved, and reload the page in the browser.

A build is a fork of this process, which has imported what a build imports. Pages and pictures are read anew by each
build; when anything else changes, code or data, this process starts anew. Built pages stay as they are: only what is
sent from here may, and does, load a script that reloads the page.
"""

import asyncio
import mimetypes
import os
import sys
from collections.abc import Iterable
from importlib import import_module
from multiprocessing.context import ForkProcess
from pathlib import Path

import yaml
from tornado.web import Application, HTTPError, RequestHandler
from tornado.websocket import WebSocketHandler

from _ext.build import build
from _ext.finished_pages import readable

TOP = Path(__file__).resolve().parents[2]
SITE = TOP / "_build" / "html"
WATCHED = ("book", "data", "_config.yml", "_toc.yml", "CITATION.cff", "CHANGELOG.md")
READ_BY_EACH_BUILD = (".md", ".svg", ".css", ".js")
SCRIPT = """const wait = () => {
  const socket = new WebSocket(`ws://${location.host}/_reload`);
  socket.onmessage = () => location.reload();
  socket.onclose = () => setTimeout(wait, 500);
};
wait();
"""


class Reload(WebSocketHandler):
    """A page that waits for the next build."""

    waiting: set[WebSocketHandler] = set()

    def open(self) -> None:
        self.waiting.add(self)

    def on_close(self) -> None:
        self.waiting.discard(self)


class File(RequestHandler):
    """A file of the site; nothing is kept by the browser."""

    def get(self, name: str) -> None:
        path = (SITE / name).resolve()
        path = path / "index.html" if path.is_dir() else path
        if name != "_reload.js" and not (path.is_file() and path.is_relative_to(SITE)):
            raise HTTPError(404)
        self.set_header("Content-Type", mimetypes.guess_type(name or "index.html")[0] or "application/octet-stream")
        self.set_header("Cache-Control", "no-store")
        self.write(SCRIPT if name == "_reload.js" else reloading(path, self.request.host))


def reloading(path: Path, host: str) -> bytes:
    """A file as it is sent; a page with the script that reloads it, and a policy that lets it listen to ``host``."""
    content = path.read_bytes()
    if path.suffix != ".html":
        return content
    content = content.replace(b"default-src 'none';", f"default-src 'none'; connect-src ws://{host};".encode(), 1)
    return content.replace(b"</head>", b'<script src="/_reload.js"></script></head>', 1)


def stamps() -> dict[Path, int]:
    """When each watched file was last written; not of hidden ones, which editors leave."""
    files = (path for name in WATCHED for path in ([TOP / name] if (TOP / name).is_file() else (TOP / name).rglob("*")))
    return {path: path.stat().st_mtime_ns for path in files
            if path.is_file()
            and not any(part[0] == "." or part == "__pycache__" for part in path.relative_to(TOP).parts)}


def changed(before: dict[Path, int], now: dict[Path, int]) -> set[Path]:
    """Files that were written, added or removed."""
    return {path for path, _ in before.items() ^ now.items()}


def starts_anew(paths: Iterable[Path]) -> bool:
    """Whether something was changed that this process has imported or read."""
    return any(path.suffix not in READ_BY_EACH_BUILD for path in paths)


def build_apart() -> None:
    """Build the site in a process of its own, which ends as the build does."""
    asyncio.set_event_loop(None)
    sys.exit(build("-q"))


async def build_and_reload() -> None:
    """Build in a fork; tell every waiting page as soon as pages can be read, and then wait for what is made of them."""
    readable.clear()
    process = ForkProcess(target=build_apart)
    process.start()
    while process.is_alive() and not readable.is_set():
        await asyncio.sleep(0.05)
    for page in list(Reload.waiting):
        await page.write_message("built")
    while process.is_alive():
        await asyncio.sleep(0.05)
    if process.exitcode:
        print("The build stopped, and pages show what they showed before. Correct what is named above, and save.",
              flush=True)


async def main(port: int) -> None:
    """Serve and watch until somebody presses Ctrl-C."""
    before = stamps()
    Application([("/_reload", Reload), ("/(.*)", File)]).listen(port, "127.0.0.1")
    await build_and_reload()
    print(f"The book is at http://127.0.0.1:{port}/book/index.html; save a file to build it again, Ctrl-C ends.",
          flush=True)
    while True:
        await asyncio.sleep(0.3)
        now = stamps()
        if paths := changed(before, now):
            print("saved:", *sorted(str(path.relative_to(TOP)) for path in paths), flush=True)
            if starts_anew(paths):
                os.execv(sys.executable, [sys.executable, "-m", "_ext.watch", str(port)])
            before = now
            await build_and_reload()


if __name__ == "__main__":
    for extension in yaml.safe_load((TOP / "_config.yml").read_text("utf-8"))["sphinx"]["config"]["extensions"]:
        import_module(extension)
    for module in ("jupyter_book.sphinx", "_ext.parallel_execution", "_ext.finished_pages", "_ext.slides",
                   "_ext.review", "_ext.slim_styles", "_ext.notebooks"):
        import_module(module)
    import_module("casebook.display.names").namespace()
    try:
        asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 8000))
    except KeyboardInterrupt:
        pass
