/* Self-checks to answer again: first those that were missed while 70 % sure or more, then a mixture. */
(() => {
  "use strict";
  const { all, one, checks, start } = window.casebook;
  const SURE = 70;

  start(".look-back", (root) => {
    const list = one("ul", root), size = Number(root.dataset.size);
    const chosen = all("li", list), others = all("li", one("template", root).content);
    const missed = (line) => {
      const { option, confidence } = checks.data[line.dataset.check] ?? {};
      return option !== undefined && Number(confidence) >= SURE && !line.dataset.right.split(" ").includes(option) ? Number(confidence) : 0;
    };
    const surest = [...chosen, ...others].filter(missed).sort((a, b) => missed(b) - missed(a)).slice(0, size);
    if (!surest.length) return;
    for (const line of surest) {
      one(".look-back-why", line).textContent = `(You were ${missed(line)} % sure, and another option is better supported.)`;
    }
    list.replaceChildren(...[...surest, ...chosen.filter((line) => !surest.includes(line))].slice(0, size));
    one(".look-back-said", root).textContent = surest.length === 1
      ? "The first one you missed while you were sure. The others are a mixture."
      : `The first ${surest.length} you missed while you were sure.${surest.length < size ? " The others are a mixture." : ""}`;
  });
})();
