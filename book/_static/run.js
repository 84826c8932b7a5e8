/* Edit and Run under the code of a page, where the site carries Python (`make site`). Nothing of it is loaded before
   the first press; cells then run in a worker of the reader's own browser. The built output stays until a run succeeds. */
(() => {
  "use strict";
  const MANIFEST = ""; // `make site` writes the name of its list here; without it nothing shows
  if (!MANIFEST || !window.casebook) return;
  const { all, one, code, variants } = window.casebook;
  const live = new URL("../_live/", document.currentScript.src).href;
  const page = location.pathname
    .split("/")
    .pop()
    .replace(/\.html$/, "");
  const make = (tag, props = {}, ...inside) => {
    const e = Object.assign(document.createElement(tag), props);
    e.append(...inside);
    return e;
  };
  const MB = (bytes) => (bytes / 1e6).toFixed(0);
  const cells = []; // those with code on the page, in its order
  let tasks = {}; // cells that the page asks to change: source -> what it should become
  let worker = null,
    starting = null,
    sources = null,
    running = null,
    chain = Promise.resolve(),
    runs = 0;
  let ran = []; // what each cell of the page last ran, by its place among all cells

  const reason = (words) =>
    /memory|allocat/i.test(words)
      ? "This device has too little memory for Python."
      : /fetch|network|dynamically|module script/i.test(words)
        ? "Python couldn’t be loaded: this browser is offline, or the site lacks a file."
        : `Python didn’t start: ${words}.`;

  /* ---- Python: one worker a page ---- */
  const boot = (say) =>
    (starting ??= new Promise((done, fail) => {
      const give = (words) => {
        running?.say(words); // it may also end while a cell runs
        end();
        fail(new Error(words));
      };
      if (location.protocol === "file:")
        return give("Python runs only where the book is opened from a web address, not from a folder.");
      if (!["WebAssembly", "DecompressionStream", "Worker"].every((name) => name in window))
        return give("This browser is too old to run Python.");
      const small = matchMedia("(pointer: coarse) and (max-width: 40rem)").matches
        ? " It’s made for computers; a phone may lack the memory."
        : "";
      say(`Loading Python.${small}`, 0);
      import(live + MANIFEST)
        .then(({ manifest }) => {
          const total = [...manifest.packs, ...Object.values(manifest.pressed)].reduce(
            (sum, file) => sum + file.size,
            0,
          );
          let come = 0;
          const heard = {
            came: ({ bytes }) => {
              come += bytes;
              say(come < total ? `Loading Python: ${MB(come)} of ${MB(total)} MB` : "Starting", come / total);
            },
            ready: (m) => {
              sources = m.book.cells[page] ?? [];
              tasks = m.book.tasks[page] ?? {};
              place();
              done();
            },
            late: (m) => running?.say(`Loading ${m.name}, ${MB(m.size)} MB`),
            out: (m) => running?.out(m),
            done: (m) => running?.done(m.ok),
            failed: (m) => give(reason(m.words)),
          };
          worker = new Worker(live + manifest.scripts["worker.js"], { type: "module" });
          worker.onmessage = ({ data }) => heard[data.type](data);
          worker.postMessage({ type: "start", manifest });
          worker.onerror = () => give("Python didn’t start: this browser or server refuses its script.");
        })
        .catch((error) => give(reason(error.message)));
    }));
  const end = () => {
    worker?.terminate();
    worker = starting = null;
    ran = [];
    running?.done(null);
  };
  const place = () => {
    // where each cell of the page stands among all, the hidden ones too
    let from = 0;
    for (const cell of cells)
      if (cell.source !== null) {
        const at = sources.indexOf(cell.source, from);
        cell.at = at < 0 ? from : at;
        from = cell.at + 1;
      } else cell.at = sources.length;
  };

  /* run one cell; true if it went well, null if it was stopped */
  const run = (text, show, say, out) =>
    new Promise((answer) => {
      running = {
        say,
        out,
        done: (ok) => {
          running = null;
          answer(ok);
        },
      };
      worker.postMessage({ type: "run", id: ++runs, code: text, show });
    });
  const textAt = (n) => cells.find((cell) => cell.at === n && cell.source !== null)?.edit.value ?? sources[n];

  /* ---- what a run shows, in the form of the built page ---- */
  const text = (kind, words) =>
    make(
      "div",
      { className: `output ${kind} highlight-myst-ansi notranslate` },
      make("div", { className: "highlight" }, make("pre", { textContent: words })),
    );
  const drawn = (kind, content) => {
    if (kind !== "text/html" && kind !== "image/svg+xml") return text("text_plain", content);
    const plainly = content.replace(/<style[\s\S]*?<\/style>/g, "").replace(/(<\w[^<>]*?) style="[^"]*"/g, "$1"); // the policy
    const parsed = new DOMParser().parseFromString(plainly, "text/html").body;
    for (const e of all("script:not([type='application/json']), meta, base, link, iframe, object, embed, form", parsed))
      e.remove();
    for (const head of all("th", parsed))
      if (!head.textContent.trim()) head.replaceWith(Object.assign(make("td"), { colSpan: head.colSpan }));
    for (const figure of all("figure.chart", parsed)) variants(figure);
    return make("div", { className: "output text_html" }, ...parsed.childNodes);
  };

  /* ---- the controls of a cell ---- */
  function start(root, source, n) {
    const input = one(".cell_input", root),
      code_ = one(".highlight", input),
      built = one(":scope > .cell_output, :scope > details .cell_output", root);
    if (one(".cell_output [data-script]", root)) {
      cells.push({ source, edit: { value: source } });
      input.append(
        make("p", {
          className: "run-bar",
          textContent: "This piece works as it stands, with its own controls; it has no Run.",
        }),
      );
      return;
    }
    const edit = make("textarea", {
      className: "run-edit",
      value: source ?? "",
      spellcheck: false,
      autocapitalize: "off",
      rows: 2,
      hidden: source !== null,
    });
    edit.setAttribute("aria-label", source === null ? "Your code" : `Code of cell ${n + 1}`);
    edit.setAttribute("aria-keyshortcuts", "Control+Enter");
    const button = (name, act, props) => {
      const b = make("button", { type: "button", textContent: name, ...props });
      b.addEventListener("click", act);
      return b;
    };
    const go = button("Run", () => press()),
      change = button("Edit", () => open(true), { hidden: source === null });
    const reset = button("Reset", () => back(), { hidden: true }),
      stop = button("Stop", () => halt(), { hidden: true });
    const bar = make("progress", { max: 1, hidden: true }),
      words = make("span", { className: "run-words" }),
      said = make("span", { className: "visually-hidden" });
    bar.setAttribute("aria-label", "Loading Python");
    said.setAttribute("role", "status");
    const result = make("div", { className: "cell_output docutils container", hidden: true });
    result.dataset.run = "";
    const wrong = make("div", { className: "run-error", hidden: true });
    const cell = {
      source,
      edit,
      at: n,
      restore: () => {
        const kept = saved();
        edit.value = kept ?? source ?? "";
        if (kept !== undefined) open(false);
        grow();
      },
    };
    const key = `${page} ${source === null ? "own" : n}`;
    const saved = () => {
      const kept = code.load().data[key];
      return kept && kept.of === (source ?? "") ? kept.text : undefined;
    };
    const changed = () => edit.value !== (source ?? "");
    const grow = () => {
      edit.rows = Math.max(2, edit.value.split("\n").length);
      reset.hidden = !changed() && result.hidden && wrong.hidden;
    };
    const open = (focus) => {
      edit.hidden = false;
      change.hidden = true;
      if (code_) code_.hidden = true;
      grow();
      if (focus) edit.focus();
    };
    let spoken = "";
    const say = (line, share) => {
      words.textContent = line;
      const first = line.replace(/:.*/, ""); // a bar that moves is told once
      if (first !== spoken) said.textContent = spoken = first;
      bar.hidden = share === undefined;
      if (share !== undefined && share < 1) bar.value = share;
      else bar.removeAttribute("value");
    };
    const back = () => {
      edit.value = source ?? "";
      delete code.load().data[key];
      code.save();
      result.hidden = wrong.hidden = true;
      if (built) built.hidden = false;
      if (source !== null) {
        edit.hidden = true;
        code_.hidden = false;
        change.hidden = false;
      }
      grow();
      say("The page’s own code and result are back.");
      go.focus();
    };
    const halt = () => {
      end();
      say("Stopped. The next Run starts anew.");
      go.focus();
    };
    const work = async () => {
      try {
        await boot(say);
        say("Running");
        let first = 0;
        while (first < cell.at && ran[first] === textAt(first)) first++;
        ran.length = Math.min(ran.length, first);
        for (; first < cell.at; first++) {
          const earlier = textAt(first);
          let why = "";
          const fine = await run(earlier, false, say, ({ kind, text }) => {
            if (kind === "error") why = text;
          });
          if (fine === null) return;
          if (!fine) {
            fail(`An earlier cell stopped.\n${why}`);
            return;
          }
          ran[first] = earlier;
        }
        const now = edit.value,
          began = performance.now(),
          parts = [],
          wanted = [];
        let why = "";
        const into = (list) => ({ kind, text: content }) => {
          const last = list.at(-1);
          if (kind === "error") why = content;
          else if (kind.startsWith("std") && last?.kind === kind) last.text += content;
          else list.push({ kind, text: content });
        };
        const asked = changed() && tasks[source];
        if (asked && (await run(asked, true, say, into(wanted))) === null) return;
        why = "";
        const fine = await run(now, true, say, into(parts));
        if (fine === null) return;
        ran.length = Math.min(ran.length, cell.at);
        if (!fine) {
          fail(why);
          return;
        }
        ran[cell.at] = now;
        result.replaceChildren(
          ...parts.map((p) => (p.kind.startsWith("std") ? text("stream", p.text) : drawn(p.kind, p.text))),
        );
        result.hidden = !parts.length;
        wrong.hidden = true;
        if (built) built.hidden = true;
        for (const box of all(".output, .output pre", result)) if (box.scrollWidth > box.clientWidth) box.tabIndex = 0; // for keys
        window.dispatchEvent(new Event("resize")); // the theme asks which tables scroll
        const seconds = (performance.now() - began) / 1000;
        const right = JSON.stringify(parts) === JSON.stringify(wanted);
        const verdict = !asked ? "" : right ? " This is the result that the task asks for." : " The task asks for another result.";
        say(`Done in ${seconds.toFixed(1)} s${parts.length ? "" : ", with nothing to show"}.${verdict}`);
      } catch (error) {
        say(`${error.message}${built ? " The page’s own result stays." : ""}`);
      }
    };
    const fail = (why) => {
      wrong.replaceChildren(text("run-trace", why));
      wrong.hidden = false;
      say(`Error: ${why.split("\n").pop()}`);
      words.textContent = "It stopped with an error.";
    };
    const press = () => {
      if (stop.hidden === false) return;
      stop.hidden = false;
      go.setAttribute("aria-disabled", "true");
      say("Waiting");
      chain = chain.then(work).then(() => {
        stop.hidden = true;
        go.removeAttribute("aria-disabled");
        grow();
      });
    };
    edit.addEventListener("input", () => {
      code.load();
      if (changed()) code.data[key] = { of: source ?? "", text: edit.value };
      else delete code.data[key];
      code.save();
      grow();
    });
    edit.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        press();
        return;
      }
      const indent = edit.value.slice(0, edit.selectionStart).split("\n").pop().match(/^ */)[0];
      if (indent) {
        event.preventDefault();
        document.execCommand("insertText", false, `\n${indent}`);
      }
    });
    document.addEventListener("casebook:restore", cell.restore);
    code.watch(cell.restore);
    cells.push(cell);
    input.append(edit, make("p", { className: "run-bar" }, go, change, reset, stop, bar, words, said));
    input.after(wrong);
    (built ?? wrong).after(result);
    cell.restore();
  }

  for (const [n, root] of all(".bd-article div.cell")
    .filter((cell) => one(".cell_input pre", cell))
    .entries()) {
    start(root, one(".cell_input pre", root).textContent.replace(/\n$/, ""), n);
  }
  const foot = one(".notebook-links");
  for (const place of all(".notebook-links, [data-lab]")) {
    const notebook = place === foot ? `?path=book/${page}.ipynb` : "";
    place.append(
      " ",
      make("a", {
        href: new URL(`../lab/lab/index.html${notebook}`, live).href,
        textContent: foot ? "Open it in the lab" : "The lab",
      }),
      ": JupyterLab in this browser, about 45 MB. What you do there goes with its tab; its code could read your answers.",
    );
  }
  if (foot) {
    const own = make(
      "div",
      { className: "cell docutils container" },
      make("div", { className: "cell_input docutils container" }),
    );
    foot.before(
      make("h2", { id: "try-your-own", textContent: "Try your own" }),
      make("p", { textContent: "An empty cell: it knows what the cells of this page have made." }),
      own,
    );
    start(own, null, cells.length);
  }
})();
