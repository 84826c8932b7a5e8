/* Sort a table by its column heads, filter it by the values of named columns. */
(() => {
  "use strict";
  const { all, one, start } = window.casebook;
  const text = (row, i) => row.cells[i].textContent.trim();
  const number = (s) => {
    const found = s.replace("−", "-").match(/^[<>≥≤~]?\s*(-?[\d,]*\.?\d+)/);
    return found ? parseFloat(found[1].replaceAll(",", "")) : NaN;
  };

  start('table[data-script="tables"]', (table) => {
    const body = table.tBodies[0], rows = [...body.rows], heads = [...table.tHead.rows[0].cells];
    const bar = Object.assign(document.createElement("p"), { className: "table-bar" });
    const said = Object.assign(document.createElement("span"), { className: "table-said" });
    said.setAttribute("role", "status");
    const filters = (table.dataset.filters || "").split("|").filter(Boolean).map((name) => {
      const column = heads.findIndex((h) => h.textContent.trim() === name);
      const label = Object.assign(document.createElement("label"), { textContent: `${name} ` });
      const select = Object.assign(document.createElement("select"), { autocomplete: "off" });
      const values = [...new Set(rows.map((r) => text(r, column)))].filter(Boolean).sort();
      select.append(new Option("all", ""), ...values.map((v) => new Option(v, v)));
      label.append(select);
      bar.append(label);
      return { select, column };
    });
    const filter = () => {
      for (const row of rows) row.hidden = filters.some(({ select, column }) => select.value && text(row, column) !== select.value);
      const shown = rows.filter((r) => !r.hidden).length;
      said.textContent = shown === rows.length ? `All ${rows.length} rows` : `${shown} of ${rows.length} rows`;
    };
    if (filters.length) {
      bar.append(said);
      bar.addEventListener("change", filter);
      // on a phone a long stacked table opens at its first group; "all" is one choice away
      if (rows.length > 12 && table.classList.contains("stacked") && matchMedia("(max-width: 40rem)").matches)
        filters[0].select.selectedIndex = 1;
      table.closest(".scroll").before(bar);
      filter();
    }
    if ("sortable" in table.dataset) heads.forEach((head, i) => {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "sort" });
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        for (const other of heads) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const values = rows.map((r) => text(r, i)).filter(Boolean);
        const numeric = values.length && values.every((v) => !Number.isNaN(number(v)));
        const order = [...rows].sort((a, b) => {
          const [x, y] = [text(a, i), text(b, i)];
          if (!x || !y) return !x - !y;                       // rows without a value stay at the end
          return (numeric ? number(x) - number(y) : x.localeCompare(y)) * (down ? -1 : 1);
        });
        body.append(...order);
      });
    });
  });
})();
