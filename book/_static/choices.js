/* A choice with few states: show the panel of the chosen values, say its first sentence. */
(() => {
  "use strict";
  const { all, one, start } = window.casebook;

  start("[data-choices]", (root) => {
    const form = one("form", root), panels = all(":scope > [data-choice]", root), live = one("[role=status]", root);
    const show = (speak) => {
      const key = all("fieldset", form).map((f) => one("input:checked", f).value).join(" ");
      for (const panel of panels) panel.hidden = panel.dataset.choice !== key;
      if (speak) live.textContent = one(`[data-choice="${key}"] > .choice-said`, root).textContent;
    };
    form.addEventListener("change", () => show(true));
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(() => show(true)));
    root.classList.add("started");
    show(false);
  });
})();
