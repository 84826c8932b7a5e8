/* The minute of play on the opening page: set what comes next, see it, see two drugs, say how sure you are. */
(() => {
  "use strict";
  const { all, one, plain, entry, start } = window.casebook;
  const ledger = entry("one-child-one-table:ledger", plain);

  start(".minute", (root) => {
    const svg = one("svg", root), stages = all("[data-stage]", root), steps = all(".minute-steps li", root), kept = one(".minute-kept", root);
    const numbers = (name) => Number(root.dataset[name]);
    const guess = one("[data-guess]", root), first = one("[data-first]", root), second = one("[data-second]", root);
    const x = (place) => numbers("left") + numbers("column") * (place + 0.5), y = (v) => numbers("base") - numbers("high") * v / numbers("top");
    const description = one("figure > .visually-hidden:not(figcaption)", root), whole = description?.textContent;
    let stage = 0;

    function draw(fresh) {
      root.dataset.at = stage;
      stages.forEach((part, i) => { part.hidden = i !== stage; });
      steps.forEach((part, i) => part.classList.toggle("on", i <= stage));
      for (const part of all("[data-later]", svg)) part.classList.toggle("hidden", stage < 1);
      one('[data-lane="anakinra"]', svg).classList.toggle("hidden", stage < 2);
      one('[data-lane="pulse"]', svg).classList.toggle("hidden", stage < 3);
      one("[data-same]", svg).classList.toggle("hidden", stage < 3);
      one(".numbers", root).hidden = stage < 1;
      const from = numbers("place"), value = Number(guess.value);
      one("[data-yours]", svg).setAttribute("d", `M${x(from)} ${y(numbers("from"))}L${x(from + 2)} ${y(value)}`);
      const end = one("[data-yours-end]", svg);
      end.setAttribute("cx", x(from + 2)); end.setAttribute("cy", y(value));
      for (const range of [guess, first, second]) one("output", range.parentElement).textContent = range.value;
      one("[data-said]", root).textContent = guess.value;
      if (description) description.textContent = stage < 3 ? ["ProBNP up to column 3a: high and flat.", "ProBNP falls in columns 3b and 4.", "In our reconstruction anakinra begins in column 3b."][stage] : whole;
      root.classList.toggle("fresh", Boolean(fresh));
      one(".minute-way", root).classList.toggle("last", stage === 3);
    }
    function keep() {
      const mine = plain(ledger.load().data[1]);
      ledger.data[1] = { first: "", second: "", ...mine, number: Number(second.value), date: new Date().toISOString().slice(0, 10) };
      kept.textContent = `${ledger.save() ? "Kept" : "Noted on this page"} as the first entry of your ledger: ${second.value} %. There is no right number.`;
    }
    root.addEventListener("input", ({ target }) => {
      if (target === first) second.value = first.value;
      draw();
      if (target === second) keep();
    });
    root.addEventListener("click", (event) => {
      const button = event.target.closest("[data-go]");
      if (!button) return;
      stage = Number(button.dataset.go);
      if (stage === 3) { one("[data-before]", root).textContent = `before: ${first.value} %`; second.value = first.value; }
      draw(true);
      if (stage === 3) keep();
      one(".part", stages[stage]).focus({ preventScroll: true });
    });
    /* drawing on the picture does what the range does */
    const set = (event) => {
      const box = svg.getBoundingClientRect(), down = (event.clientY - box.top) * svg.viewBox.baseVal.height / box.height;
      guess.value = (numbers("base") - down) * numbers("top") / numbers("high");
      draw();
    };
    svg.addEventListener("pointerdown", (event) => {
      const box = svg.getBoundingClientRect(), across = (event.clientX - box.left) * svg.viewBox.baseVal.width / box.width;
      if (stage !== 0 || across < x(numbers("place"))) return;
      svg.setPointerCapture(event.pointerId);
      set(event);
      svg.addEventListener("pointermove", set);
      svg.addEventListener("pointerup", () => svg.removeEventListener("pointermove", set), { once: true });
    });
    one(".minute-play", root).hidden = false;
    root.classList.add("started");
    draw();
  });
})();
