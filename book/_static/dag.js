/* The causal graph: checkboxes show and hide arrows; what follows is looked up, and what changed is said. */
(() => {
  "use strict";
  const { all, one, start } = window.casebook;

  start("[data-dag]", (root) => {
    const form = one("form", root), boxes = all("input[type=checkbox]", form), changed = one(".dag-changed", root);
    const { sentences, states } = JSON.parse(one('script[type="application/json"]', root).textContent);
    const lists = all("[data-words]", root);
    const bits = () => boxes.reduce((sum, box, i) => sum + (box.checked ? 2 ** i : 0), 0);
    const now = () => states[bits()].map((said) => said.map((s) => sentences[s]));
    let before = now().flat();
    const show = (what, prepared = false) => {
      const said = now(), after = said.flat();
      for (const box of boxes) one(`[data-arrow="${box.name}"]`, root)?.classList.toggle("off", !box.checked);
      one('[data-node="published"]', root).classList.toggle("chosen", boxes.at(-1).checked);
      lists.forEach((list, i) => list.replaceChildren(...said[i].map((s) => {
        const item = Object.assign(document.createElement("li"), { textContent: s });
        item.classList.toggle("new", !before.includes(s));
        return item;
      })));
      const fresh = after.filter((s) => !before.includes(s)), gone = before.filter((s) => !after.includes(s));
      const few = (some, word) => {
        const ways = some.filter((s) => s.startsWith("Open path:")), rest = some.filter((s) => !ways.includes(s));
        return some.length ? `${word}: ${[...(ways.length > 2 ? [`${ways.length} open paths.`] : ways), ...rest].join(" ")}` : "";
      };
      changed.textContent = [what, few(fresh, "New"), prepared ? "" : few(gone, "Gone"),
        fresh.length || gone.length ? "" : "Nothing that follows for anakinra and recovery has changed."].filter(Boolean).join(" ");
      before = after;
    };
    form.addEventListener("change", (event) => {
      const kind = event.target.name === "h" ? "Switch $1, " : "Arrow $1, ";
      const label = event.target.closest("label").textContent.trim().replace(/^(\w)\s+/, kind).split(":")[0];
      show(`${label}, is ${event.target.checked ? "on" : "off"}.`);
    });
    form.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      for (const box of boxes) box.checked = button.dataset.on.includes(box.name);
      show(`Graph “${button.textContent}”.`, true);
    });
    form.addEventListener("submit", (event) => event.preventDefault());
  });
})();
