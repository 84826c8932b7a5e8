"""Load test: starts a real JupyterHub with the class settings and lets many students run chapter 4 at once.

`make load-test`, or with other rounds: `make load-test ARGS="--students 30 --every 5"`. Each student is a server of its
own with its own home folder, logs in over HTTP and runs every cell through the kernel's websocket. All of it stays on
127.0.0.1 and in a temporary folder. The spawner and the login are JupyterHub's own for tests: nothing here is a hub for
real students.
"""

import argparse
import contextlib
import datetime
import json
import os
import platform
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import version
from pathlib import Path

import psutil
import requests

from hub.report import GUARANTEE_MB, page, rounds_table
from hub.student import ANSWERS, CHAPTER, Failed, Student

TOP = Path(__file__).resolve().parents[1]
PROXY = TOP / ".venv-hub" / "node_modules"
"""Where `make load-test` puts configurable-http-proxy."""
LONG_NAME = "whose-login-name-is-long"
"""A socket in a home folder of this name would have a path longer than Linux allows: see jupyter_server_config.py."""
VERSIONS = ("jupyterhub", "jupyterlab", "jupyter_server", "ipykernel", "pandas", "altair")
MEASURED = TOP / "hub" / "measured.json"


def main(argv: list[str] | None = None) -> None:
    """Run the rounds, print the tables; exit status 1 if a student failed."""
    parser = argparse.ArgumentParser(prog="python -m hub.load_test", description=__doc__.split("\n")[0])
    parser.add_argument("--students", type=int, nargs="+", default=[5, 10, 20],
                        help="students of each round (default: 5 10 20)")
    parser.add_argument("--every", type=float, default=0, metavar="S",
                        help="a student arrives every S seconds (default: all at once)")
    parser.add_argument("--chapter", default=CHAPTER, help=f"what they run (default: {CHAPTER})")
    parser.add_argument("--timeout", type=float, default=300, metavar="S",
                        help="seconds that one student may take (default: 300)")
    parser.add_argument("--config", type=Path, default=TOP / "hub" / "jupyterhub_config.py", help="settings of the hub")
    parser.add_argument("--proxy", type=Path, default=PROXY,
                        help="folder node_modules that holds configurable-http-proxy")
    parser.add_argument("--save", action="store_true",
                        help="add the rounds without a failure to hub/measured.json and write hub/measured.md anew")
    options = parser.parse_args(argv)
    if trouble := cannot_run(max(options.students), options.proxy):
        sys.exit(trouble)
    rounds = []
    for students in options.students:
        rounds.append(one_round(students, options))
        print(rounds_table(rounds[-1:]), flush=True)
    if options.save:
        save(rounds)
    sys.exit(any(r["failures"] for r in rounds))


def cannot_run(students: int, proxy: Path) -> str:
    """Why the load test can't run here, with a remedy; an empty string if it can."""
    free = psutil.virtual_memory().available / 2**20
    if free < students * GUARANTEE_MB:
        return (f"{students} students need {students * GUARANTEE_MB} MB of free memory ({GUARANTEE_MB} "
                f"each), and {free:.0f} MB are free. Close programs, or ask for fewer: --students 5")
    if not shutil.which("node"):
        return "There is no node, which runs the hub's proxy. Install Node.js 20 or newer."
    if not (proxy / "configurable-http-proxy").exists():
        return f"There is no configurable-http-proxy in {proxy}. Run `make load-test`, or name its folder with --proxy."
    return ""


