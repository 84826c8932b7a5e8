/* Moves every control in the outputs of a notebook once, as a reader would, and waits until something visible changes.
   Returns what was moved, and the controls that did nothing. What a reader types is its own visible change. A choice may change
   no more than its own dot: then another option of its group has to change something, or a later button of its cell. */
async (patience) => {
  const notebook = [...document.querySelectorAll(".jp-NotebookPanel")].find((panel) => panel.getClientRects().length);
  const all = document.createElement("style");             // JupyterLab draws no cell that is out of sight, and it has no words
  all.textContent = ".jp-Cell { content-visibility: visible !important; }";
  document.head.append(all);
  const outputs = () => [...notebook.querySelectorAll(".jp-CodeCell")].filter((cell) => cell.querySelector(".jp-OutputArea-output"));
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  const signs = (root) => root.innerText + [...root.querySelectorAll("svg")].filter((svg) => svg.checkVisibility()).map((svg) => svg.outerHTML).join("")
    + [...root.querySelectorAll("progress")].map((bar) => bar.value).join() + [...root.querySelectorAll("[aria-sort]")].map((head) => head.ariaSort + head.textContent).join()
    + [...root.querySelectorAll("[role=slider]")].map((tile) => Math.round(tile.getBoundingClientRect().left)).join();
  const shown = (e) => e.checkVisibility() && !e.disabled && e.getAttribute("aria-disabled") !== "true";
  const CONTROLS = 'button, input, select, textarea, summary, [role="slider"]';
  const label = (e) => (e.getAttribute("aria-label") || e.closest("label")?.textContent || e.labels?.[0]?.textContent || e.textContent
    || e.title || e.closest(".jupyter-widgets")?.textContent || "").trim().slice(0, 80);
  const key = (e, n) => [n, e.tagName, e.type ?? "", e.name ?? "", label(e), e.closest(".question")?.id ?? ""].join("|");
  const typed = (e) => e.matches("textarea, input:not([type]), input[type=text], input[type=number], input[type=search]");
  const choice = (e) => e.matches("[type=radio], [type=checkbox], select")
    && e.closest(".question:has(.confidence), [data-asked], form:has([type=submit]), .casebook-live:has(.casebook-bar)");
  const groupOf = (e, cell) => (e.name ? `${outputs().indexOf(cell)} ${e.name}` : e.parentElement.closest(".widget-radio"));
  const SOON = 400;                                        // milliseconds until a choice counts as one that only a button commits
  const say = (e, ...events) => events.forEach((name) => e.dispatchEvent(new Event(name, { bubbles: true })));
  const press = (e, name) => e.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true }));
  const move = (e) => {
    e.focus();
    if (e.matches("[type=range]")) {
      e.value = Number(e.value) === Number(e.max) ? e.min : e.max;
      say(e, "input", "change");
    } else if (e.matches("[role=slider]")) {
      press(e, "ArrowRight");
    } else if (e.matches("select")) {
      e.selectedIndex = (e.selectedIndex + 1) % e.options.length;
      say(e, "input", "change");
    } else if (e.matches("[type=file]")) {
      const files = new DataTransfer();
      files.items.add(new File(["no form"], "no-form.json", { type: "application/json" }));
      e.files = files.files;
      say(e, "change");
    } else if (typed(e)) {
      e.value = e.type === "number" ? "40" : "because";
      say(e, "input", "change");
    } else e.click();
  };
  const moved = new Map(), silent = new Map(), spoke = new Set(), dead = [];
  const next = () => {
    for (const [n, cell] of outputs().entries()) {
      for (const e of cell.querySelectorAll(`.jp-OutputArea-output :is(${CONTROLS})`)) {
        if (!shown(e) || moved.has(key(e, n)) || e.matches("[type=radio]:checked, [aria-pressed=true]")) continue;
        moved.set(key(e, n), true);
        return [e, cell];
      }
    }
    return null;
  };
  for (let found = next(); found; found = next()) {
    if (moved.size > 400) throw new Error(`controls without end: ${[...moved.keys()].slice(-12).join("\n")}`);
    const [e, cell] = found, name = key(e, outputs().indexOf(cell));
    e.scrollIntoView({ block: "center" });
    const before = signs(cell), whole = signs(notebook);
    move(e);
    let changed = typed(e);
    const group = groupOf(e, cell);
    for (let waited = 0; !changed && waited < (choice(e) ? SOON : patience); waited += 25) {
      changed = signs(cell) !== before;
      if (!changed && waited === 200 && e.matches("[role=slider]")) press(e, "ArrowLeft");           // it stood at its end
      if (!changed) await wait(25);
    }
    changed ||= signs(notebook) !== whole;
    if (changed && e.matches("[type=radio]")) spoke.add(group);
    if (changed && e.matches("button, summary")) for (const [other, there] of silent) if (there.cell === cell) silent.delete(other);
    if (!changed) (choice(e) ? silent.set(name, { cell, group }) : dead.push(name));
    if (e.matches("summary") && !e.parentElement.open) e.click();                // it warned first, or was open: leave it open
    if (e.closest(".table-bar")) { e.selectedIndex = 0; say(e, "change"); }                          // all rows again
    if (e.closest(".widget-play")) { e.click(); await wait(100); }
  }
  for (const [name, { group }] of silent) if (!spoke.has(group)) dead.push(name);
  return { moved: [...moved.keys()], dead };
}
