/* The day-stepper: one step at a time, a decision before each record. */
(() => {
  "use strict";
  const { all, one, plain, entry, checks, code, save, start } = window.casebook;
  const which = one("[data-stepper]")?.dataset.stepper;                // 'case', or the name of another case: each keeps its own answers
  const step = (v) => (Number.isInteger(v) && v >= 0 && v < all("[data-step]").length ? v : 0);

  /* A stored decision counts while the page still offers it. Otherwise its step is undecided, and what was entered a draft. */
  const standing = (name, mine) => {
    const offers = (value, suffix = "") => all(`input[name="case-${CSS.escape(name)}${suffix}"]`).some((input) => input.value === value);
    if (mine.option !== undefined && !(offers(mine.option) && offers(mine.confidence, "-confidence"))) return { draft: mine };
    return { ...mine, probnp: offers(mine.probnp, "-probnp") ? mine.probnp : undefined };
  };
  const store = entry(`one-child-one-table:${which}`, (d) => {
    const steps = plain(d.steps);
    for (const name of Object.keys(steps)) steps[name] = standing(name, plain(steps[name]));
    return { ...d, steps, notes: plain(d.notes), at: step(d.at), reached: step(d.reached) };
  }).load();

  function startStepper(root) {
    const panels = all("[data-step]", root), last = panels.length - 1;
    const bar = one(".stepper-bar", root), range = one("input[type=range]", bar);
    const back = one('[data-action="previous"]', bar), next = one('[data-action="next"]', bar);
    const live = one(".stepper-live", root), where = one(".stepper-where", bar);
    const rest = one(".rest-note", root), tools = one(".stepper-tools", root), undo = one('[data-action="undo"]', tools);
    const said = one(".stepper-tools-status", tools);
    const indexOf = (step) => panels.findIndex((p) => p.dataset.step === step);
    const kept = (panel) => (store.data.steps[panel.dataset.step] ??= {});
    let now = 0;

    const reached = () => store.data.reached;

    /* a decision: its inputs are named case-STEP and one of these ends */
    const ENDS = { option: "", confidence: "-confidence", reason: "-reason", probnp: "-probnp" };
    const fields = (panel) => Object.entries(ENDS).map(([field, end]) => [field, `case-${panel.dataset.step}${end}`]);
    const read = (panel) => {
      const data = new FormData(one("form.decision", panel));
      return Object.fromEntries(fields(panel).map(([field, name]) => [field, data.get(name) ?? undefined]));
    };
    const fill = (panel) => {
      const mine = kept(panel), values = mine.option === undefined ? plain(mine.draft) : mine;
      for (const [field, name] of fields(panel)) for (const input of all(`input[name="${name}"]`, panel)) {
        if (input.type === "radio") input.checked = input.value === values[field];
        else input.value = values[field] ?? "";
      }
    };
    const picked = (panel) => all(`input[name="case-${panel.dataset.step}"]`, panel).find((input) => input.value === kept(panel).option);

    function show(index, { announce = true, address = true } = {}) {
      now = Math.max(0, Math.min(index, last, reached() + 1));
      if (now > reached()) {
        for (const passed of panels.slice(0, now)) kept(passed).state = "revealed";   // passed by: not predicted, and open from now on
        store.data.reached = now;
      }
      if (store.data.at !== now) {                                       // a page that follows another writes nothing
        store.data.at = now;
        store.save();
      }
      panels.forEach((panel, i) => {
        panel.classList.toggle("current", i === now);
        draw(panel);
      });
      range.value = now;
      range.setAttribute("aria-valuetext", panels[now].dataset.label);
      where.textContent = `${now + 1} of ${panels.length}`;
      back.setAttribute("aria-disabled", String(now === 0));
      next.setAttribute("aria-disabled", String(now === last));
      root.dataset.at = panels[now].dataset.step;
      if (reached() === last) openRest(false);
      if (announce) live.textContent = `Step ${now + 1} of ${panels.length}. ${panels[now].dataset.label}`;
      if (address) try { history.replaceState(null, "", `#step-${panels[now].dataset.step}`); } catch { /* file:// in some browsers */ }
      if (announce && root.getBoundingClientRect().top < 0) root.scrollIntoView({ block: "start" });
    }

    function draw(panel) {
      const mine = kept(panel), committed = mine.option !== undefined;
      panel.dataset.state = mine.state ?? "open";
      for (const input of all("form.decision input", panel)) input.disabled = panel.dataset.state !== "open";
      const line = one(".committed", panel);
      line.hidden = panel.dataset.state !== "revealed";
      line.textContent = committed
        ? `You were ${mine.confidence} % sure of: ${picked(panel).nextElementSibling.textContent.trim()}`
          + (mine.reason ? ` Your reason: ${mine.reason}` : "") + predicted(panel)
        : "You opened the record without committing: this step counts as not predicted.";
      const reveal = one('[data-action="reveal"]', panel);
      reveal.textContent = panel.dataset.state === "treatments" ? reveal.dataset.then : "Open the record without committing";
      if (panel === panels[last]) drawCalibration(one("[data-calibration]", panel));
    }

    function predicted(panel) {
      const guess = kept(panel).probnp, truth = panel.dataset.probnp;
      if (!guess) return "";
      const words = { up: "higher", same: "about the same", down: "lower" };
      return ` You predicted ProBNP ${words[guess]}; it was ${words[truth]}.`;
    }

    function commit(panel) {
      const answer = read(panel), hint = one(".decision-hint", panel);
      answer.reason = answer.reason.trim();
      const words = { option: "an option", confidence: "how sure you are", reason: "one reason" };
      const missing = Object.keys(words).filter((field) => !answer[field]);
      if (missing.length) {
        hint.textContent = `Still missing: ${missing.map((field) => words[field]).join(", ")}.`;
        one(`input[name="case-${panel.dataset.step}${ENDS[missing[0]]}"]`, panel).focus();
        return;
      }
      hint.textContent = "";
      Object.assign(kept(panel), answer, { draft: undefined });
      open(panel, one('[data-record="done"]', panel) ? "treatments" : "revealed");
    }

    function open(panel, state) {
      kept(panel).state = state;
      store.save();
      draw(panel);
      one(`[data-record="${state === "treatments" ? "done" : "all"}"] .part`, panel).focus({ preventScroll: false });
      live.textContent = state === "treatments" ? "The treatments of this column are open." : "The record of this step is open.";
    }

    /* how sure, against how often right */
    function tally() {
      const commitments = panels.filter((p) => p.dataset.scored === "yes" && kept(p).option !== undefined);
      const levels = ["50", "70", "90"].map((level) => {
        const these = commitments.filter((p) => kept(p).confidence === level);
        const hits = these.filter((p) => picked(p).dataset.hit === "yes");
        return { level, count: these.length, hits: hits.length };
      });
      const guessed = panels.filter((p) => kept(p).probnp);
      return { levels, guesses: guessed.length, right: guessed.filter((p) => kept(p).probnp === p.dataset.probnp).length,
        committed: commitments.length, scored: panels.filter((p) => p.dataset.scored === "yes").length };
    }

    function drawCalibration(place) {
      const { levels, guesses, right, committed, scored } = tally();
      const x = (v) => 40 + (v - 40) * 4.2, y = (v) => 170 - v * 1.5;
      const label = (at, down, words, anchor = "middle", size = 11, ink = "muted") =>
        `<text x="${at}" y="${down}" font-size="${size}" text-anchor="${anchor}" fill="var(--chart-${ink})">${words}</text>`;
      const dots = levels.filter((l) => l.count).map((l) => {
        const share = 100 * l.hits / l.count;
        return `<circle cx="${x(l.level)}" cy="${y(share)}" r="7" fill="var(--chart-accent)"/>`
          + label(x(l.level) + 11, y(share) + (share > 90 ? 12 : -6), `${l.hits} of ${l.count}`, "start", 12, "ink");
      }).join("");
      const ticks = [0, 50, 100].map((v) =>
        `<line x1="40" x2="292" y1="${y(v)}" y2="${y(v)}" stroke="var(--chart-grid)"/>${label(34, y(v) + 4, v, "end")}`).join("")
        + [50, 70, 90].map((v) => label(x(v), 188, `${v} %`)).join("");
      const rows = levels.map((l) => `<tr><td>${l.level} %</td><td>${l.count}</td><td>${l.hits}</td></tr>`).join("");
      const heads = ["Sure", "Commitments", "Hits"].map((h) => `<th scope="col">${h}</th>`).join("");
      place.innerHTML = `<p>You committed at ${committed} of ${scored} steps that have a best-supported option.
        A dot on the dashed line: as often right as you were sure. Below it: too sure.
        A hit is an option that the book marks well supported or supported; those marks are the book's own.</p>
        <figure class="chart chart-calibration" aria-label="Your calibration: confidence against hits">
        <figcaption>Confidence against hits</figcaption>
        <svg viewBox="0 0 310 215" role="img" aria-label="Your calibration: confidence against hits" width="420">${ticks}
        <line x1="${x(45)}" y1="${y(45)}" x2="${x(100)}" y2="${y(100)}" stroke="var(--chart-muted)" stroke-dasharray="4 4"/>${dots}
        ${label(166, 208, "how sure you were")}${label(40, 12, "% best-supported options", "start")}</svg>
        <details class="numbers"><summary>Numbers of this chart</summary>
        <table class="chart-numbers"><thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table></details></figure>
        <p>Your ProBNP predictions: ${guesses ? `${right} of ${guesses} right` : "none made"}.
        These are checked against printed columns.</p>`;
    }

    /* the rest of the chapter tells the outcome: it opens at the last step, or when asked for */
    function openRest(focus) {
      root.classList.add("rest-open");
      rest.hidden = true;
      store.data.rest = true;
      if (focus) { const heading = one("h2", restSections()[0]); if (heading) { heading.tabIndex = -1; heading.focus(); } }
    }
    const restSections = () => {
      const found = [];
      let next = root.closest("section:not(.stepper)");
      while ((next = next?.nextElementSibling)) if (next.matches("section")) found.push(next);
      return found;
    };

    function goToAddress() {
      const id = location.hash.slice(1);
      if (!id) return false;
      const step = indexOf(id.replace(/^step-/, ""));
      if (id.startsWith("step-") && step >= 0) { show(Math.min(step, reached()), { announce: false }); return true; }
      const target = document.getElementById(id);
      if (target && restSections().some((s) => s.contains(target))) { openRest(false); store.save(); target.scrollIntoView(); }
      return false;
    }

    function exportAnswers() {
      const steps = panels.map((p) => {
        const mine = kept(p), chosen = picked(p);
        return { step: p.dataset.step, option: chosen?.nextElementSibling.textContent ?? null, confidence: mine.confidence ?? null,
          reason: mine.reason ?? null, bestSupported: p.dataset.scored === "yes" && chosen ? chosen.dataset.hit === "yes" : null,
          probnpPredicted: mine.probnp ?? null, probnpWas: p.dataset.probnp ?? null };
      });
      save("one-child-one-table-answers.json", { steps, notes: store.data.notes, selfChecks: checks.load().data });
      said.textContent = "Saved.";
    }

    let before = null;
    function restoreAll() {
      root.classList.toggle("rest-open", Boolean(store.data.rest));
      rest.hidden = Boolean(store.data.rest) || !restSections().length;
      panels.forEach(fill);
      for (const note of all("textarea", root)) note.value = store.data.notes[note.name] ?? "";
      document.dispatchEvent(new Event("casebook:restore"));
      drawGate();
      show(store.data.at, { announce: false, address: false });
    }
    const saveAll = () => { store.save(); checks.save(); code.save(); restoreAll(); };
    const readAgain = () => { store.load(); checks.load(); restoreAll(); };
    const drawGate = () => {
      const open = Boolean(store.data.finding || checks.data["case-assumption"]?.option !== undefined);
      for (const gated of all("[data-after]", root)) gated.classList.toggle("open", open);
      for (const gate of all(".gate", root)) gate.hidden = open;
    };

    root.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-action]");
      if (!button || button.getAttribute("aria-disabled") === "true") return;
      const panel = button.closest("[data-step]");
      const acts = {
        previous: () => show(now - 1), next: () => show(now + 1), reveal: () => open(panel, "revealed"), export: exportAnswers,
        "open-rest": () => { openRest(true); store.save(); },
        "show-finding": () => { store.data.finding = true; store.save(); drawGate(); one("[data-after] .part", panel).focus(); },
        clear: () => {
          before = [store.data, checks.load().data, code.load().data];
          store.data = { steps: {}, notes: {}, at: 0, reached: 0 };
          const stays = ([id]) => which !== "case" && !id.startsWith(`${which}-`);       // another case clears its own answers only
          checks.data = Object.fromEntries(Object.entries(checks.data).filter(stays));
          if (which === "case") code.data = {};
          saveAll();
          undo.hidden = false;
          said.textContent = "Cleared.";
          undo.focus();
        },
        undo: () => {
          [store.data, checks.data, code.data] = before;
          saveAll();
          undo.hidden = true;
          said.textContent = "Your answers are back.";
          one('[data-action="clear"]', tools).focus();
        },
      };
      acts[button.dataset.action]?.();
    });
    root.addEventListener("submit", (event) => {
      event.preventDefault();
      if (event.target.matches(".decision")) commit(event.target.closest("[data-step]"));
    });
    root.addEventListener("input", ({ target }) => {
      const panel = target.closest(".decision") && target.closest("[data-step]");
      if (panel) kept(panel).draft = read(panel);                        // not committed yet, but never lost
      else if (target.matches("textarea")) store.data.notes[target.name] = target.value;
      else return;
      store.save();
    });
    root.addEventListener("answered", drawGate);
    range.addEventListener("input", () => show(Number(range.value)));
    window.addEventListener("hashchange", goToAddress);
    store.watch(restoreAll);
    checks.watch(restoreAll);
    window.addEventListener("pageshow", (event) => { if (event.persisted) readAgain(); });

    bar.hidden = tools.hidden = false;
    restoreAll();
    goToAddress();
  }

  start("[data-stepper]", startStepper);
})();
