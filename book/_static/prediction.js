/* A number first, then the figure. What was predicted stays in this browser. */
(() => {
  "use strict";
  const { one, entry, start } = window.casebook;
  const kept = entry("one-child-one-table:predictions", (d) => Object.fromEntries(Object.entries(d).filter(([, v]) => Number.isFinite(v))));

  start("[data-prediction]", (root) => {
    const name = root.dataset.prediction, form = one("form", root), input = one("input", form), said = one(".prediction-said", root);
    const open = (number) => {
      const truth = Number(root.dataset.truth), off = Math.abs(number - truth);
      root.classList.add("opened");
      const away = off >= 0.5 ? `${off.toFixed(0)} points away` : "what you said";
      said.textContent = `You said ${number} %. ${root.dataset.result} That is ${away}.`;
    };
    const write = () => { one("output", form).textContent = input.value; };
    input.addEventListener("input", write);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      kept.load().data[name] = Number(input.value);
      kept.save();
      open(Number(input.value));
    });
    const before = kept.load().data[name];
    if (before !== undefined) { input.value = before; write(); open(before); }
  });
})();
