/* What access.py asks a page. Every check returns a list of troubles in words; an empty list is good. */
window.access = (() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const root = document.documentElement, main = document.querySelector("main") ?? document.body;
  const shown = (e) => e.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }) && e.getClientRects().length > 0;
  const name = (e) => `${e.outerHTML.match(/^<[^>]*>/)[0].slice(0, 90)} ${(e.innerText ?? e.textContent).trim().slice(0, 40)}`;

  /* ---- use every piece as a reader could, and open every fold ---- */
  const use = () => {
    const change = (e, type) => e.dispatchEvent(new Event(type, { bubbles: true }));
    const press = (selector) => all(selector).forEach((b) => b.click());
    press("[data-gate] button, [data-action=open-rest]");
    for (let step = all("[data-stepper] [data-step]").length; step; step--) for (const action of ["decide", "reveal", "measure", "show-finding", "next"]) press(`.current [data-action=${action}]`);
    for (const d of all("details", main)) d.open = true;
    for (const set of all(".controls fieldset")) all("input", set).at(-1)?.click();
    for (const range of all(".controls input[type=range]")) { range.value = range.max; change(range, "input"); change(range, "change"); }
    press('[data-prediction] button');
    for (const select of all("select", main)) { select.selectedIndex = 1; change(select, "change"); }
    for (const select of all(".table-bar select")) { select.selectedIndex = 0; change(select, "change"); }      // so that all rows are measured
    press(".controls input[type=checkbox]");
    press('.stages [data-action="next"], button.sort, .variants button:last-child, button.pick');
    for (const question of all("[data-question], [data-item]")) question.querySelector("input")?.click();
  };
  const useful = () => all("details, [data-question], [data-script]", main).length > 0;

  /* ---- Tab ---- */
  /* radios of a group are one stop: the chosen one, or the first */
  const leads = (e) => {
    if (e.type !== "radio") return true;
    const group = all(`input[type=radio][name="${CSS.escape(e.name)}"]`, e.form ?? document).filter((r) => !r.disabled && shown(r));
    return e === (group.find((r) => r.checked) ?? group[0]);
  };
  const look = (e) => { const s = getComputedStyle(e); return [s.outlineStyle, s.outlineWidth, s.outlineColor, s.boxShadow, s.backgroundColor].join(); };
  let stops = [], looks = new Map();
  const begin = () => {
    stops = all("a[href], button, input, select, textarea, summary, [tabindex]", main).filter((e) => e.tabIndex >= 0 && !e.disabled && shown(e) && leads(e));
    looks = new Map(stops.map((e) => [e, look(e)]));
    const before = Object.assign(document.createElement("span"), { tabIndex: -1 });
    main.prepend(before);
    before.focus();
    before.remove();
    return stops.length;
  };
  /* where the focus is among the stops, -1 outside, null at what is no stop of the page's own; and what is wrong with it there */
  const here = () => {
    const e = document.activeElement, troubles = [];
    if (e === document.body || !main.contains(e)) return { at: -1, troubles };
    const at = stops.indexOf(e);
    if (at >= 0 && look(e) === looks.get(e)) troubles.push(`the focus is not to be seen: ${name(e)}`);
    const hit = (x, y) => { const top = document.elementFromPoint(x, y); return top && (e.contains(top) || [...(e.labels ?? [])].some((l) => l.contains(top))); };
    const shares = [0.1, 0.3, 0.5, 0.7, 0.9], between = (from, to, end) => shares.map((x) => Math.max(from, 0) + (Math.min(to, end) - Math.max(from, 0)) * x);
    const seen = [...e.getClientRects()].some((r) => between(r.left, r.right, root.clientWidth).some((x) => between(r.top, r.bottom, root.clientHeight).some((y) => hit(x, y))));
    if (!seen) troubles.push(`the focus is covered or off the screen: ${name(e)}`);
    return { at: at < 0 ? null : at, troubles };
  };
  const missed = (reached) => [
    ...stops.filter((e, i) => !reached.includes(i)).map((e) => `Tab never reaches ${name(e)}`),
    ...all("*", main).filter((e) => e.scrollWidth > e.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(e).overflowX) && shown(e) && e.tabIndex < 0 && !stops.some((s) => e.contains(s)))
      .map((e) => `it scrolls, and Tab never reaches it: ${name(e)}`)];

  /* ---- what is cut, or lies beyond the edge ---- */
  const cut = () => {
    const wide = root.scrollWidth - root.clientWidth, hides = (v) => v === "hidden" || v === "clip";
    return [...(wide > 0 ? [`${wide} px wider than the screen`] : []), ...all("*", main).filter((e) => {
      if (e instanceof SVGElement || e.closest(".visually-hidden")) return false;
      const s = getComputedStyle(e), x = hides(s.overflowX) && e.scrollWidth > e.clientWidth + 1, y = hides(s.overflowY) && e.scrollHeight > e.clientHeight + 1;
      return (x || y) && s.clipPath === "none" && e.clientWidth > 1 && shown(e) && e.innerText.trim();
    }).map((e) => `it cuts its text: ${name(e)}`)];
  };
  /* paper doesn't scroll, and what stands on a page of its own may be as wide as that page */
  const printed = (across) => {
    const wide = all("*", main).filter((e) => getComputedStyle(e).page === "wide"), scrolls = (e) => e.scrollWidth > e.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(e).overflowX) && shown(e);
    const troubles = [...wide.filter((e) => e.scrollWidth > across), ...all("*", main).filter(scrolls)].map((e) => `too wide for paper: ${name(e)}`);
    for (const e of wide) e.style.display = "none";
    troubles.push(...cut());
    for (const e of wide) e.style.display = "";
    return troubles;
  };

  /* ---- motion ---- */
  const moving = () => {
    const long = (times) => times.split(",").some((t) => parseFloat(t) > 0.01), found = [];
    for (const e of all("html, body, body *:not(svg *), [data-stage]")) for (const part of ["", "::before", "::after"]) {
      const s = getComputedStyle(e, part || null);
      if (s.transitionProperty !== "none" && long(s.transitionDuration) || s.animationName !== "none" && long(s.animationDuration) || s.scrollBehavior === "smooth") found.push(`it moves: ${part}${name(e)}`);
    }
    return found;
  };

  /* ---- contrast: where axe-core can't tell, and of what charts draw ---- */
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
  const known = new Map();
  const rgba = (colour) => {
    if (!known.has(colour)) { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); known.set(colour, [...canvas.getImageData(0, 0, 1, 1).data]); }
    return known.get(colour);
  };
  const luminance = (colour) => rgba(colour).slice(0, 3).map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const contrast = (...colours) => { const [x, y] = colours.map(luminance).sort((a, b) => b - a); return (x + 0.05) / (y + 0.05); };
  const paper = () => getComputedStyle(document.body).backgroundColor;
  const behind = (e) => { for (let b = e; b; b = b.parentElement) { const c = getComputedStyle(b).backgroundColor; if (rgba(c)[3] > 127) return c; } return paper(); };
  const filled = (e) => e.tagName !== "line" && /[ZzAa]/.test(e.getAttribute("d") ?? "Z");            // an open path is drawn as a line
  /* a letter of a chart stands on the last shape drawn below it */
  const below = (text) => {
    const { left, right, top, bottom } = text.getBoundingClientRect(), centre = new DOMPoint((left + right) / 2, (top + bottom) / 2);
    const shapes = all("path, rect, circle", text.ownerSVGElement).filter((e) => {
      const s = getComputedStyle(e), drawn = s.fill !== "none" && s.fillOpacity * s.opacity === 1 && rgba(s.fill)[3] === 255 && e.compareDocumentPosition(text) & 4;
      return drawn && e.isPointInFill(centre.matrixTransform(e.getScreenCTM().inverse()));
    });
    return shapes.length ? getComputedStyle(shapes.at(-1)).fill : behind(text);
  };
  const faint = (e) => {
    const s = getComputedStyle(e), size = parseFloat(s.fontSize), least = size >= 24 || size >= 18.66 && s.fontWeight >= 700 ? 3 : 4.5;
    if (e instanceof SVGElement && s.stroke === s.fill) return [];                                          // a halo behind the same letters
    const ratio = e instanceof SVGElement ? contrast(s.fill, below(e)) : contrast(s.color, behind(e));
    return ratio < least ? [`contrast ${ratio.toFixed(1)}: ${name(e)}`] : [];
  };
  /* lines and marks of charts, save their grid */
  const marks = () => {
    const probe = document.body.appendChild(Object.assign(document.createElement("span"), { className: "visually-hidden" })), found = new Map();
    const plain = ["var(--chart-grid)", "var(--chart-paper)", paper()].map((c) => { probe.style.cssText = `forced-color-adjust: none; color: ${c}`; return rgba(getComputedStyle(probe).color).join(); });
    probe.remove();
    for (const e of all("figure.chart svg :is(path, line, rect, circle)")) {
      const s = getComputedStyle(e), drawn = parseFloat(s.strokeWidth) && s.strokeOpacity * s.opacity === 1 ? [s.stroke] : [];
      if (filled(e) && s.fillOpacity * s.opacity === 1) drawn.push(s.fill);
      for (const colour of drawn) if (colour !== "none" && !found.has(colour) && rgba(colour)[3] === 255) found.set(colour, e);
    }
    return [...found].filter(([colour, e]) => !plain.includes(rgba(colour).join()) && contrast(colour, paper()) < 3 && shown(e))
      .map(([colour, e]) => `a chart draws with contrast ${contrast(colour, paper()).toFixed(1)}: ${name(e)}`);
  };

  const holds = (e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
  const says = (e) => [...e.childNodes].some((n) => n.nodeType === 3 && /[\p{L}\p{N}]/u.test(n.data));              // axe-core too leaves a lone + or → aside
  const texts = () => all("body *").filter((e) => says(e) && shown(e) && !e.closest(".visually-hidden, :disabled, [aria-disabled=true]"));
  const check = async (rules) => {
    const found = await window.axe.run(document, { runOnly: rules, preload: false, elementRef: true });
    const judged = ["passes", "violations", "incomplete", "inapplicable"].some((kind) => found[kind].some((v) => v.id === "color-contrast"));
    const unsure = found.incomplete.filter((v) => v.id === "color-contrast").flatMap((v) => v.nodes.map((n) => n.element));
    return {
      passed: found.passes.reduce((sum, v) => sum + v.nodes.length, 0), unsure: unsure.length,
      troubles: [...found.violations.map((v) => `${v.id}, ${v.nodes.length} times: ${v.nodes[0].html.slice(0, 150)}`),
        ...found.incomplete.filter((v) => v.id !== "color-contrast").map((v) => `axe-core can't tell ${v.id}: ${v.nodes[0].html.slice(0, 150)}`),
        ...(judged ? unsure : texts()).flatMap(faint), ...marks()],
    };
  };

  /* ---- forced colours: what differs by colour must still differ, and the focus needs an outline ---- */
  const forced = () => {
    const troubles = marks(), background = (e) => getComputedStyle(e).backgroundColor;
    const solid = document.querySelector(".mark.solid"), hollow = document.querySelector(".mark.hollow");
    if (solid && hollow && background(solid) === background(hollow)) troubles.push("a solid mark of a legend looks hollow");
    const told = (e) => [background(e), getComputedStyle(e).fontWeight, getComputedStyle(e, "::after").content].join();
    for (const on of all('[aria-pressed="true"]')) for (const off of all('[aria-pressed="false"]', on.closest("p, table, div"))) if (told(on) === told(off)) troubles.push(`pressed looks like not pressed: ${name(on)}`);
    for (const bar of all("progress")) if (getComputedStyle(bar).forcedColorAdjust !== "none") troubles.push(`a bar without its filling: ${name(bar)}`);
    /* the system puts a plate of its paper behind every text, whatever its ground was */
    for (const e of all("*", main)) if (e instanceof HTMLElement && holds(e) && shown(e)) {
      const s = getComputedStyle(e), ground = s.forcedColorAdjust === "none" ? behind(e) : paper();
      if (contrast(s.color, ground) < 3) troubles.push(`text with contrast ${contrast(s.color, ground).toFixed(1)}: ${name(e)}`);
    }
    begin();
    for (const e of stops) { e.focus({ preventScroll: true }); if (document.activeElement === e && getComputedStyle(e).outlineStyle === "none") troubles.push(`no outline in forced colours: ${name(e)}`); }
    return [...new Set(troubles)];
  };

  /* ---- a slide in the room: what lies beyond its edge or is set too small for the last row; 16 px of 720 lines are
     24 of 1080 ---- */
  const slide = () => {
    const here = document.querySelector(".slides > .present"), box = here.getBoundingClientRect(), scale = box.width / 1280;
    const end = here.querySelector(".clock").getBoundingClientRect().top, found = [];
    for (const e of all("*", here)) {
      const r = e.getBoundingClientRect(), svg = e.closest("svg");
      if (e.closest(".notes, .live, .visually-hidden, .clock") || !holds(e) || !r.width) continue;
      const size = parseFloat(getComputedStyle(e).fontSize) * (svg ? svg.getScreenCTM().a / scale : 1);
      const out = r.bottom > end + 1 || r.top < box.top || r.left < box.left || r.right > box.right;
      if (out || size < (svg ? 16 : 23.9)) found.push(`${here.id}: ${Math.round(size)} px ${out ? "outside" : ""} ${e.textContent.trim().slice(0, 40)}`);
    }
    return found;
  };

  return { use, useful, begin, here, missed, cut, printed, moving, faint, check, forced, slide };
})();
