"""A student of the load test: logs in, opens a chapter, runs every cell, saves answers, as a browser does."""

import contextlib
import json
import time
from uuid import uuid4

import requests
import websocket

CHAPTER = "book/04-day-by-day.md"
ANSWERS = "book/my-answers.json"
KEEP = "import json, os; open('my-kernel.json', 'w').write(json.dumps([os.environ['HOME'], '{}']))"
WALK = "from casebook import CaseStepper\nfor panel in CaseStepper().panels: panel.after()"


def code_cells(notebook: dict) -> list[str]:
    """Sources of the code cells of a notebook (nbformat 4, as a dictionary), in order; empty ones are left out."""
    sources = ("".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code")
    return [source for source in sources if source.strip()]


class Failed(Exception):
    """A student didn't get through; the message says where."""


class Student:
    """A browser session of one student on the hub at ``address``, which must be through within ``seconds``.

    ``times`` holds seconds: ``start`` from the login page to an open JupyterLab, ``run`` from there to saved answers.
    ``answer`` is what this student, and no other, saves.
    """

    def __init__(self, address: str, name: str, seconds: float, chapter: str = CHAPTER) -> None:
        self.address, self.name, self.chapter, self.answer = address, name, chapter, uuid4().hex
        self.server = f"{address}/user/{name}"
        self.deadline = time.monotonic() + seconds
        self.session = requests.Session()
        self.times = {}

    def work(self) -> None:
        """Log in, start the server, run the chapter, save. Raises Failed, with what the hub said."""
        began = time.monotonic()
        self._log_in()
        self._start_server()
        self.times["start"] = time.monotonic() - began
        began = time.monotonic()
        notebook = self._ask("GET", f"{self.server}/api/contents/{self.chapter}?type=notebook").json()["content"]
        self.kernel = self._ask("POST", f"{self.server}/api/sessions", json={
            "path": self.chapter, "name": "", "type": "notebook", "kernel": {"name": "python3"}}).json()["kernel"]["id"]
        self._run([*code_cells(notebook), KEEP.format(self.answer)])
        self._ask("PUT", f"{self.server}/api/contents/{ANSWERS}", json={
            "type": "file", "format": "text", "content": json.dumps({"student": self.name, "answer": self.answer})})
        self.times["run"] = time.monotonic() - began

    def walk(self) -> None:
        """Draw every chart of the day-stepper, as stepping through the whole case does."""
        self.deadline = time.monotonic() + 120
        self._run([WALK])

    def stop(self) -> None:
        """Stop the server through the hub, and wait until it has stopped; half a minute must do."""
        self.deadline = time.monotonic() + 30
        self._ask("DELETE", f"{self.address}/hub/api/users/{self.name}/server")
        self._wait(lambda: not self._model()["servers"])

    def _log_in(self):
        self._ask("GET", f"{self.address}/hub/login")
        self._ask("POST", f"{self.address}/hub/login?next=%2Fhub%2Fspawn", data={
            "username": self.name, "password": "any", "_xsrf": self._token("/hub/")})

    def _start_server(self):
        self._wait(lambda: (self._model()["servers"].get("") or {}).get("ready"))
        self._ask("GET", f"{self.server}/lab/tree/{self.chapter}")  # follows the redirects that log in there

    def _model(self):
        return self._ask("GET", f"{self.address}/hub/api/users/{self.name}").json()

    def _run(self, sources):
        """Run sources in the kernel, one after the other, each until the kernel is idle again."""
        cookies = requests.cookies.get_cookie_header(self.session.cookies,
                                                     requests.Request("GET", f"{self.server}/").prepare())
        address = f"{self.server}/api/kernels/{self.kernel}/channels".replace("http", "ws", 1)
        with contextlib.closing(websocket.create_connection(address, timeout=self._left(), cookie=cookies)) as channel:
            for source in sources:
                request = uuid4().hex
                channel.send(json.dumps({
                    "header": {"msg_id": request, "msg_type": "execute_request", "version": "5.4",
                               "username": self.name, "session": self.answer},
                    "parent_header": {}, "metadata": {}, "channel": "shell", "buffers": [],
                    "content": {"code": source, "silent": False, "store_history": True, "user_expressions": {},
                                "allow_stdin": False}}))
                missing = {"execute_reply", "idle"}
                while missing:
                    channel.settimeout(self._left())
                    message = json.loads(channel.recv())
                    if message["parent_header"].get("msg_id") == request:
                        content = message["content"]
                        if message["msg_type"] == "error":
                            raise Failed(f"a cell of {self.chapter} failed: {content['ename']}: {content['evalue']}")
                        missing -= {message["msg_type"], content.get("execution_state")}

    def _ask(self, method, url, **kwargs):
        headers = {"X-XSRFToken": self._token(f"/user/{self.name}/" if url.startswith(self.server) else "/hub/"),
                   "Referer": f"{self.address}/hub/"}
        reply = self.session.request(method, url, headers=headers, timeout=self._left(), **kwargs)
        if not reply.ok:
            raise Failed(f"{method} {url} answered {reply.status_code}: {' '.join(reply.text.split())[:300]}")
        return reply

    def _token(self, path):
        """The hub's protection against forged requests sets a token for each path."""
        return next((cookie.value for cookie in self.session.cookies if cookie.name == "_xsrf" and cookie.path == path),
                    None)

    def _wait(self, ready):
        while not ready():
            time.sleep(min(0.5, self._left()))

    def _left(self):
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise Failed(f"not through in time; so far {self.times or 'no server'}")
        return left
