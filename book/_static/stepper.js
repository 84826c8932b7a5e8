/* The day-stepper: one figure that grows, one card at a time, a decision before each record. */
(() => {
  "use strict";
  const { all, one, plain, entry, checks, save, start, shuffle } = window.casebook;
  const which = one("[data-stepper]")?.dataset.stepper;                // 'case', or the name of another case: each keeps its own answers
  const STEPS = all("[data-step]").map((panel) => panel.dataset.step);
  const step = (v) => (Number.isInteger(v) && v >= 0 && v < STEPS.length ? v : 0);

  const bare = (steps = {}) => Object.assign(Object.create(null), steps);  // a step may have the name of what any object has

  /* A stored decision counts while the page still offers it. Otherwise its step is undecided, and what was entered a draft. */
  const standing = (name, mine) => {
    const offers = (value, end = "") => all(`input[name="case-${CSS.escape(name)}${end}"]`).some((input) => input.value === value);
    if (mine.option !== undefined && !(offers(mine.option) && offers(mine.confidence, "-confidence"))) return { draft: mine };
    return mine;
  };
  const store = entry(`one-child-one-table:${which}`, (d) => {
    const steps = bare(plain(d.steps));
    for (const name of Object.keys(steps)) steps[name] = standing(name, plain(steps[name]));
    return { ...d, steps, notes: plain(d.notes), at: step(d.at), reached: step(d.reached) };
  }).load();

  const ICONS = { good: "M4 12.5l5.5 5.5L20 6.5", mid: "M4 9c3-3 6 3 8 2s4-4 8-2M4 16c3-3 6 3 8 2s4-4 8-2", bad: "M12 4v10M12 19.5v.1", none: "M5 12h14" };

  function startStepper(root) {
    const panels = all("[data-step]", root), last = panels.length - 1;
    const bed = one(".bed", root), rail = one(".rail", root), days = all("input", rail), drawings = all("svg[data-left]", bed);
    const rest = one(".rest-note", root), tools = one(".stepper-tools", root), undo = one('[data-action="undo"]', tools);
    const said = one(".stepper-tools-status", tools), dialog = one(".provenance", root);
    const kept = (panel) => (store.data.steps[panel.dataset.step] ??= {});
    const here = () => panels[now];
    const cardsOf = (panel) => all("[data-card]", panel);
    const drawn = new Map();
    const entered = new Set();                                            // steps that the reader answered in this tab
    let now = 0, card = "", held = {};                                    // held: what this tab knows of the step that shows

    /* ---- a decision: its inputs are named case-STEP and an end ---- */
    const read = (panel) => {
      const data = new FormData(one("form.decision", panel)), prefix = `case-${panel.dataset.step}`, draft = { predict: {} };
      for (const [name, value] of data) {
        const end = name.slice(prefix.length + 1);
        if (!end) draft.option = value;
        else if (end.startsWith("predict-")) draft.predict[end.slice(8)] = value;
        else draft[end] = value;
      }
      return draft;
    };
    const some = (draft) => Boolean(draft.option || draft.confidence || draft.reason?.trim() || Object.keys(plain(draft.predict)).length);
    const begun = (panel) => state(panel) === "open" && some(plain(kept(panel).draft));
    const fill = (panel) => {
      const mine = kept(panel), values = mine.option === undefined ? plain(mine.draft) : mine, prefix = `case-${panel.dataset.step}`;
      for (const input of all(".decision :is(input, textarea)", panel)) {
        const end = input.name.slice(prefix.length + 1);
        const value = !end ? values.option : end.startsWith("predict-") ? plain(values.predict)[end.slice(8)] : values[end];
        if (input.type === "radio") input.checked = input.value === value;
        else input.value = value ?? "";
      }
    };
    const picked = (panel) => all(`input[name="case-${panel.dataset.step}"]`, panel).find((input) => input.value === kept(panel).option);
    const words = (input) => input.nextElementSibling.textContent.trim();

    /* ---- a step is 'open', then 'verdict' if one committed, then perhaps 'treatments', then 'revealed' ---- */
    const state = (panel) => kept(panel).state ?? "open";
    const opened = (panel) => ({ open: ["known", "decide"], verdict: ["known", "decide", "verdict"] })[state(panel)] ?? ["known", "decide", "verdict", "changed"];
    const first = (panel) => cardsOf(panel)[0].dataset.card;

    /* the figure through the step that shows: columns are steps without the first and the last */
    function grow(fresh) {
      const mine = state(here()), whole = now === last, open = mine === "treatments" || mine === "revealed";
      const through = whole ? last - 2 : open ? now - 1 : now - 2;              // place of the last column that shows
      for (const part of all("[data-c]", bed)) {
        const at = Number(part.dataset.c);
        part.classList.toggle("hidden", at > through);
        part.classList.toggle("newest", at === through && !whole);
        part.classList.toggle("new", Boolean(fresh) && at === through);
        if (part.tagName === "g") for (const half of part.children) {
          half.classList.toggle("hidden", at === through && mine === "treatments" && half.dataset.part === "measured");
        }
      }
      const soFar = (name) => (through < last - 2 ? name.replace("The whole case", "The case so far") : name);
      named.forEach((part, i) => part.setAttribute("aria-label", soFar(names[i])));
      if (caption) caption.textContent = soFar("The whole case");
      const deciding = !open && !whole && now > 0;
      for (const svg of drawings) cover(svg, through, deciding);
      for (const cell of all(".so-far td[data-c]", bed)) {
        if (Number(cell.dataset.c) === through && mine === "treatments") cell.classList.add("hidden");
      }
      const description = one("[data-description]", bed);
      const told = one(`[data-said="${CSS.escape(STEPS[through + 1] ?? "")}"]`, bed);
      description.textContent = whole || through === last - 2 ? wholeWords : through < 0 ? "Nothing is measured yet." : told?.textContent ?? "";
      if (mine === "treatments") description.textContent = "The treatments of this column are shown; its measurements are not open yet.";
    }
    const wholeWords = one("[data-description]", bed).textContent;
    const caption = one("figcaption", bed), named = all('[aria-label^="The whole case"]', bed);
    const names = named.map((part) => part.getAttribute("aria-label"));

    /* what is not known yet, over one drawing */
    function cover(svg, through, deciding) {
      const { left, column, right } = svg.dataset, height = svg.viewBox.baseVal.height + svg.viewBox.baseVal.y, wide = Number(column);
      let layer = one(".ahead", svg);
      if (!layer) {
        layer = document.createElementNS(svg.namespaceURI, "g");
        layer.classList.add("ahead");
        svg.prepend(layer);
      }
      const at = (k) => Number(left) + wide * k;
      const from = at(through + 1), width = Number(right) - from;
      if (width < 1) { layer.replaceChildren(); return; }
      layer.innerHTML = `<rect class="ahead-ground" x="${from}" y="0" width="${width}" height="${height}" ></rect>`
        + (deciding ? `<rect class="ahead-now" x="${from + 1}" y="1" width="${wide - 2}" height="${height - 2}" rx="5"></rect>
          <text class="ahead-asked" x="${from + wide / 2}" y="${height / 2}" text-anchor="middle">?</text>` : "");
    }

    function draw(panel) {
      const mine = kept(panel), current = state(panel), form = one("form.decision", panel);
      panel.dataset.state = current;
      for (const control of all(":is(input, textarea, button)", form)) control.disabled = current !== "open";
      one(".go", form).hidden = current !== "open";
      if (current !== "open") one(".ask", form).hidden = true;
      for (const button of all("[data-open]", panel)) {
        const open = opened(panel).includes(button.dataset.open);
        button.setAttribute("aria-disabled", String(!open));
        if (panel === here() && button.dataset.open === card) button.setAttribute("aria-current", "step");
        else button.removeAttribute("aria-current");
        button.classList.toggle("did", open);
      }
      const decide = one('[data-action="decide"]', panel);
      if (decide) decide.textContent = begun(panel) ? "Go on with your draft" : current === "open" ? "Decide" : "Your decision";
      verdict(panel, mine, current);
      for (const part of all('[data-record="measured"]', panel)) part.hidden = current !== "revealed";
      for (const part of all("[data-until]", panel)) part.hidden = current !== "treatments";
      one(".predicted", panel).replaceChildren(...predicted(panel));
      if (panel === panels[last]) drawCalibration(one("[data-calibration]", panel));
    }

    /* the reader's own option first: icon, word, colour, two lines, then why; the others folded */
    function verdict(panel, mine, current) {
      const place = one(".own", panel), fold = one("[data-grades]", panel), items = all("[data-option]", fold), chosen = picked(panel);
      for (const item of items) item.hidden = Boolean(chosen) && item.dataset.option === chosen.value;
      one("summary", fold).textContent = chosen ? `The other ${items.length - 1} options` : "Feedback for every option";
      if (!chosen) {
        place.className = "own tone-none";
        place.innerHTML = current === "open" ? "" : `${icon("none")}<p class="own-word">Not predicted</p><p class="own-line">You opened the record without committing.</p>`;
        return;
      }
      const item = items.find((other) => other.dataset.option === chosen.value), tone = item.dataset.tone;
      place.className = `own tone-${tone}`;
      place.innerHTML = `${icon(tone)}<p class="own-word"></p><p class="own-line"></p><p class="own-line own-reason"></p><p class="own-why"></p>`;
      one(".own-word", place).textContent = one(".grade", item).textContent.replace(/\.$/, "");
      one(".own-line", place).textContent = `You, ${mine.confidence} % sure: ${words(chosen)}`;
      one(".own-reason", place).textContent = mine.reason ? `Your reason: ${sentence(mine.reason)}` : "";
      one(".own-why", place).append(...one(".why", item).cloneNode(true).childNodes);
    }
    const icon = (tone) => `<span class="own-icon"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="${ICONS[tone]}"/></svg></span>`;
    const sentence = (text) => (/[.!?…]$/.test(text) ? text : `${text}.`);

    function predicted(panel) {
      const made = plain(kept(panel).predict), lines = [];
      for (const [key, guess] of kept(panel).option === undefined ? [] : Object.entries(made)) {
        const input = all(`input[name="case-${panel.dataset.step}-predict-${CSS.escape(key)}"]`, panel).find((other) => other.value === guess);
        if (!input) continue;
        const truth = all(`input[name="${CSS.escape(input.name)}"]`, panel).find((other) => other.value === input.dataset.was);
        const line = document.createElement("span"), right = truth === input;
        line.className = right ? "tone-good" : "tone-bad";
        line.textContent = `${right ? "✓" : "✗"} ${input.dataset.row}: you said ${words(input)}; it was ${words(truth)}, ${input.dataset.moved}.`;
        lines.push(line);
      }
      return lines;
    }

    /* ---- moving ---- */
    function show(index, to, { focus = "", fresh = false, quiet = false } = {}) {
      now = Math.max(0, Math.min(index, last, store.data.reached));
      const panel = here();
      held = kept(panel);
      card = to && opened(panel).includes(to) && cardsOf(panel).some((c) => c.dataset.card === to) ? to
        : kept(panel).card && opened(panel).includes(kept(panel).card) ? kept(panel).card : first(panel);
      if (!quiet && (store.data.at !== now || kept(panel).card !== card)) {
        store.data.at = now;
        store.data.day = panel.dataset.label;
        kept(panel).card = card;
        store.save();
      }
      panels.forEach((other, i) => {
        other.classList.toggle("current", i === now);
        for (const part of cardsOf(other)) part.classList.toggle("shown", i === now && part.dataset.card === card);
      });
      for (const other of panels) {                            // only what changed since it was drawn; the last one counts all
        const looks = JSON.stringify([kept(other), other === panel && card]);
        if (looks !== drawn.get(other) || other === panel) draw(other);
        drawn.set(other, looks);
      }
      days.forEach((day, i) => {
        day.checked = i === now;
        day.disabled = i > store.data.reached;
        day.parentElement.classList.toggle("seen", state(panels[i]) === "revealed");
      });
      root.dataset.at = panel.dataset.step;
      root.dataset.shows = card;
      grow(fresh);
      if (now === last && state(panel) === "revealed") openRest(false);
      try { history.replaceState(null, "", `#${panel.id}`); } catch { /* file:// in some browsers */ }
      if (focus) lead(focus === "step" ? one(".panel-title", panel) : one(`[data-card="${card}"] .part`, panel));
    }

    /* how much of the screen's top the bar and the figure take while they stick: the focus never moves below them */
    const stuck = () => {
      const { position, top } = getComputedStyle(bed), head = parseFloat(top) || 0;
      return getComputedStyle(root).display !== "grid" && position === "sticky" ? head + bed.getBoundingClientRect().height : head;
    };
    const clear = () => { document.documentElement.style.scrollPaddingTop = `${stuck() + 8}px`; };
    new ResizeObserver(clear).observe(bed);

    /* to the top of a card, below what sticks; the focus tells a listener where */
    function lead(heading) {
      heading.focus({ preventScroll: true });
      const beside = getComputedStyle(root).display === "grid";
      const top = (beside ? root : here()).getBoundingClientRect().top - (beside ? parseFloat(getComputedStyle(bed).top) || 0 : stuck()) - 8;
      if (top < 0 || beside) window.scrollBy(0, beside && top > 0 ? 0 : top);
      else if (heading.getBoundingClientRect().bottom > window.innerHeight) heading.scrollIntoView({ block: "center" });
    }

    function commit(panel) {
      const answer = read(panel), hint = one(".decision-hint", panel);
      if (answer.reason) answer.reason = answer.reason.trim();
      const wanted = { option: "an option", confidence: "how sure you are" };
      const missing = Object.keys(wanted).filter((field) => !answer[field]);
      if (missing.length) {
        hint.textContent = `Still missing: ${missing.map((field) => wanted[field]).join(", ")}.`;
        one(`input[name="case-${panel.dataset.step}${missing[0] === "option" ? "" : "-confidence"}"]`, panel).focus();
        return;
      }
      hint.textContent = "";
      Object.assign(kept(panel), answer, { draft: undefined, state: "verdict" });
      undo.hidden = true;                                                // it would take what is answered since
      store.save();
      show(now, "verdict", { focus: "card" });
    }

    /* a draft is never thrown away unasked */
    function reveal(panel, sure) {
      const ask = one(".ask", panel);
      if (begun(panel) && !sure) {
        ask.hidden = false;
        one("button", ask).focus();
        return;
      }
      advance(panel);
    }
    function advance(panel, focus = "card") {
      const later = one('[data-until="measured"]', panel) && state(panel) !== "treatments" ? "treatments" : "revealed";
      kept(panel).state = later;
      undo.hidden = true;
      store.save();
      show(now, "changed", { focus, fresh: true });
    }

    /* how sure, against how often right */
    function tally() {
      const commitments = panels.filter((p) => p.dataset.scored === "yes" && kept(p).option !== undefined);
      const levels = ["50", "70", "90"].map((level) => {
        const these = commitments.filter((p) => kept(p).confidence === level);
        return { level, count: these.length, hits: these.filter((p) => picked(p).dataset.hit === "yes").length };
      });
      const guesses = panels.filter((p) => state(p) === "revealed").flatMap((p) => predicted(p));
      return { levels, guesses: guesses.length, right: guesses.filter((line) => line.className === "tone-good").length,
        committed: commitments.length, scored: panels.filter((p) => p.dataset.scored === "yes").length };
    }

    function drawCalibration(place) {
      const { levels, guesses, right, committed, scored } = tally();
      const x = (v) => 40 + (v - 40) * 4.2, y = (v) => 170 - v * 1.5;
      const label = (at, down, text, anchor = "middle", size = 11, ink = "muted") =>
        `<text x="${at}" y="${down}" font-size="${size}" text-anchor="${anchor}" fill="var(--chart-${ink})">${text}</text>`;
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
        <p>Your predictions: ${guesses ? `${right} of ${guesses} right` : "none made"}. Those of reconstructed rows rest on the printed order.</p>`;
    }

    /* the rest of the chapter tells the outcome: it opens at the end of the last step, or when asked for */
    function openRest(focus) {
      root.classList.add("rest-open");
      document.documentElement.classList.add("case-over");
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
      const id = location.hash.slice(1), at = panels.findIndex((panel) => panel.id === id);
      if (id.startsWith("step-") && at >= 0) {
        show(Math.min(at, store.data.reached));
        root.scrollIntoView({ block: "start" });
        return;
      }
      const target = id && document.getElementById(id);
      if (target && restSections().some((s) => s.contains(target))) { openRest(false); store.save(); target.scrollIntoView(); }
    }

    function exportAnswers() {
      const steps = panels.map((p) => {
        const mine = kept(p), chosen = picked(p);
        return { step: p.dataset.step, option: chosen ? words(chosen) : null, optionNumber: chosen ? Number(chosen.value) + 1 : null,
          confidence: mine.confidence ?? null, reason: mine.reason ?? null,
          bestSupported: p.dataset.scored === "yes" && chosen ? chosen.dataset.hit === "yes" : null, predicted: plain(mine.predict),
          draft: chosen ? null : mine.draft ?? null };
      });
      save("one-child-one-table-answers.json", { steps, notes: store.data.notes, selfChecks: checks.load().data });
      said.textContent = "Saved.";
    }

    /* ---- where a value stands: a card that knows no later one; the dictionary waits until the case is over ---- */
    for (const link of all("a.value", root)) {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "value" });
      for (const { name, value } of link.attributes) if (name.startsWith("data-") || name === "aria-label") button.setAttribute(name, value);
      button.dataset.value ??= link.getAttribute("href").split("#")[1];
      button.append(...link.childNodes);
      link.replaceWith(button);
    }
    function provenance(value) {
      const cell = one(`.so-far [data-value="${CSS.escape(value)}"]`, bed)?.closest("[data-why]");
      if (!cell) return;
      one("p", dialog).textContent = cell.dataset.why;
      const over = Boolean(store.data.rest), link = one(".provenance-entry a", dialog);
      if (link) link.parentElement.hidden = !over;
      if (link && over) link.href = `data-dictionary.html#${value}`;
      else link?.removeAttribute("href");
      dialog.showModal();
    }

    /* ---- keeping ---- */
    let before = null;
    function restoreAll() {
      root.classList.toggle("rest-open", Boolean(store.data.rest));
      document.documentElement.classList.toggle("case-over", Boolean(store.data.rest));
      rest.hidden = Boolean(store.data.rest) || !restSections().length;
      panels.forEach(fill);
      for (const note of all(".cards textarea:not(.decision textarea)", root)) note.value = store.data.notes[note.name] ?? "";
      document.dispatchEvent(new Event("casebook:restore"));
      drawGate();
    }
    /* another tab wrote: take its answers, but stay where we are, and keep what is being entered here */
    function follow() {
      const mine = here(), name = mine.dataset.step, draft = read(mine), theirs = kept(mine), open = mine.dataset.state === "open";
      const stays = entered.has(name) && (open ? some(draft) : theirs.draft && theirs.option === undefined);
      if (stays) store.data.steps[name] = open ? { card, draft } : held;          // the store is read again already
      const active = document.activeElement;
      panels.forEach((panel) => { if (panel !== mine || !stays) fill(panel); });
      for (const note of all(".cards textarea:not(.decision textarea)", root)) {
        if (note !== active) note.value = store.data.notes[note.name] ?? "";
      }
      document.dispatchEvent(new Event("casebook:restore"));
      drawGate();
      show(now, card, { quiet: true });                                  // a page that follows another writes nothing
    }
    const mineOf = (id) => id === "case-assumption" && which === "case" || id.startsWith(`${which}-vote-`);
    const drawGate = () => {
      const open = Boolean(store.data.finding || checks.data["case-assumption"]?.option !== undefined);
      for (const gated of all("[data-after]", root)) gated.classList.toggle("open", open);
      for (const gate of all(".gate", root)) gate.hidden = open;
    };

    root.addEventListener("click", (event) => {
      const value = event.target.closest("button.value");
      if (value) { provenance(value.dataset.value); return; }
      const tab = event.target.closest("[data-open]");
      if (tab) { if (tab.getAttribute("aria-disabled") !== "true") show(now, tab.dataset.open, { focus: "card" }); return; }
      const button = event.target.closest("button[data-action]"), panel = button?.closest("[data-step]");
      if (!button) return;
      const acts = {
        decide: () => show(now, "decide", { focus: "card" }),
        reveal: () => reveal(panel, false), "reveal-anyway": () => reveal(panel, true),
        changed: () => (["treatments", "revealed"].includes(state(panel)) ? show(now, "changed", { focus: "card" }) : advance(panel)),
        measure: () => {
          advance(panel, "");
          const record = one('[data-record="measured"]', panel);
          record.focus({ preventScroll: true });
          record.scrollIntoView({ block: "nearest" });
        },
        next: () => {
          store.data.reached = Math.max(store.data.reached, now + 1);
          show(now + 1, undefined, { focus: "step" });
        },
        export: exportAnswers,
        "open-rest": () => { openRest(true); store.save(); },
        "show-finding": () => { store.data.finding = true; store.save(); drawGate(); one("[data-after] .part", panel).focus(); },
        clear: () => {
          checks.load();
          before = [store.data, Object.fromEntries(Object.entries(checks.data).filter(([id]) => mineOf(id)))];
          store.data = { steps: bare(), notes: {}, at: 0, reached: 0 };
          entered.clear();
          for (const id of Object.keys(before[1])) delete checks.data[id];
          store.save(); checks.save(); restoreAll(); show(0);
          undo.hidden = false;
          said.textContent = "Cleared.";
          undo.focus();
        },
        undo: () => {
          store.data = before[0];
          Object.assign(checks.load().data, before[1]);
          store.save(); checks.save(); restoreAll(); show(store.data.at);
          undo.hidden = true;
          said.textContent = "Your answers are back.";
          one('[data-action="clear"]', tools).focus();
        },
      };
      acts[button.dataset.action]?.();
    });
    root.addEventListener("submit", (event) => {
      if (event.target.method === "dialog") return;
      event.preventDefault();
      if (event.target.matches(".decision")) commit(event.target.closest("[data-step]"));
    });
    root.addEventListener("input", ({ target }) => {
      const panel = target.closest(".decision") && target.closest("[data-step]");
      if (panel) { kept(panel).draft = read(panel); entered.add(panel.dataset.step); }         // not committed yet, but never lost
      else if (target.matches(".cards textarea")) store.data.notes[target.name] = target.value;
      else return;
      store.save();
    });
    rail.addEventListener("change", ({ target }) => show(Number(target.value)));
    root.addEventListener("answered", drawGate);
    window.addEventListener("hashchange", goToAddress);
    store.watch(follow);
    checks.watch(follow);
    window.addEventListener("pageshow", (event) => { if (event.persisted) { store.load(); checks.load(); restoreAll(); show(store.data.at); } });

    for (const panel of panels) shuffle(one(".options", panel), `case-${panel.dataset.step}`, ".option");
    rail.hidden = tools.hidden = false;
    for (const list of all(".card-steps", root)) list.hidden = false;
    root.classList.add("started");
    restoreAll();
    const hash = location.hash;
    show(store.data.at);
    if (hash) { try { history.replaceState(null, "", hash); } catch { /* file:// */ } goToAddress(); }
    else try { history.replaceState(null, "", location.pathname + location.search); } catch { /* file:// */ }
  }

  start("[data-stepper]", startStepper);
})();
