/* Findings and hypotheses: the reader's cells beside the model's, and what a chosen finding speaks to. */
(() => {
  "use strict";
  const { all, one, entry, start } = window.casebook;
  const mine = entry("one-child-one-table:mechanisms",
    (d) => Object.fromEntries(Object.entries(d).filter(([, v]) => typeof v === "string")));

  start("[data-mechanisms]", (root) => {
    const form = one("form", root), cells = all("[data-asked]", form);
    const hint = one(".decision-hint", form), clear = one("[type=reset]", form);
    const model = one("details.model", root), table = one(".matrix", root), live = one(".picked", root);
    const answer = (cell) => one("input:checked", cell);
    let warned = false;

    /* the reader's cells */
    const compare = () => {
      for (const cell of cells) {
        const said = one(".model-said", cell), own = answer(cell)?.value, word = cell.dataset.speaks;
        said.hidden = !model.open;
        said.textContent = !own ? `The model says: ${word}.`
          : own === word ? `You and the model say: ${word}.`
            : `You say: ${own}. The model says: ${word}. Read why below, and judge.`;
      }
      clear.hidden = !cells.some(answer);
    };
    const restore = () => {
      mine.load();
      for (const cell of cells) for (const input of all("input", cell)) input.checked = mine.data[cell.dataset.asked] === input.value;
      compare();
    };
    form.addEventListener("change", () => {
      mine.data = Object.fromEntries(cells.filter(answer).map((c) => [c.dataset.asked, answer(c).value]));
      mine.save();
      hint.textContent = "";
      compare();
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(() => {
      mine.data = {};
      mine.save();
      model.open = false;
      warned = false;
      compare();
      one("input", form).focus();
    }));
    one("summary", model).addEventListener("click", (event) => {
      const left = cells.filter((c) => !answer(c)).length;
      if (model.open || !left || warned) return;
      event.preventDefault();
      warned = true;
      hint.textContent = `${left} of ${cells.length} cells are still open. Fill them in first; press once more to open the matrix without.`;
    });
    model.addEventListener("toggle", () => { if (model.open) hint.textContent = ""; compare(); });

    /* a chosen finding */
    const heads = all("thead th", table);
    const evidenceOf = (link) => document.getElementById(link.hash.slice(1)).closest("tr");
    const pick = (row) => {
      const again = row.classList.contains("picked-row");
      all(".picked-words", table).forEach((r) => r.remove());
      for (const r of all("tbody tr", table)) { r.classList.remove("picked-row"); one("button", r).setAttribute("aria-pressed", "false"); }
      heads.forEach((h) => { delete h.dataset.lit; });
      if (again) { live.textContent = "No finding is chosen."; return; }
      row.classList.add("picked-row");
      one("button", row).setAttribute("aria-pressed", "true");
      const spoken = all("td", row), list = document.createElement("ul");
      spoken.forEach((cell, i) => {
        if (cell.dataset.speaks === "silent") return;
        heads[i + 1].dataset.lit = cell.dataset.speaks;
        const item = document.createElement("li"), head = document.createElement("strong");
        head.textContent = `${one(".cell-head", cell).textContent}, ${cell.dataset.speaks}: `;
        item.append(head, ...[...evidenceOf(one("a", cell)).cells[3].cloneNode(true).childNodes]);
        list.append(item);
      });
      const words = document.createElement("tr"), cell = document.createElement("td");
      words.className = "picked-words";
      words.setAttribute("role", "row");
      cell.setAttribute("role", "cell");
      cell.colSpan = heads.length;
      cell.append(Object.assign(document.createElement("p"), { textContent: row.dataset.sentence }));
      if (list.children.length) cell.append(list);
      words.append(cell);
      row.after(words);
      live.textContent = row.dataset.sentence;
    };
    for (const row of all("tbody tr", table)) {
      const head = one("th", row), button = Object.assign(document.createElement("button"), { type: "button", className: "sort pick" });
      button.setAttribute("aria-pressed", "false");
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => pick(row));
    }
    one(".pick-note", root).hidden = false;

    /* a cell leads to its row of evidence, whatever is closed or filtered */
    const uncover = (row) => {
      for (let box = row.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
      const bar = row.hidden && row.closest(".scroll").previousElementSibling;
      if (!bar) return;
      for (const select of all("select", bar)) select.value = "";
      bar.dispatchEvent(new Event("change", { bubbles: true }));
    };
    table.addEventListener("click", (event) => {
      const link = event.target.closest("td[data-speaks] > a");
      if (link) uncover(evidenceOf(link));
    });
    const target = location.hash && one(`.evidence [id="${CSS.escape(location.hash.slice(1))}"]`, root);
    if (target) { uncover(target.closest("tr")); target.scrollIntoView(); }
    restore();
  });
})();
