/* The tile board: tiles that move, rules that light up, counts looked up among the states written into the page. The numbers
   come from casebook.models.multiverse, words and rules are held against the Python by tests. Also opens the chapter once the
   reader has said what they would give up. */
(() => {
  "use strict";
  const { all, one, checks, start } = window.casebook;
  let data = null;
  const FALLS = 3, STARTS = 7, BITS = 9, CORE = 7;           // falls of a marker, columns in which anakinra can start, rules, the core rules

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

  /* ---- tiles: a row's columns, 0 … 9, in printed order ---- */
  const daily = (row) => row > 2;                            // rows as in the table: dobutamine, adrenaline, milrinone, IVIG, steroid, anakinra
  const twice = (cells) => cells.includes(2) && cells.includes(3);
  const steady = (cells, of) => cells.every((c, j) => of(c) === of(cells[0]) + j);
  const unbroken = (cells, row, reading) => {
    const inColumns = steady(cells, (c) => c), inDays = steady(cells, day);
    if (!reading) return inColumns;
    return daily(row) ? inDays : inColumns || (reading === 2 && inDays);
  };
  const RULES = [
    (p, reading) => p.every((cells, row) => unbroken(cells, row, reading)),
    (p) => p[0][0] === 0,
    (p) => p[1][0] > p[0][0] && p[2][0] > p[0][0],
    (p) => p[3][0] <= p[1][0] && p[3][0] <= p[2][0],
    (p) => p[4][2] >= p[1][0] && p[4][2] >= p[2][0],
    (p) => p[5][0] >= p[4][2],
    (p) => data.cuts.every((cut, row) => p[row][cut - 1] >= p[5][0]),
    (p) => ![p[3], p[4].slice(2, 5), p[5]].some(twice),
    (p) => p[3][0] > 0,
  ];
  const fitsReading = (p, reading) => !reading || !p.some((cells, row) => daily(row) && twice(cells));

  /* a row of tiles that finger, mouse and keys move; `unbrokenIn` says whether it moves in one run, and under which reading */
  function startBoard(root, { moved, unbrokenIn = () => null }) {
    const rows = all(".tile-row", root), tiles = rows.map((row) => all(".tile", row)), first = rows.length === 1 ? 5 : 0;
    const labels = all(".tile-cols span", root).map((span) => span.textContent), last = labels.length - 1;
    const places = tiles.map((row) => row.map((_, j) => j));
    const paint = () => tiles.forEach((row, r) => {
      row.forEach((tile, j) => {
        const at = places[r][j];
        tile.dataset.at = at;
        tile.setAttribute("aria-valuenow", at + 1);
        tile.setAttribute("aria-valuetext", `column ${labels[at]}`);
      });
      all(".tile-cell", rows[r]).forEach((cell, c) => cell.classList.toggle("taken", places[r].includes(c)));
    });
    const runs = (row, length, reading) => {                 // every unbroken run of a row, to choose the nearest from
      const found = [];
      for (let bits = 0; bits < 1 << (last + 1); bits++) {
        const cells = labels.map((_, c) => c).filter((c) => bits >> c & 1);
        if (cells.length === length && unbroken(cells, row, reading)) found.push(cells);
      }
      return found;
    };
    const nearest = (r, reading, cost) => {
      const choices = runs(r + first, places[r].length, reading);
      return choices.reduce((best, cells) => (cost(cells) < cost(best) ? cells : best));
    };
    const far = (a, b) => a.reduce((sum, c, j) => sum + Math.abs(c - b[j]), 0);
    const move = (r, j, to, whole) => {
      const cells = places[r], length = cells.length, reading = unbrokenIn();
      if (whole || reading !== null) {
        places[r] = nearest(r, reading ?? 0, (run) => 100 * Math.abs(run[j] - to) + far(run, cells));
      } else {
        cells[j] = Math.max(j, Math.min(last + 1 - length + j, to));
        for (let i = j + 1; i < length; i++) cells[i] = Math.max(cells[i], cells[i - 1] + 1);
        for (let i = j - 1; i >= 0; i--) cells[i] = Math.min(cells[i], cells[i + 1] - 1);
      }
      paint();
      moved(`${rows[r].getAttribute("aria-label").split(",")[0]} now begins in column ${labels[places[r][0]]}.`);
    };
    const put = (columns) => { columns.forEach((cells, r) => { places[r] = [...cells]; }); paint(); };
    const pack = () => put(tiles.map((row) => row.map((_, j) => j)));
    const gather = () => {                                   // tiles stand in runs once that counts
      const reading = unbrokenIn();
      if (reading !== null) put(places.map((cells, r) => (unbroken(cells, r + first, reading) ? cells : nearest(r, reading, (run) => far(run, cells)))));
    };

    let drag = null;
    tiles.forEach((row, r) => row.forEach((tile, j) => {
      Object.assign(tile, { tabIndex: 0, role: "slider" });
      tile.setAttribute("aria-valuemin", 1);
      tile.setAttribute("aria-valuemax", last + 1);
      tile.setAttribute("aria-label", `${rows[r].getAttribute("aria-label").split(",")[0]}, value ${j + 1} of ${row.length}: ${tile.textContent}`);
      tile.addEventListener("keydown", (event) => {
        const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
        if (!step) return;
        event.preventDefault();
        move(r, j, places[r][j] + step, event.shiftKey);
      });
      tile.addEventListener("pointerdown", (event) => {
        const track = tile.parentElement.getBoundingClientRect();
        drag = { r, j, left: track.left, width: track.width / (last + 1) };
        tile.setPointerCapture(event.pointerId);
      });
      tile.addEventListener("pointermove", (event) => {
        if (drag?.r !== r || drag.j !== j) return;
        const to = Math.max(0, Math.min(last, Math.floor((event.clientX - drag.left) / drag.width)));
        if (to !== places[r][j]) move(r, j, to, event.shiftKey);
      });
      for (const end of ["pointerup", "pointercancel"]) tile.addEventListener(end, () => { drag = null; });
    }));
    rows.forEach((row, r) => one(".tile-track", row).addEventListener("click", (event) => {
      const to = all(".tile-cell", row).indexOf(event.target);
      if (to < 0) return;
      const gap = (j) => Math.abs(places[r][j] - to);
      move(r, places[r].reduce((best, _, j) => (gap(j) < gap(best) ? j : best), 0), to, event.shiftKey);
    }));
    root.classList.add("live");
    paint();

    /* the tiles fall in at the right and slide together, once, when the board comes into view */
    if (!matchMedia("(prefers-reduced-motion: reduce)").matches) {
      const seen = new IntersectionObserver(([entry]) => {
        if (!entry.isIntersecting) return;
        seen.disconnect();
        tiles[tiles.length - 1].forEach((tile, j, row) => {
          tile.dataset.at = last + 1 - row.length + j;
          tile.classList.add("falling");
          setTimeout(() => tile.classList.remove("falling"), 150 + 110 * j);
        });
        setTimeout(paint, 900);
      }, { threshold: 0.6 });
      seen.observe(rows[rows.length - 1]);
    }
    return { places: () => places, labels, put, pack, gather, rows };
  }

  const tell = (note, kind, strong, rest) => {
    note.className = `board-note ${kind}`;
    note.replaceChildren(Object.assign(document.createElement("strong"), { textContent: strong }), ` ${rest}`);
  };
  const DAY_1 = "Day 1: before the reason for giving it.";

  function startTeaser(root) {
    const note = one("[data-note]", root), said = one("[data-moved]", root), packed = note.cloneNode(true);
    const board = startBoard(root, { moved: (words) => {
      const [column] = board.places()[0];
      if (column === 0) tell(note, "bad", DAY_1, packed.lastChild.textContent.trim());
      else tell(note, "open", `Column ${board.labels[column]}: possible.`,
        "The order of the values is kept, and nothing in this row says more. Chapter 7 asks the letter, rule by rule.");
      said.textContent = `${words} ${note.textContent}`;
    } });
  }

  function startPanel(root) {
    const source = one("script[data-states]", root) ?? one("script[data-states]");
    if (!source) return;
    data ??= JSON.parse(source.textContent);
    const form = one("form", root), boxes = all("input[type=checkbox]", form), radios = all("input[type=radio]", form);
    const said = one("[data-changed]", root), when = one("[data-when]", root), whole = root.dataset.multiverse === "all";
    const note = one("[data-note]", root), told = one("[data-moved]", root), next = one("[data-next]", root), fit = one("[data-fit]", root);
    const lamps = all(".lamp", form), strip = all(".lamp-strip i", root), packedNote = one("[data-note]", root).lastChild.textContent.trim();
    const reading = () => Number(radios.find((r) => r.checked).value);
    const state = () => (reading() << BITS) | boxes.reduce((bits, b, i) => bits | (b.checked << i), 0);
    const label = (box) => one("[data-words]", box.closest("label")).textContent;
    const board = startBoard(root, {
      unbrokenIn: () => (boxes[0].checked ? reading() : null),
      moved: (words) => { judge(); told.textContent = `${words} ${note.textContent}`; },
    });
    let now = state(), shown = slotsOf(now).slots;

    /* what the tiles as they stand keep and break */
    const judge = () => {
      const places = board.places(), kept = RULES.map((holds) => holds(places, reading())), fitting = fitsReading(places, reading());
      lamps.forEach((lamp, i) => {
        lamp.dataset.kept = strip[i].dataset.kept = kept[i] ? "yes" : "no";
        one("[data-lamp]", lamp).textContent = kept[i] ? "Kept." : "Broken.";
      });
      const broken = boxes.findIndex((b, i) => b.checked && !kept[i]), red = kept.indexOf(false);
      const { slots } = slotsOf(now), rule = (i) => `${i + 1}. ${label(boxes[i])}`;
      const core = boxes.slice(0, CORE).every((b) => b.checked);
      if (!fitting) tell(note, "bad", "Not with day 3 as one day.", "A drug given by the day stands in both its columns.");
      else if (broken >= 0) tell(note, "bad", `Not among the ${slots.placements}.`, `A rule that counts is broken: ${rule(broken)}${core ? " “Show one that fits” moves your tiles." : ""}`);
      else if (core) tell(note, "good", `One of ${slots.placements}.`, whole
        ? `The first pulse and the first dose of anakinra stand on one printed day in ${slots.day}, in one column in ${slots.column}. Hours between them are possible, and unseen.`
        : `In every one of them anakinra begins in ${slots.columns.replace(/, ([^,]*)$/, " or $1")}. Which rule would you give up? Choose below, and the finding opens.`);
      else if (places[5][0] === 0) tell(note, "bad", DAY_1, packedNote);
      else tell(note, "open", `Anakinra begins in column ${board.labels[places[5][0]]}.`,
        red >= 0 ? `What counts is kept. A lamp is red: ${rule(red)} It doesn't count yet.` : "Every lamp is lit.");
    };

    const words = () => {
      const set = boxes.map((b, i) => (b.checked ? i : null)).filter((i) => i !== null);
      const preset = (whole || !set.length) && data.presets.find(([, rules]) => rules.join(" ") === set.join(" "));
      const rules = preset ? preset[0] : `${set.length} of ${BITS} rules`;
      return `${rules}, day 3 as ${label(radios[reading()])}`;
    };
    const show = (what) => {
      now = state();
      const after = slotsOf(now), may = data.cells[data.may[now]];
      for (const slot of all("[data-slot]", root)) slot.textContent = after.slots[slot.dataset.slot];
      one(".big [data-slot]", root).classList.toggle("many", after.slots.placements.length > 9);
      for (const bar of all("[data-bar]", root)) bar.value = after.widths[bar.dataset.bar];
      board.rows.forEach((row, r) => all(".tile-cell", row).forEach((cell, c) => cell.classList.toggle("cannot", !(may[r] >> c & 1))));
      when.textContent = words();
      if (what) said.textContent = `${what} ${changes(shown, after.slots, (slot) => one(`[data-slot="${slot}"]`, root))}`;
      shown = after.slots;
      strip.forEach((lamp, i) => lamp.classList.toggle("counts", boxes[i].checked));
      next.hidden = whole || nextRule() < 0;
      fit.hidden = !(data.lists[now] ?? []).length;
      board.gather();
      if (whole) list();
      judge();
    };
    const nextRule = () => boxes.slice(0, CORE).findIndex((b) => !b.checked);
    const set = (indexes) => boxes.forEach((b, i) => { b.checked = indexes.includes(i); });

    form.addEventListener("change", (event) => {
      const { target } = event;
      show(target.type === "radio" ? `Day 3 now read as: ${label(target)}.` : `${target.checked ? "Counts now" : "No longer counts"}: ${label(target)}`);
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    root.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button?.dataset.preset !== undefined) {
        set(button.dataset.preset.split(" ").filter(Boolean).map(Number));
        show(`Preset: ${button.textContent}.`);
      }
      if (button?.dataset.mine !== undefined) giveUp(button);
      if (button?.dataset.next !== undefined) {
        const box = boxes[nextRule()];
        box.checked = true;
        show(`Counts now: ${label(box)}`);
        if (button.hidden) fit.focus();
      }
      if (button?.dataset.fit !== undefined) {
        const listed = data.lists[now], reference = listed.indexOf(data.named[0][0]), at = Number(fit.dataset.shown ?? -1);
        fit.dataset.shown = at < 0 && reference >= 0 ? reference : (at + 1) % listed.length;
        stand(listed[fit.dataset.shown]);
        told.textContent = note.textContent;
      }
      if (button?.dataset.pack !== undefined) { board.pack(); board.gather(); judge(); told.textContent = note.textContent; }
    });

    /* ---- one placement at a time ---- */
    const bar = one(".placement-bar", root), none = one(".none-listed", root);
    const select = bar && one("select", bar);
    const startsOf = (placed) => placed.map((r) => data.rows[r]);
    const line = (index) => {
      const [dob, adr, mil, ivig, steroid, drug] = startsOf(data.placed[index]).map((cells, i) => data.columns[cells[i === 4 ? 2 : 0]]);
      const name = data.named.find(([i]) => i === index)?.[1];
      return `first pulse ${steroid}, anakinra ${drug}; dobutamine ${dob}, adrenaline ${adr}, milrinone ${mil}, IVIG ${ivig}`
        + (name ? ` (${name})` : "");
    };
    const stand = (index) => { board.put(startsOf(data.placed[index])); judge(); };
    const list = () => {
      const listed = data.lists[now] ?? [];
      bar.hidden = !listed.length;
      none.hidden = Boolean(listed.length);
      select.replaceChildren(...listed.map((index, i) => new Option(`${i + 1} of ${listed.length}: ${line(index)}`, index)));
      const reference = data.named[0][0];
      if (listed.includes(reference)) select.value = reference;
      draw();
    };
    const draw = () => {
      if (!select.options.length) return;
      stand(Number(select.value));
      for (const button of all("button", bar)) {
        button.setAttribute("aria-disabled", String(!select.options[select.selectedIndex + Number(button.dataset.step)]));
      }
    };
    bar?.addEventListener("click", (event) => {
      const step = Number(event.target.closest("button")?.dataset.step);
      if (!step || !select.options[select.selectedIndex + step]) return;
      select.selectedIndex += step;
      draw();
      told.textContent = `Placement ${select.options[select.selectedIndex].text}.`;
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
      const target = window.casebook.aimed();
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

  start("[data-board]:not([data-multiverse])", startTeaser);
  start("[data-multiverse]", startPanel);
  start("[data-gate]", startGate);
})();
