/* What every page of the book shares: self-checks, two scales of a chart, glossary tips, print. Scripts of single pages build
   on `casebook` below. The page is complete without script; it only closes what is not reached yet and remembers what the
   reader chose. Answers live in localStorage and are never sent anywhere. */
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector, root = document) => root.querySelector(selector);

  /* ---- what the reader chose ----
     One entry for each kind of answer, so that two open pages do not overwrite each other. */
  const plain = (v) => (v !== null && typeof v === "object" && !Array.isArray(v) ? v : {});
  const entry = (key, check) => ({
    data: check({}),
    unsaved: false,
    load() {
      if (this.unsaved) return this;                         // the store is full or shut: memory is newer
      try { this.data = check(plain(JSON.parse(localStorage.getItem(key)))); } catch { /* private window or damaged entry: start anew */ }
      return this;
    },
    /* true if the browser keeps it; else the page says so once, at its top */
    save() {
      try { localStorage.setItem(key, JSON.stringify(this.data)); this.unsaved = localStorage.lasts === false; } catch { this.unsaved = true; }
      if (this.unsaved) sayUnkept();
      return !this.unsaved;
    },
    /* call back when another page wrote this entry, or the whole store was cleared */
    watch(react) {
      window.addEventListener("storage", (event) => { if (event.key === key || event.key === null) { this.load(); react(); } });
    },
  });
  const sayUnkept = () => {
    document.documentElement.classList.add("keeps-nothing");
    const article = one(".bd-article") ?? one("main");
    if (!article || one(".unkept")) return;
    article.prepend(Object.assign(document.createElement("p"), { className: "unkept",
      textContent: "This browser keeps nothing for this page (its store is blocked or full). Your answers last until you leave or reload it." }));
  };
  const checks = entry("one-child-one-table:self-checks",
    (d) => Object.fromEntries(Object.entries(d).map(([id, v]) => [id, plain(v)]))).load();

  const code = entry("one-child-one-table:code",                      // cells that the reader changed, where the site carries Python
    (d) => Object.fromEntries(Object.entries(d).map(([cell, v]) => [cell, plain(v)])));

  /* offer a text as a file */
  const save = (name, content) => {
    const text = JSON.stringify({ book: "One Child, One Table", saved: new Date().toISOString(), ...content }, null, 2);
    const file = new Blob([text], { type: "application/json" });
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: name });
    link.click();
    URL.revokeObjectURL(link.href);
  };

  /* Options in an order of the reader's own: drawn once for this browser, the same at every visit. Values name options, never places. */
  const order = entry("one-child-one-table:order", (d) => ({ seed: Number.isInteger(d.seed) ? d.seed : undefined })).load();
  const shuffle = (place, id, selector) => {
    if (order.data.seed === undefined) {
      order.data.seed = Math.floor(Math.random() * 2 ** 31);
      try { localStorage.setItem("one-child-one-table:order", JSON.stringify(order.data)); } catch { /* for this page only */ }
    }
    let state = [...id].reduce((hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 16777619), order.data.seed ^ 0x811c9dc5);
    const next = () => {                                     // mulberry32
      state = (state + 0x6d2b79f5) | 0;
      let t = Math.imul(state ^ (state >>> 15), 1 | state);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
    };
    const items = all(`:scope > ${selector}`, place);
    for (let i = items.length - 1; i > 0; i--) {
      const j = Math.floor(next() * (i + 1));
      [items[i], items[j]] = [items[j], items[i]];
    }
    place.append(...items);
  };

  /* start a piece of the page; whatever goes wrong, nothing stays closed. In JupyterLab a page grows: a new output wakes its own pieces. */
  const starters = [];
  const start = (selector, piece) => {
    const begun = new WeakSet();
    const startIn = (root) => all(selector, root).filter((e) => !begun.has(e)).forEach((e) => { begun.add(e); piece(e); });
    starters.push(startIn);
    try { startIn(window.casebookRoot ?? document); } catch (error) { document.documentElement.classList.remove("js"); throw error; }
  };
  const wake = (root) => starters.forEach((startIn) => startIn(root));

  window.casebook = { all, one, plain, entry, checks, code, save, start, wake, shuffle, variants: startVariants };

  /* ---- self-checks ---- */
  function startQuestion(root) {
    const id = root.dataset.question, form = one("form", root), answer = one(".question-answer", root);
    if (!root.closest(".sorting")) {
      shuffle(one("fieldset", root), id, ".option");
      shuffle(one(".feedback ul", root), id, "li");
    }
    const radios = all(`input[name="${id}"]`, root), sure = all(`input[name="${id}-confidence"]`, root);
    const show = (speak) => {
      const chosen = radios.find((r) => r.checked), level = sure.find((r) => r.checked);
      root.classList.toggle("answered", Boolean(chosen && (level || !sure.length)));
      if (!chosen) { answer.textContent = ""; return; }
      if (sure.length && !level) { answer.textContent = speak ? "Now say how sure you are." : ""; return; }
      const verdicts = { yes: root.dataset.yes ?? "Best supported. ", no: root.dataset.no ?? "Not the best answer. " };
      const verdict = verdicts[chosen.dataset.correct] ?? "";
      const feedback = one(`[data-feedback="${chosen.value}"]`, root).cloneNode(true);
      feedback.removeAttribute("data-feedback");
      answer.replaceChildren(...(verdict ? [Object.assign(document.createElement("strong"), { textContent: verdict })] : []), feedback);
      answer.dataset.correct = chosen.dataset.correct ?? "";
      root.dispatchEvent(new CustomEvent("answered", { bubbles: true }));
    };
    const restore = () => {
      const kept = checks.data[id];
      for (const r of radios) r.checked = kept?.option === r.value;
      for (const r of sure) r.checked = kept?.confidence === r.value;
      show(false);
    };
    form.addEventListener("change", () => {
      checks.load().data[id] = { option: radios.find((r) => r.checked)?.value, confidence: sure.find((r) => r.checked)?.value };
      checks.save();
      show(true);
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    document.addEventListener("casebook:restore", restore);
    restore();
  }

  /* ---- one chart, two scales ---- */
  function startVariants(figure) {
    const drawings = all(".drawing", figure);
    if (drawings.length < 2) return;
    const switcher = document.createElement("p");
    switcher.className = "variants";
    drawings.forEach((drawing, i) => {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: drawing.dataset.variant });
      button.addEventListener("click", () => choose(i));
      switcher.append(button);
    });
    const choose = (chosen) => drawings.forEach((drawing, i) => {
      drawing.hidden = i !== chosen;
      switcher.children[i].setAttribute("aria-pressed", String(i === chosen));
    });
    one("figcaption", figure).after(switcher);
    choose(0);
  }

  /* ---- one switch for the code of a page, near its top ----
     Whoever reads for the medicine hides it once, on all pages; the tasks that are about code keep theirs (book.css). */
  const TASKS = "#find-the-bug, #change-one-line, [id^=exercise], #plot-it-yourself-in-three-lines";
  function startCode(article) {
    const root = document.documentElement;
    if (!all(".cell:not(.tag_hide-cell) > .cell_input", article).some((code) => !code.closest(TASKS))) return;
    const button = Object.assign(document.createElement("button"), { type: "button" });
    const say = () => { button.textContent = root.classList.contains("no-code") ? "Show the code on all pages" : "Hide the code on all pages"; };
    button.addEventListener("click", () => {
      const hidden = root.classList.toggle("no-code");
      try { localStorage.setItem("one-child-one-table:code-shown", hidden ? "no" : "yes"); } catch { /* for this page, then */ }
      say();
    });
    const place = all("p", article).find((p) => p.textContent.startsWith("Minutes:")) ?? one("h1", article);
    const line = Object.assign(document.createElement("p"), { className: "variants code-switch" });
    line.append(button);
    place.after(line);
    say();
  }

  /* ---- tips of glossary terms and of buttons that show an icon: on hover and focus, stay while pointed at, Escape closes ---- */
  function startTips() {
    let tip = null, timer = 0;
    const close = () => { clearTimeout(timer); tip?.link.removeAttribute("aria-describedby"); tip?.box.remove(); tip = null; };
    const openTip = (link) => {
      if (tip?.link === link) { clearTimeout(timer); return; }
      close();
      const box = Object.assign(document.createElement("span"), { className: "tip", id: "tip", textContent: link.dataset.tip });
      box.setAttribute("role", "tooltip");
      link.after(box);
      if (link.getAttribute("aria-label") !== link.dataset.tip) link.setAttribute("aria-describedby", box.id);
      tip = { link, box };
      place();
    };
    const place = () => {
      if (!tip) return;
      const at = tip.link.getBoundingClientRect(), size = tip.box.getBoundingClientRect();
      const { clientWidth, clientHeight } = document.documentElement;
      const top = at.top > size.height + 60 ? at.top - size.height - 4 : at.bottom + 4;
      tip.box.style.left = `${Math.max(8, Math.min(at.left, clientWidth - size.width - 8))}px`;
      tip.box.style.top = `${Math.max(8, Math.min(top, clientHeight - size.height - 8))}px`;
    };
    const later = () => { timer = setTimeout(close, 250); };
    let touched = false;
    document.addEventListener("pointerdown", (event) => { touched = event.pointerType === "touch"; if (tip && !event.target.closest(".tip, [data-tip]")) close(); }, true);
    for (const link of all("[data-tip]")) {
      /* a finger has no hover: the first tap opens the tip in place, and the tip leads on */
      if (link.matches("a[href]")) link.addEventListener("click", (event) => {
        if (!touched) return;
        event.preventDefault();
        openTip(link);
        if (!one("a", tip.box)) tip.box.append(" ", Object.assign(document.createElement("a"), { href: link.href, textContent: "Glossary" }));
      });
      link.addEventListener("mouseenter", () => openTip(link));
      link.addEventListener("focus", () => { if (link.matches("a, :focus-visible")) openTip(link); });
      link.addEventListener("mouseleave", later);
      link.addEventListener("blur", (event) => { if (!event.relatedTarget?.closest?.(".tip")) close(); });
    }
    document.addEventListener("mouseover", (event) => { if (event.target.closest?.(".tip")) clearTimeout(timer); });
    document.addEventListener("mouseout", (event) => { if (event.target.closest?.(".tip")) later(); });
    document.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
    document.addEventListener("scroll", place, { passive: true });
  }

  /* ---- back to the case: at the top of its chapter, and on the opening page ---- */
  const chapter = one("[data-stepper=case]") && one(".bd-article h1");
  if (chapter) chapter.insertAdjacentHTML("afterend", '<p class="continue" hidden><a class="start" data-continue href="#the-case" hidden></a></p>');
  for (const link of all("[data-continue]")) {
    const kept = entry("one-child-one-table:case", (d) => d).load().data;
    if (!(kept.reached > 0 || Object.keys(plain(kept.steps)).length) || typeof kept.day !== "string") continue;
    const day = /^(Day \w+|Admission|Follow-up)$/.test(kept.day) ? kept.day.replace(/^D/, "d").replace(/^A/, "a").replace(/^F/, "f") : "her case";
    link.textContent = `Continue with ${day}`;
    link.hidden = false;
    link.parentElement.hidden = false;
  }

  /* ---- the theme's button back to the top, shown while one scrolls up ---- */
  const toTop = one("#pst-back-to-top");
  let was = 0;
  toTop?.addEventListener("click", () => window.scrollTo(0, 0));
  document.addEventListener("scroll", () => {
    if (toTop) toTop.style.display = window.scrollY < was && window.scrollY > 200 ? "block" : "none";
    was = window.scrollY;
  }, { passive: true });

  /* ---- boxes that scroll ----
     The theme asks which boxes scroll when the window changes; a fold that opens counts too. And a link that Tab reaches in such a
     box is scrolled into it whole: browsers leave it where an edge of it shows. */
  const wide = () => {
    for (const box of all(".scroll:has(> table), .pst-scrollable-table-container")) box.classList.toggle("goes-on", box.scrollWidth > box.clientWidth + 1);
  };
  window.addEventListener("resize", wide);
  wide();
  document.addEventListener("toggle", () => window.dispatchEvent(new Event("resize")), true);

  /* what the address points at, if anything */
  const aimed = () => { try { return document.getElementById(decodeURIComponent(location.hash.slice(1))); } catch { return null; } };
  window.casebook.aimed = aimed;

  /* a link into something folded opens it */
  const unfold = () => {
    const target = aimed();
    for (let fold = target && target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    if (target?.closest("details.references")) target.scrollIntoView();
  };
  window.addEventListener("hashchange", unfold);
  unfold();
  document.addEventListener("focusin", ({ target }) => {
    if (target.matches(":focus-visible") && target.parentElement?.closest(".scroll, .pst-scrollable-table-container")) {
      target.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  });

  window.addEventListener("beforeprint", () => { for (const d of all("details:not([open])")) { d.open = true; d.dataset.printed = ""; } });
  window.addEventListener("afterprint", () => {
    for (const d of all("details[data-printed]")) { d.open = false; delete d.dataset.printed; }
  });

  /* ---- the short path: which of its six stops are done, marked in the contents and where a page asks for it ---- */
  const pathDone = () => {
    const kept = (name) => entry(`one-child-one-table:${name}`, plain).load().data, done = new Set(Object.keys(kept("path")));
    if (kept("ledger")[1]) done.add("opening");
    if (kept("case").reached >= 11) done.add("case");
    return done;
  };
  const markPath = () => {
    const done = pathDone().size;
    for (const place of all('.bd-sidebar-primary a[href$="short-path.html"], [data-path-progress]')) {
      one(".path-marks", place)?.remove();
      if (done) place.append(Object.assign(document.createElement("span"), { className: "path-marks", textContent: ` ${done} of 6 done` }));
    }
  };
  Object.assign(window.casebook, { pathDone, markPath });
  markPath();

  start("[data-question]", startQuestion);
  start("figure.chart", startVariants);
  start("article.bd-article", startCode);
  startTips();
})();
