/* The short path's marks, the reader's sentence, and the report: what this browser keeps, put side by side. Nothing is sent. */
(() => {
  "use strict";
  const { all, one, plain, entry, start } = window.casebook;
  const PREFIX = "one-child-one-table:", SURE = 70;
  const sentences = entry(`${PREFIX}sentence`, (d) => Object.fromEntries(Object.entries(d)
    .filter(([when, v]) => ["before", "after"].includes(when) && typeof v === "string").map(([when, v]) => [when, v.slice(0, 400)])));
  const path = entry(`${PREFIX}path`, (d) => Object.fromEntries(Object.entries(d).filter(([, v]) => typeof v === "string")));
  const element = (tag, content = "", attributes = {}) => {
    const made = Object.assign(document.createElement(tag), attributes);
    made.append(...[content].flat());
    return made;
  };
  const reach = (stop) => {
    path.load().data[stop] ??= new Date().toISOString().slice(0, 10);
    path.save();
    window.casebook.markPath();
  };

  start("[data-stop]", (root) => one(".stop-next", root)?.addEventListener("click", () => reach(root.dataset.stop)));
  start(".short-path", (root) => {
    const done = window.casebook.pathDone();
    for (const stop of all("[data-path]", root)) one(".path-done", stop).hidden = !done.has(stop.dataset.path);
  });
  start("[data-sentence]", (root) => {
    const field = one("textarea", root), said = one("[role=status]", root), when = root.dataset.sentence;
    field.value = sentences.load().data[when] ?? "";
    field.addEventListener("input", () => {
      sentences.load().data[when] = field.value.trim();
      sentences.save();
      said.textContent = sentences.unsaved ? "This browser keeps nothing: copy it before you leave." : "Kept in this browser.";
      document.dispatchEvent(new CustomEvent("casebook:sentence"));
    });
  });

  /* 95 % interval of a share by Wilson's formula: lowest and highest, 0 … 1 */
  const interval = (hits, of) => {
    const z = 1.96, share = hits / of, middle = share + z * z / (2 * of), wide = z * Math.sqrt(share * (1 - share) / of + z * z / (4 * of * of));
    return [middle - wide, middle + wide].map((v) => v / (1 + z * z / of));
  };
  window.casebook.interval = interval;

  start("[data-report]", (root) => {
    const data = JSON.parse(one('script[type="application/json"]', root).textContent), said = one("[data-said]", root);
    const kept = (name) => { try { return plain(JSON.parse(localStorage.getItem(PREFIX + name))); } catch { return {}; } };
    const whole = (v) => Number.isInteger(v) && v >= 0 && v <= 100;
    const put = (name, ...content) => one(`[data-part="${name}"]`, root).replaceChildren(...content);
    const nothing = (words) => element("p", words, { className: "nothing" });

    const belief = () => {
      const ledger = kept("ledger"), there = data.chapters.filter((c) => whole(plain(ledger[c]).number));
      const head = one('[data-head="belief"]', root);
      if (!there.length) { head.textContent = "–"; put("belief", nothing("No number yet: the ledger asks for it in chapter 1, and six times more.")); return; }
      const number = (c) => ledger[c].number, first = number(there[0]), last = number(there.at(-1));
      head.textContent = there.length > 1 ? `${first} → ${last}` : `${first}`;
      const x = (i) => 30 + i * (280 / Math.max(1, there.length - 1)), y = (v) => 96 - v * 0.8;
      const words = (at, down, text, anchor = "middle") => `<text x="${at}" y="${down}" text-anchor="${anchor}">${text}</text>`;
      const picture = element("figure", "", { className: "chart chart-report" });
      picture.innerHTML = `<svg viewBox="0 0 330 125" role="img" aria-label="Your number by chapter: ${there.map((c) => `chapter ${c}, ${number(c)} %`).join("; ")}">`
        + [0, 50, 100].map((v) => `<path d="M22,${y(v)}h300" stroke="var(--chart-grid)"/>${words(18, y(v) + 4, v, "end")}`).join("")
        + `<path d="${there.map((c, i) => `${i ? "L" : "M"}${x(i)},${y(number(c))}`).join("")}" fill="none" stroke="var(--you)" stroke-width="2.5"/>`
        + there.map((c, i) => `<circle cx="${x(i)}" cy="${y(number(c))}" r="5" fill="var(--you)"/>${words(x(i), y(number(c)) + (number(c) > 80 ? 18 : -9), number(c))}${words(x(i), 120, `ch. ${c}`)}`).join("") + "</svg>";
      const moves = there.map((c, i) => (i ? number(c) - number(there[i - 1]) : 0)), most = Math.max(...moves.map(Math.abs));
      const list = element("dl", there.map((c, i) => element("div", [
        element("dt", [i ? `${moves[i] > 0 ? "+" : moves[i] < 0 ? "−" : "±"}${Math.abs(moves[i])}` : `${number(c)}`, element("small", `ch. ${c}`)]),
        element("dd", [[ledger[c].first, ledger[c].second].filter((r) => typeof r === "string" && r).map((r) => `“${r}”`).join(" But: ") || "no reason written",
          ...(i && most && Math.abs(moves[i]) === most ? [element("strong", " Your largest move.")] : [])]),
      ])), { className: "moves" });
      put("belief", picture, list);
    };

    /* every answer with a confidence: self-checks and decisions of the case */
    const answers = () => {
      const checks = kept("self-checks"), steps = plain(kept("case").steps), found = [];
      for (const check of data.checks) {
        const { option, confidence } = plain(checks[check.id]);
        if (option === undefined || !(Number(confidence) > 0)) continue;
        found.push({ check, option: Number(option), sure: Number(confidence), right: check.right.includes(Number(option)) });
      }
      for (const { step, grades } of data.steps) {
        const { option, confidence } = plain(steps[step]), grade = grades[Number(option)];
        if (option === undefined || !grade || !(Number(confidence) > 0) || data.tones[grade] === "none") continue;
        found.push({ step, sure: Number(confidence), right: data.tones[grade] !== "bad" });
      }
      return found;
    };

    const sure = (found) => {
      one('[data-head="held"]', root).textContent = found.length ? `${found.filter((a) => a.right).length} of ${found.length}` : "–";
      const levels = [...new Set([...data.levels, ...found.map((a) => a.sure)])].sort((a, b) => a - b);
      const rows = levels.map((level) => { const here = found.filter((a) => a.sure === level); return { level, of: here.length, hits: here.filter((a) => a.right).length }; }).filter((r) => r.of);
      if (!rows.length) { put("sure", nothing("No answer with a confidence yet.")); return; }
      const x = (level) => 40 + (level - 50) * 4.8, y = (share) => 110 - share * 100;
      const figure = element("figure", "", { className: "chart chart-report" });
      figure.innerHTML = `<svg viewBox="0 0 310 150" role="img" aria-label="${rows.map((r) => `${r.level} % sure: right in ${r.hits} of ${r.of}`).join("; ")}">`
        + [0, 0.5, 1].map((v) => `<path d="M26,${y(v)}h272" stroke="var(--chart-grid)"/><text x="22" y="${y(v) + 4}" text-anchor="end">${100 * v}</text>`).join("")
        + `<path d="M${x(50)},${y(0.5)}L${x(100)},${y(1)}" stroke="var(--chart-muted)" stroke-dasharray="4 3"/>`
        + rows.map((r) => { const [low, high] = interval(r.hits, r.of);
          return `<path d="M${x(r.level)},${y(low)}V${y(high)}" stroke="var(--chart-accent)" stroke-opacity="0.35" stroke-width="8" stroke-linecap="round"/>`
            + `<circle cx="${x(r.level)}" cy="${y(r.hits / r.of)}" r="5" fill="var(--chart-accent)"/><text x="${x(r.level)}" y="128" text-anchor="middle">${r.level} %</text><text x="${x(r.level)}" y="144" text-anchor="middle">${r.hits} of ${r.of}</text>`; }).join("") + "</svg>";
      const top = rows.at(-1), [low, high] = interval(top.hits, top.of), inside = (v) => low <= v && v <= high;
      const number = top.of === 1 ? "One answer" : `${top.of} answers`;
      put("sure", figure, element("p", `At ${top.level} % you were right in ${top.hits} of ${top.of}. `
        + (inside(top.level / 100) ? `${number} can’t tell that from ${top.level} %${inside(0.5) ? ", or from a coin toss" : ""}.`
          : top.hits / top.of < top.level / 100 ? "That is less often than you said, beyond chance." : "That is more often than you said.")));
    };

    const course = () => {
      const steps = plain(kept("case").steps), tally = {};
      let decided = 0;
      for (const { step, grades } of data.steps) {
        const day = one(`[data-day="${step}"]`, root), { option, confidence } = plain(steps[step]), grade = option === undefined ? undefined : grades[Number(option)];
        const height = grade ? Math.max(0, Math.min(100, 2 * (Number(confidence) - 50))) : 0;
        one("i", day).style.height = `${height}%`;
        day.dataset.tone = grade ? data.tones[grade] : "";
        one("[data-words]", day).textContent = grade ? `${grade}, ${confidence} % sure` : "not decided";
        if (grade) { decided += 1; tally[grade] = (tally[grade] ?? 0) + 1; }
      }
      one('[data-head="decisions"]', root).textContent = `${decided} of ${data.steps.length}`;
      put("grades", decided ? `${Object.entries(tally).map(([grade, n]) => `${grade}: ${n}`).join("; ")}. Bars from 50 % (empty) to 100 %.` : "No decision yet: the case is chapter 4.");
    };

    const missed = (found) => {
      const three = found.filter((a) => a.check && !a.right && a.sure >= SURE).sort((a, b) => b.sure - a.sure).slice(0, 3);
      put("missed", ...(three.length ? three.map(({ check, option, sure: level }) => element("div", [
        element("p", element("strong", check.stem)),
        element("p", [element("b", `✕ You, ${level} %: `), check.options[option] ?? ""], { className: "was" }),
        element("p", [element("b", "✓ Better: "), check.right.map((r) => check.options[r]).join(" / "), " ", element("a", `Chapter ${check.chapter}`, { href: check.at })], { className: "better" }),
      ], { className: "miss" })) : [nothing(found.some((a) => a.check) ? `None: no self-check is answered wrong at ${SURE} % or more.`
        : "No self-check answered yet. They stand in the chapters.")]));
    };

    const words = () => {
      const { before, after } = sentences.load().data;
      put("before", element("small", "before"), element("p", before || "Not written. Chapter 1 and the short path ask for it."));
      put("after", element("small", "after"), element("p", after || "Not written yet. The field is below."));
    };
    const draw = () => { const found = answers(); belief(); sure(found); course(); missed(found); words(); };

    const keys = () => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
    one('[data-action="print"]', root).addEventListener("click", () => window.print());
    one('[data-action="save"]', root).addEventListener("click", () => {
      const entries = Object.fromEntries(keys().map((key) => [key.slice(PREFIX.length), kept(key.slice(PREFIX.length))]));
      window.casebook.save("one-child-one-table-report.json", { entries });
      said.textContent = "Saved.";
    });
    const undo = one('[data-action="undo"]', root);
    let before = [];
    const cleared = (yes) => {
      undo.hidden = !yes;
      said.textContent = yes ? "Cleared: all that this browser kept of the book." : "Your entries are back.";
      draw(); window.casebook.markPath();
      one(`[data-action="${yes ? "undo" : "clear"}"]`, root).focus();
    };
    one('[data-action="clear"]', root).addEventListener("click", () => {
      before = keys().map((key) => [key, localStorage.getItem(key)]);
      for (const [key] of before) localStorage.removeItem(key);
      cleared(true);
    });
    undo.addEventListener("click", () => { for (const [key, text] of before) localStorage.setItem(key, text); cleared(false); });
    one("input[type=file]", root).addEventListener("change", async ({ target }) => {
      const file = target.files[0];
      if (!file) return;
      let entries;
      try { entries = plain(plain(JSON.parse(await file.text())).entries); } catch { entries = {}; }
      const names = Object.keys(entries).filter((name) => /^[\w-]{1,40}$/.test(name) && plain(entries[name]) === entries[name]);
      target.value = "";
      if (!names.length) { said.textContent = `${file.name} holds no entries of this book: choose a file that “Save as a file” made here.`; return; }
      try {
        for (const name of names) localStorage.setItem(PREFIX + name, JSON.stringify(entries[name]));
        said.textContent = `Loaded: ${names.length} kinds of entries took the place of those in this browser.`;
      } catch { said.textContent = "This browser keeps nothing, so the file couldn’t be loaded."; }
      sentences.unsaved = false;
      draw();
    });
    document.addEventListener("casebook:sentence", words);
    draw();
    reach("report");
  });
})();
