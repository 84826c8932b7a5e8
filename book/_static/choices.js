/* A choice with few states: show the panel of the chosen values, say its first sentence and, where asked for, what changed. */
(() => {
  "use strict";
  const { all, one, start } = window.casebook;
  const items = (panel) => new Map(all("[data-item]", panel).map((e) => [e.dataset.item, e.dataset.now]));

  /* In words: what a panel holds that the one before did not, the other way round, and what reads otherwise now. */
  const difference = (was, is, words) => {
    const named = (phrase, list) => list.length ? [`${phrase}: ${list.map(([name, now]) => `${name} (${now})`).join("; ")}.`] : [];
    const told = [...named(words.added, [...is].filter(([name]) => !was.has(name))),
      ...named(words.gone, [...was].filter(([name]) => !is.has(name))),
      ...[...is].filter(([name, now]) => was.has(name) && was.get(name) !== now)
        .map(([name, now]) => `${name}: ${was.get(name)} before, ${now} now.`)];
    return told.join(" ") || words.same;
  };

  start("[data-choices]", (root) => {
    const form = one("form", root), panels = all(":scope > [data-choice]", root), live = one("[role=status]", root);
    const changed = one(":scope > .choice-changed", root);
    let last = null;
    const show = (speak) => {
      const key = all("fieldset", form).map((f) => one("input:checked", f).value).join(" ");
      for (const panel of panels) panel.hidden = panel.dataset.choice !== key;
      const now = panels.find((panel) => !panel.hidden), said = one(":scope > .choice-said", now).textContent;
      if (changed && last && last !== now) changed.textContent = difference(items(last), items(now), changed.dataset);
      if (speak) live.textContent = changed ? `${changed.textContent} ${said}` : said;
      last = now;
    };
    form.addEventListener("change", () => show(true));
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(() => show(true)));
    root.classList.add("started");
    show(false);
  });
})();
