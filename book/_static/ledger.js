/* The belief ledger: keeps entries in this browser, lists and draws them, gives them out as a file. */
(() => {
  "use strict";
  const { all, one, plain, entry, save, start } = window.casebook;
  const whole = (v) => Number.isInteger(v) && v >= 0 && v <= 100;
  const text = (v) => (typeof v === "string" ? v.slice(0, 300) : "");
  const store = entry("one-child-one-table:ledger", (d) => Object.fromEntries(Object.entries(d)
    .map(([chapter, v]) => [chapter, plain(v)])
    .filter(([chapter, v]) => /^\d+$/.test(chapter) && whole(v.number))
    .map(([chapter, v]) => [chapter, { number: v.number, first: text(v.first), second: text(v.second), date: text(v.date) }]))).load();
  const element = (tag, content, attributes = {}) => {
    const made = Object.assign(document.createElement(tag), attributes);
    made.append(...[content].flat().filter((c) => c !== null));
    return made;
  };

  start("[data-ledger]", (root) => {
    const chapters = root.dataset.chapters.split(" "), mine = root.dataset.ledger;
    const form = one("form", root), place = one(".ledger-entries", root), said = one(".ledger-said", root);
    const tools = one(".ledger-tools", root), undo = one('[data-action="undo"]', tools);
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
        place.replaceChildren(...(form ? [] : [element("p", "No entry is kept here yet.")]));
        return;
      }
      const rows = kept.map((c) => {
        const { number, first, second } = store.data[c];
        const cells = [`${number} %`, first, second].map((v) => element("td", v));
        return element("tr", [element("th", `Chapter ${c}`, { scope: "row" }), ...cells]);
      });
      const heads = ["Where", "Number", "Your reason", "The best reason against it"].map((h) => element("th", h, { scope: "col" }));
      const table = element("table", [element("caption", "Your entries"), element("thead", element("tr", heads)), element("tbody", rows)],
        { className: "case-table" });
      const scroll = element("div", table, { className: "scroll", tabIndex: 0 });
      scroll.setAttribute("role", "group");
      scroll.setAttribute("aria-label", "Your entries");
      place.replaceChildren(picture(kept), scroll);
    };

    const picture = (kept) => {
      const x = (c) => 40 + chapters.indexOf(c) * 40, y = (v) => 130 - v * 1.2;
      const number = (c) => store.data[c].number;
      const label = (at, down, words, size = 11, ink = "muted", anchor = "middle") =>
        `<text x="${at}" y="${down}" font-size="${size}" text-anchor="${anchor}" fill="var(--chart-${ink})">${words}</text>`;
      const line = kept.map((c, i) => `${i ? "L" : "M"}${x(c)},${y(number(c))}`).join("");
      const grid = [0, 50, 100].map((v) =>
        `<path d="M30,${y(v)}h265" stroke="var(--chart-grid)"/>${label(24, y(v) + 4, v, 11, "muted", "end")}`).join("");
      const names = chapters.map((c) => label(x(c), 148, c)).join("");
      const dots = kept.map((c) => {
        const below = number(c) > 85;                                    // no room above the dot
        return `<circle cx="${x(c)}" cy="${y(number(c))}" r="5" fill="var(--chart-accent)"/>`
          + label(x(c), y(number(c)) + (below ? 18 : -9), number(c), 12, "ink");
      }).join("");
      const told = kept.map((c) => `chapter ${c}, ${number(c)} %`).join("; ");
      const figure = element("figure", element("figcaption", "Your number, chapter by chapter"), { className: "chart chart-ledger" });
      figure.insertAdjacentHTML("beforeend", `<svg viewBox="0 0 310 170" role="img" aria-label="Your number by chapter: ${told}" width="420">
        ${grid}${names}<path d="${line}" fill="none" stroke="var(--chart-accent)" stroke-width="2" stroke-dasharray="4 3"/>
        ${dots}${label(160, 165, "chapter")}</svg>`);
      return figure;
    };

    form?.addEventListener("submit", (event) => {
      event.preventDefault();
      const { number, first, second } = form.elements;
      const values = { number: Number(number.value), first: text(first.value.trim()), second: text(second.value.trim()),
        date: new Date().toISOString().slice(0, 10) };
      store.load().data[mine] = values;
      const kept = store.save();
      before = null;
      draw();
      said.textContent = kept ? `Kept: ${values.number} %.` : `Noted on this page alone: ${values.number} %.`;
    });
    tools.addEventListener("click", (event) => {
      const action = event.target.closest("button")?.dataset.action;
      if (action === "export") {
        save("one-child-one-table-ledger.json", { claim: one(".claim", root).textContent.trim(), ledger: store.load().data });
        said.textContent = "Saved.";
      }
      if (action === "clear") {
        before = store.load().data;
        store.data = {};
        store.save();
        form?.reset();
        draw();
        said.textContent = "Cleared.";
        undo.focus();
      }
      if (action === "undo") {
        store.data = before;
        before = null;
        store.save();
        fill();
        draw();
        said.textContent = "Your entries are back.";
      }
    });
    store.watch(draw);
    fill();
    draw();
  });
})();
