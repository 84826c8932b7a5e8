/* The belief ledger: keeps entries in this browser, lists and draws them, gives them out as a file. */
(() => {
  "use strict";
  const { all, one, plain, entry, save, start } = window.casebook;
  const whole = (v) => Number.isInteger(v) && v >= 0 && v <= 100;
  const text = (v) => (typeof v === "string" ? v.slice(0, 300) : "");
  const store = entry("one-child-one-table:ledger", (d) => Object.fromEntries(Object.entries(d).map(([k, v]) => [k, plain(v)])
    .filter(([k, v]) => /^\d+$/.test(k) && whole(v.number)).map(([k, v]) => [k, { number: v.number, first: text(v.first), second: text(v.second), date: text(v.date) }]))).load();
  const element = (tag, content, attributes = {}) => {
    const made = Object.assign(document.createElement(tag), attributes);
    made.append(...[content].flat().filter((c) => c !== null));
    return made;
  };

  start("[data-ledger]", (root) => {
    const chapters = root.dataset.chapters.split(" "), mine = root.dataset.ledger;
    const form = one("form", root), place = one(".ledger-entries", root), tools = one(".ledger-tools", root), said = one(".ledger-said", root);
    const undo = one('[data-action="undo"]', tools);
    let before = null;

    /* only at the start and on Undo, so that nothing that happens elsewhere writes over an unsaved form */
    const fill = () => {
      if (form && store.data[mine]) for (const name of ["number", "first", "second"]) form.elements[name].value = store.data[mine][name];
    };
    const draw = () => {
      const kept = chapters.filter((c) => store.data[c]);
      tools.hidden = !kept.length && !before;
      undo.hidden = !before;
      if (!kept.length) {
        place.replaceChildren(...(form ? [] : [element("p", "No entry is kept in this browser yet.")]));
        return;
      }
      const rows = kept.map((c) => { const e = store.data[c]; return element("tr", [element("th", `Chapter ${c}`, { scope: "row" }), element("td", `${e.number} %`), element("td", e.first), element("td", e.second)]); });
      const table = element("table", [element("caption", "Your entries"), element("thead", element("tr", ["Where", "Number", "First reason", "Second reason"].map((h) => element("th", h, { scope: "col" })))), element("tbody", rows)], { className: "case-table" });
      const scroll = element("div", table, { className: "scroll", tabIndex: 0 });
      scroll.setAttribute("role", "group");
      scroll.setAttribute("aria-label", "Your entries");
      place.replaceChildren(picture(kept), scroll);
    };

    const picture = (kept) => {
      const x = (c) => 40 + chapters.indexOf(c) * 40, y = (v) => 130 - v * 1.2;
      const line = kept.map((c, i) => `${i ? "L" : "M"}${x(c)},${y(store.data[c].number)}`).join("");
      const grid = [0, 50, 100].map((v) => `<path d="M30,${y(v)}h265" stroke="var(--chart-grid)"/><text x="24" y="${y(v) + 4}" font-size="11" text-anchor="end" fill="var(--chart-muted)">${v}</text>`).join("");
      const names = chapters.map((c) => `<text x="${x(c)}" y="148" font-size="11" text-anchor="middle" fill="var(--chart-muted)">${c}</text>`).join("");
      const dots = kept.map((c) => `<circle cx="${x(c)}" cy="${y(store.data[c].number)}" r="5" fill="var(--chart-accent)"/><text x="${x(c)}" y="${y(store.data[c].number) + (store.data[c].number > 85 ? 18 : -9)}" font-size="12" text-anchor="middle" fill="var(--chart-ink)">${store.data[c].number}</text>`).join("");
      const figure = element("figure", element("figcaption", "Your number, chapter by chapter"), { className: "chart chart-ledger" });
      figure.insertAdjacentHTML("beforeend", `<svg viewBox="0 0 310 170" role="img" aria-label="Your number by chapter: ${kept.map((c) => `chapter ${c}, ${store.data[c].number} %`).join("; ")}" width="420">${grid}${names}<path d="${line}" fill="none" stroke="var(--chart-accent)" stroke-width="2" stroke-dasharray="4 3"/>${dots}<text x="160" y="165" font-size="11" text-anchor="middle" fill="var(--chart-muted)">chapter</text></svg>`);
      return figure;
    };

    form?.addEventListener("submit", (event) => {
      event.preventDefault();
      const values = { number: Number(form.elements.number.value), first: text(form.elements.first.value.trim()), second: text(form.elements.second.value.trim()), date: new Date().toISOString().slice(0, 10) };
      store.load().data[mine] = values;
      store.save();
      before = null;
      draw();
      said.textContent = `Kept: ${values.number} %.`;
    });
    tools.addEventListener("click", (event) => {
      const action = event.target.closest("button")?.dataset.action;
      if (action === "export") { save("one-child-one-table-ledger.json", { claim: one(".claim", root).textContent.trim(), ledger: store.load().data }); said.textContent = "Saved."; }
      if (action === "clear") { before = store.load().data; store.data = {}; store.save(); form?.reset(); draw(); said.textContent = "Cleared."; undo.focus(); }
      if (action === "undo") { store.data = before; before = null; store.save(); fill(); draw(); said.textContent = "Your entries are back."; }
    });
    store.watch(draw);
    fill();
    draw();
  });
})();
