/* Sentences to sort: book.js answers each; this counts them, and starts anew. */
(() => {
  "use strict";
  const { all, one, checks, start } = window.casebook;

  start("[data-sorting]", (root) => {
    const sentences = all("[data-question]", root), count = one(".sorting-count", root);
    const show = () => {
      const chosen = sentences.map((s) => one("input:checked", s)).filter(Boolean);
      const same = chosen.filter((c) => c.dataset.correct === "yes");
      count.textContent = `${chosen.length} of ${sentences.length} sorted, ${same.length} of them as the book sorts them.`;
    };
    root.addEventListener("answered", show);
    one('[data-action="again"]', root).addEventListener("click", () => {
      checks.load();
      for (const s of sentences) delete checks.data[s.dataset.question];
      checks.save();
      document.dispatchEvent(new CustomEvent("casebook:restore"));
      show();
    });
    show();
  });
})();
