/* A picture read in stages: what is not reached yet is faint, the words of the present stage stand beside it or above. */
(() => {
  "use strict";
  const { all, one, start } = window.casebook;

  start("[data-stages]", (root) => {
    const bar = one(".stage-bar", root), texts = all("[data-text]", root), groups = all("[data-stage]", root);
    const [back, next, whole] = ["previous", "next", "all"].map((a) => one(`[data-action="${a}"]`, bar));
    const where = one(".stage-where", bar), live = one("[role=status]", root);
    let now = 1, everything = false;
    const show = (speak) => {
      for (const g of groups) {
        const stage = Number(g.dataset.stage);
        g.classList.toggle("later", !everything && stage > now);
        g.classList.toggle("now", !everything && stage === now);
      }
      for (const t of texts) t.hidden = !everything && Number(t.dataset.text) !== now;
      back.setAttribute("aria-disabled", String(everything || now === 1));
      next.setAttribute("aria-disabled", String(everything || now === texts.length));
      whole.setAttribute("aria-pressed", String(everything));
      where.textContent = everything ? `All ${texts.length} stages` : `Stage ${now} of ${texts.length}`;
      if (speak && !everything) reveal();
      if (speak) live.textContent = everything ? "All stages are shown." : `Stage ${now} of ${texts.length}. ${texts[now - 1].textContent}`;
    };
    /* all that lights up comes into view, below the words where they will stick */
    const reveal = () => {
      const lit = groups.filter((g) => g.classList.contains("now")).map((g) => g.getBoundingClientRect());
      if (!lit.length) return;
      const head = Math.min(...lit.map((box) => box.top)), foot = Math.max(...lit.map((box) => box.bottom));
      const stage = one(".stage-top", root), words = stage.getBoundingClientRect(), over = words.right > lit[0].left + 1;
      if (head >= (over ? words.bottom : 60) && foot <= window.innerHeight) return;
      const above = over ? parseFloat(getComputedStyle(stage).top) + words.height : 60;
      window.scrollBy({ top: head - above - 8, behavior: "instant" });
    };
    bar.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button || button.getAttribute("aria-disabled") === "true") return;
      if (button === whole) everything = !everything;
      else now += button === next ? 1 : -1;
      show(true);
    });
    bar.hidden = false;
    show(false);
  });
})();
