/* Rules as switches: look up the chosen state among those written into the page, show it, say what changed. The numbers come
   from casebook.models.multiverse, the words are held against casebook.pieces.multiverse_switches by a test. Also opens the chapter once the reader has
   said what they would give up. */
(() => {
  "use strict";
  const { all, one, checks, start } = window.casebook;
  const source = one("script[data-states]");
  const data = source ? JSON.parse(source.textContent) : null;
  const FALLS = 3, STARTS = 7, BITS = 9;                     // falls of a marker, columns in which anakinra can start, rules

  const day = (c) => c - (c > 2);                            // columns 3a and 3b share a printed day
  const number = (n) => n.toLocaleString("en-GB");
  const percent = (part, whole) => {                         // rounded half up, exact for counts of any size
    if (!whole) return "–";
    const [p, w] = [BigInt(part), BigInt(whole)], rounded = (200n * p + w) / (2n * w);
    if (part && !rounded) return "<1 %";
    return rounded === 100n && part < whole ? ">99 %" : `${rounded} %`;
  };
  const span = (low, high) => (low === high ? `${low * data.step}` : `${low * data.step} to ${high * data.step}`);

  /* what the panel shows for a state, by slot; and where anakinra starts, for the bars */
  function slotsOf(state) {
    const [look, cut, both, ...flat] = data.sums[data.of[state]], vis = data.vis[look], first = Array(STARTS).fill(0);
    let every = 0, sameDay = 0, sameColumn = 0, apart = 0, earlier = 0, later = 0;
    for (let i = 0; i < flat.length; i += 2) {
      const pulse = Math.floor(flat[i] / 10), drug = flat[i] % 10, n = flat[i + 1];
      every += n;
      first[drug] += n;
      if (day(pulse) === day(drug)) sameDay += n;
      if (pulse === drug) sameColumn += n;
      if (day(pulse) === 2 && day(drug) === 3) apart += n;
      if (drug < pulse) earlier += n;
      if (drug > pulse) later += n;
    }
    const of = (n) => `${number(n)} of ${number(every)} (${percent(n, every)})`;
    const slots = { placements: number(every), columns: data.columns.filter((_, a) => first[a]).join(", ") || "none", day: of(sameDay),
      column: of(sameColumn), apart: of(apart), first: of(earlier), later: number(later), cut: number(cut), both: number(both),
      peak: span(vis[0], vis[1]), at: span(vis[2], vis[3]) };
    first.forEach((n, a) => { slots[`start${a}`] = number(n); slots[`share${a}`] = percent(n, every); });
    data.columns.forEach((_, c) => { slots[`vis${c}`] = span(vis[4 + 2 * c], vis[5 + 2 * c]); });
    data.hits.forEach(([whole, ...falls], m) => {
      for (let f = 0; f < FALLS; f++) slots[`m${m}-${f}`] = percent(falls[f].reduce((sum, h, a) => sum + h * first[a], 0), whole * every);
    });
    return { slots, widths: first.map((n) => (every ? n / every : 0)) };
  }

  const changes = (before, after, only) => {
    const moved = (slot) => only(slot) && before[slot] !== after[slot];
    const below = (shown, m) => `${shown[`m${m}-0`]} (${shown[`m${m}-1`]})`;
    const told = data.told.filter(([slot]) => moved(slot)).map(([slot, words]) => `${words}: ${before[slot]}, now ${after[slot]}.`);
    const markers = data.markers
      .map((name, m) => (moved(`m${m}-0`) || moved(`m${m}-1`) ? `${name} ${below(before, m)}, now ${below(after, m)}` : ""))
      .filter(Boolean);
    if (markers.length) told.push(`Below its peak before anakinra (by more than 10 %): ${markers.join("; ")}.`);
    if (data.markers.some((_, m) => moved(`m${m}-2`))) told.push("Shares of “more than halved” change as well.");
    return told.join(" ") || "No number changes: with the other switches as they are, this one makes no difference.";
  };

  function startPanel(root) {
    if (!data) return;
    const form = one("form", root), boxes = all("input[type=checkbox]", form), radios = all("input[type=radio]", form);
    const said = one("[data-changed]", root), when = one("[data-when]", root), whole = root.dataset.multiverse === "all";
    const reading = () => Number(radios.find((r) => r.checked).value);
    const state = () => (reading() << BITS) | boxes.reduce((bits, b, i) => bits | (b.checked << i), 0);
    let now = state(), shown = slotsOf(now).slots;

    const words = () => {
      const set = boxes.map((b, i) => (b.checked ? i : null)).filter((i) => i !== null);
      const button = all("[data-preset]", form).find((b) => b.dataset.preset.trim() === set.join(" "));
      const rules = button ? button.textContent : `${set.length} of ${BITS} rules`;
      return `${rules}, day 3 as ${one("[data-words]", radios[reading()].closest("label")).textContent}`;
    };
    const show = (what) => {
      now = state();
      const next = slotsOf(now);
      for (const slot of all("[data-slot]", root)) slot.textContent = next.slots[slot.dataset.slot];
      for (const bar of all("[data-bar]", root)) bar.value = next.widths[bar.dataset.bar];
      when.textContent = words();
      if (what) said.textContent = `${what} ${changes(shown, next.slots, (slot) => one(`[data-slot="${slot}"]`, root))}`;
      shown = next.slots;
      if (whole) list();
    };
    const set = (indexes) => boxes.forEach((b, i) => { b.checked = indexes.includes(i); });

    form.addEventListener("change", (event) => {
      const label = one("[data-words]", event.target.closest("label")).textContent;
      show(event.target.type === "radio" ? `Day 3 now read as: ${label}.` : `Switched ${event.target.checked ? "on" : "off"}: ${label}`);
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button?.dataset.preset !== undefined) {
        set(button.dataset.preset.split(" ").filter(Boolean).map(Number));
        show(`Preset: ${button.textContent}.`);
      }
      if (button?.dataset.mine !== undefined) giveUp(button);
    });

    /* ---- one placement at a time ---- */
    const bar = one(".placement-bar", root), none = one(".none-listed", root);
    const place = one(".placed-here", root), note = one(".placed-note", root);
    const select = bar && one("select", bar);
    const startsOf = (placed) => placed.map((r) => data.rows[r]);
    const line = (index) => {
      const [dob, adr, mil, ivig, steroid, drug] = startsOf(data.placed[index]).map((cells, i) => data.columns[cells[i === 4 ? 2 : 0]]);
      const name = data.named.find(([i]) => i === index)?.[1];
      return `first pulse ${steroid}, anakinra ${drug}; dobutamine ${dob}, adrenaline ${adr}, milrinone ${mil}, IVIG ${ivig}`
        + (name ? ` (${name})` : "");
    };
    const list = () => {
      const found = data.lists[now] ?? [];
      bar.hidden = place.hidden = note.hidden = !found.length;
      none.hidden = Boolean(found.length);
      select.replaceChildren(...found.map((index, i) => new Option(`${i + 1} of ${found.length}: ${line(index)}`, index)));
      const reference = data.named[0][0];
      if (found.includes(reference)) select.value = reference;
      draw();
    };
    const draw = () => {
      if (!select.options.length) return;
      const index = Number(select.value), table = one("table", place), rows = [...table.tBodies[0].rows];
      const scores = data.columns.map(() => 0);
      startsOf(data.placed[index]).forEach((cells, r) => {
        [...rows[r].cells].slice(1).forEach((cell, c) => {
          const at = cells.indexOf(c), token = data.tokens[r][at];
          if (at < 0) { cell.replaceChildren(); return; }
          const first = (r === 4 && at === 2) || (r === 5 && !at);
          const value = Object.assign(document.createElement("span"), { textContent: token, className: first ? "first" : "" });
          value.dataset.placement = "reconstructed";
          cell.replaceChildren(value);
          if (r < 3 && token !== "Stop") scores[c] += Math.round(Number(token) * [1, 100, 10][r] / data.step);
        });
      });
      scores.forEach((score, c) => { one("span", rows[6].cells[c + 1]).textContent = `${score * data.step}`; });
      const words = line(index);
      note.textContent = `${words[0].toUpperCase()}${words.slice(1)}. ${note.textContent.split(". ").slice(1).join(". ")}`;
      for (const button of all("button", bar)) {
        button.setAttribute("aria-disabled", String(!select.options[select.selectedIndex + Number(button.dataset.step)]));
      }
    };
    bar?.addEventListener("click", (event) => {
      const step = Number(event.target.closest("button")?.dataset.step);
      if (!step || !select.options[select.selectedIndex + step]) return;
      select.selectedIndex += step;
      draw();
      said.textContent = `Placement ${select.options[select.selectedIndex].text}.`;
    });
    select?.addEventListener("change", draw);

    /* ---- the reader's own choice of what to give up ---- */
    const giveUp = (button) => {
      const { rule, reading: twin } = button.dataset;
      set([0, 1, 2, 3, 4, 5, 6].filter((i) => String(i) !== rule));
      radios[Number(twin) || 0].checked = true;
      show("Without what you would give up.");
    };
    const offer = () => {
      const button = one("[data-mine]", root), chosen = one('[data-question="give-up"] input:checked')?.value;
      const option = chosen !== undefined && one(`[data-give="${chosen}"]`);
      if (!button) return;
      button.hidden = !option;
      if (option) { button.dataset.rule = option.dataset.rule ?? ""; button.dataset.reading = option.dataset.reading ?? "0"; }
    };
    document.addEventListener("answered", offer);
    document.addEventListener("casebook:restore", offer);
    offer();
    show("");
  }

  /* The sections after the question stay closed until it is answered, passed by, or a link leads into them. */
  function startGate(gate) {
    const page = document.documentElement;
    const open = () => {
      page.classList.add("finding-open");
      gate.hidden = true;
      for (const code of all("pre")) if (code.scrollWidth > code.clientWidth) code.tabIndex = 0;    // the theme looked while hidden
    };
    const linked = () => {
      const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
      if (target && !target.getClientRects().length) { open(); target.scrollIntoView(); }
    };
    one("button", gate).addEventListener("click", () => {
      open();
      const next = gate.closest("section").nextElementSibling;
      next.tabIndex = -1;
      next.focus();
    });
    document.addEventListener("answered", (event) => { if (event.target.dataset.question === "give-up") open(); });
    window.addEventListener("hashchange", linked);
    if (checks.data["give-up"]?.option !== undefined) open();
    linked();
  }

  start("[data-multiverse]", startPanel);
  start("[data-gate]", startGate);
})();