def one_round(students: int, options: argparse.Namespace) -> dict:
    """One round on a fresh hub: a dictionary with what was measured, as hub.report reads it."""
    names, load = [f"student{n:02}-{LONG_NAME}" for n in range(1, students + 1)], os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="hub-") as folder:
        for name in names:
            for part in ("book", "data"):
                shutil.copytree(TOP / part, Path(folder, name, part),
                                ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints"))
        with running_hub(Path(folder), options) as (address, hub):
            everyone = [Student(address, name, options.timeout, options.chapter) for name in names]
            began, failures = time.monotonic(), []
            together(everyone, Student.work, failures, options.every)
            took = time.monotonic() - began
            theirs = servers(hub, names)
            costs, of_hub = [tree_cost(each) for each in theirs], cost({hub, *hub.children()} - {*theirs})
            together(everyone[:1], Student.walk, failures)
            walked = sum(tree_cost(each)[0] for each in servers(hub, names[:1]))
            if failures:
                print(*failures, Path(folder, "hub.log").read_text()[-3000:], sep="\n", file=sys.stderr)
            together(everyone, Student.stop, failures)
        failures += [trouble for student in everyone if (trouble := not_saved(student, Path(folder, student.name)))]
    return {"chapter": Path(options.chapter).stem, "students": students, "every": options.every, "load": round(load, 1),
            "took": round(took, 1), "failures": failures,
            "start": [round(s.times["start"], 1) for s in everyone if "start" in s.times],
            "run": [round(s.times["run"], 1) for s in everyone if "run" in s.times],
            "mb": [round(mb) for mb, _ in costs], "cpu": [round(cpu, 1) for _, cpu in costs],
            "walked_mb": round(walked), "hub": [round(of_hub[0]), round(of_hub[1], 1)], **circumstances()}


def circumstances() -> dict:
    """Date, machine and versions of a round."""
    return {"date": datetime.date.today().isoformat(), "cores": os.cpu_count(), "python": platform.python_version(),
            "memory_gb": round(psutil.virtual_memory().total / 2**30),
            "versions": {name: version(name) for name in VERSIONS}}


@contextlib.contextmanager
def running_hub(folder: Path, options: argparse.Namespace) -> Iterator[tuple[str, psutil.Process]]:
    """Address and process of a hub with the class settings, its proxy and its servers; none of them is left running."""
    port, hub_port, api_port = free_ports(3)
    log, proxy = folder / "hub.log", options.proxy / "configurable-http-proxy" / "bin" / "configurable-http-proxy"
    server = [sys.executable, "-m", "jupyterhub.singleuser", *(["--allow-root"] if os.geteuid() == 0 else [])]
    command = [sys.executable, "-m", "jupyterhub", f"--config={options.config.resolve()}",
               f"--JupyterHub.bind_url=http://127.0.0.1:{port}",
               f"--JupyterHub.hub_port={hub_port}", f"--ConfigurableHTTPProxy.api_url=http://127.0.0.1:{api_port}",
               f"--ConfigurableHTTPProxy.command=['node', '{proxy}']", "--JupyterHub.authenticator_class=dummy",
               "--JupyterHub.spawner_class=simple",
               f"--SimpleLocalProcessSpawner.home_dir_template={folder}/{{username}}", f"--Spawner.cmd={server}"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "IPYTHON"))}
    with log.open("w") as out:
        process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=out, env=environment, start_new_session=True)
    hub, all_of_it = psutil.Process(process.pid), []
    try:
        address = f"http://127.0.0.1:{port}"
        for _ in range(240):
            with contextlib.suppress(requests.RequestException):
                if requests.get(f"{address}/hub/health", timeout=5).ok:
                    break
            if process.poll() is not None:
                break
            time.sleep(0.25)
        else:
            process.terminate()
        if process.poll() is not None or "not recognized" in log.read_text():
            sys.exit(f"The hub does not start with {options.config}:\n{log.read_text()[-3000:]}")
        yield address, hub
    finally:
        with contextlib.suppress(psutil.NoSuchProcess):
            all_of_it = hub.children(recursive=True)
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(30)
        for left in [*all_of_it, hub]:
            with contextlib.suppress(psutil.NoSuchProcess):
                left.kill()
        process.wait()


def free_ports(count: int) -> list[int]:
    """Ports of this machine that nobody uses at the moment."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def together(students: list[Student], do: Callable[[Student], None], failures: list[str], every: float = 0) -> None:
    """Each student in a thread of its own, one after ``every`` seconds; adds to ``failures`` what went wrong."""
    def attempt(student, wait):
        time.sleep(wait)
        student.deadline += wait
        try:
            do(student)
        except (Failed, OSError, requests.RequestException, ValueError, KeyError) as error:
            failures.append(f"{student.name}: {type(error).__name__}: {error}")

    threads = [threading.Thread(target=attempt, args=(student, n * every)) for n, student in enumerate(students)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def servers(hub: psutil.Process, names: Iterable[str]) -> list[psutil.Process]:
    """The processes of the students' servers."""
    return [process for process in hub.children()
            if process.status() != psutil.STATUS_ZOMBIE and process.environ().get("JUPYTERHUB_USER") in names]


def cost(processes: Iterable[psutil.Process]) -> tuple[float, float]:
    """(MB, CPU seconds) of processes together; MB as proportional share, so that shared pages count once."""
    times = [each.cpu_times() for each in processes]
    return sum(each.memory_full_info().pss for each in processes) / 2**20, sum(t.user + t.system for t in times)


def tree_cost(server: psutil.Process) -> tuple[float, float]:
    """``cost`` of a student's server and its kernels."""
    return cost([server, *server.children(recursive=True)])


def not_saved(student: Student, home: Path) -> str:
    """What is wrong with a student's saved files; an empty string if they are there and are this student's own."""
    try:
        answers = json.loads((home / ANSWERS).read_text())
        of_kernel = json.loads((home / "book" / "my-kernel.json").read_text())
    except (OSError, ValueError) as error:
        return f"{student.name}: answers are missing: {error}"
    if answers != {"student": student.name, "answer": student.answer} or of_kernel != [str(home), student.answer]:
        return f"{student.name}: someone else's answers: {answers}, {of_kernel}"
    return ""


def save(rounds: list[dict]) -> None:
    """Put the rounds without failures into hub/measured.json, in place of their like; write hub/measured.md from it."""
    kind = lambda r: (r["chapter"], r["every"] > 0, r["students"])
    before = json.loads(MEASURED.read_text()) if MEASURED.exists() else []
    by_kind = {kind(r): r for r in [*before, *rounds] if not r["failures"]}
    kept = [by_kind[k] for k in sorted(by_kind)]
    if not kept:
        return
    # both are made before either is written
    texts = "[\n" + ",\n".join(json.dumps(r) for r in kept) + "\n]\n", page(kept)
    for path, text in zip((MEASURED, MEASURED.with_suffix(".md")), texts):
        path.write_text(text)


if __name__ == "__main__":
    main()
