/* Run sheets: the time of day beside each step, from the start that is typed in. */
(() => {
  "use strict";
  const { all, one, start } = window.casebook;

  start("[data-script=run-sheet]", (root) => {
    const field = one("input", root);
    const show = () => {
      const [, hour, minute] = field.value.match(/^(\d{1,2})[:.](\d\d)$/) ?? [];
      for (const cell of all("[data-from]")) {
        const at = Number(hour) * 60 + Number(minute) + Number(cell.dataset.from);
        cell.textContent = hour ? [at / 60 % 24, at % 60].map((n) => String(Math.floor(n)).padStart(2, "0")).join(":") : cell.dataset.from;
      }
    };
    field.addEventListener("input", show);
    one("[data-action=print]", root).addEventListener("click", () => print());
    show();
  });
})();
