/* Slides: reveal.js moves them, and S opens a window with notes that moves with this one. On a narrow screen, without script and
   in print they stand one below the other. */
(() => {
  "use strict";
  const root = document.documentElement, asked = new URLSearchParams(location.search), speaker = asked.has("speaker");
  root.dataset.theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  try { root.dataset.theme = localStorage.getItem("theme") ?? root.dataset.theme; } catch { /* as the system is */ }
  if (innerWidth < 700) return;
  document.querySelector(".deck").classList.add("reveal");
  for (const link of document.querySelectorAll("link[data-presenting]")) link.media = link.dataset.presenting;

  /* ?core: the shorter session, on its own clock */
  if (asked.has("core")) for (const slide of document.querySelectorAll(".slides > [data-core]")) {
    const minutes = slide.dataset.core, clock = slide.querySelector(".clock");
    if (minutes === "no") { slide.remove(); continue; }
    slide.dataset.until = minutes.split("–")[1];
    clock.textContent = clock.textContent.replace(/[\d–]+ min/, `${minutes} min`);
  }

  /* keys belong to what has the focus: the stepper, a table that scrolls, a form; Escape gives them back to the slides */
  const keyboardCondition = (event) => {
    const piece = event.target.closest?.("[data-script], .live, .scroll, select");
    if (piece && event.key === "Escape") { event.target.blur(); return false; }
    return !piece && !([" ", "Enter"].includes(event.key) && event.target.closest?.("a, button, summary"));
  };
  Reveal.initialize({
    width: 1280, height: 720, margin: 0, minScale: 0.1, maxScale: 4, center: false, display: "flex", hash: true, transition: "none",
    backgroundTransition: "none", scrollActivationWidth: null, showNotes: speaker, keyboardCondition,
  });

  /* type grows into the space that a slide leaves; charts and the stepper fill it anyway */
  const fit = (slide) => {
    const body = slide.querySelector(".body");
    if (!body || body.style.getPropertyValue("--fit") || body.querySelector(".shown > figure, .live")) return;
    const before = slide.style.display;
    slide.style.display = "flex";
    const holds = (size) => {
      body.style.setProperty("--fit", size);
      const parts = [body, ...body.querySelectorAll("table, pre, .shown")];
      return parts.every((e) => e.scrollHeight <= e.clientHeight + 2 && e.scrollWidth <= e.clientWidth + 1);
    };
    let low = 1, high = 1.7;
    for (let n = 0; n < 6; n++) { const middle = (low + high) / 2; if (holds(middle)) low = middle; else high = middle; }
    body.style.setProperty("--fit", low);
    slide.style.display = before;
  };
  const fitAll = () => document.querySelectorAll(".slides > section").forEach(fit);
  Reveal.on("slidechanged", ({ currentSlide }) => fit(currentSlide));
  window.addEventListener("load", () => { Reveal.layout(); fit(Reveal.getCurrentSlide()); });       // once the styles are there

  /* a clicker's keys belong to the slides wherever the focus is */
  const full = () => { if (document.fullscreenElement) document.exitFullscreen(); else root.requestFullscreen(); };
  const clicker = { PageDown: () => Reveal.next(), PageUp: () => Reveal.prev(), F5: full };
  document.addEventListener("keydown", (event) => {
    const act = event.ctrlKey || event.metaKey || event.altKey ? null : clicker[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    act();
  }, true);

  /* two windows, one place: each tells the other where it is; a new one asks */
  let other = window.opener, at = "";
  const send = (slides) => other?.postMessage({ slides }, "*");
  const here = () => { const { indexh, overview, paused } = Reveal.getState(); return JSON.stringify({ indexh, overview, paused }); };
  const tell = () => { if (here() !== at) send(at = here()); };
  for (const moved of ["slidechanged", "overviewshown", "overviewhidden", "paused", "resumed"]) Reveal.on(moved, tell);
  window.addEventListener("message", (event) => {
    if (event.source !== other || typeof event.data?.slides !== "string") return;
    if (event.data.slides === "?") { send(here()); return; }
    at = event.data.slides;
    Reveal.setState({ indexv: 0, ...JSON.parse(at) });
  });
  if (speaker) Reveal.on("ready", () => send("?"));
  Reveal.on("ready", () => document.querySelector(".deck").removeAttribute("role"));       // "application" would hide the landmarks
  Reveal.addKeyBinding({ keyCode: 83, key: "S", description: "Notes and clock in a second window" }, () => {
    if (!speaker) other = window.open(asked.has("core") ? "?speaker&core" : "?speaker", "speaker", "width=1280,height=800");
  });
  const swap = () => { root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark"; };
  Reveal.addKeyBinding({ keyCode: 68, key: "D", description: "Dark or light" }, swap);

  if (speaker) {
    const began = Date.now(), clock = Object.assign(document.createElement("p"), { className: "elapsed" });
    const time = (s) => `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
    const tick = () => {
      const s = Math.floor((Date.now() - began) / 1000), here = Reveal.getCurrentSlide();
      if (!here) return;                                   // the deck isn't ready yet; a second later it is
      const left = here.dataset.until * 60 - s;
      const next = here.nextElementSibling?.querySelector("h1, h2").textContent ?? "the end";
      clock.textContent = `${time(s)} min since this window opened · ` + (left < 0 ? `step late by ${time(-left)}` : `${time(left)} left for this step`) +
        ` · next slide: ${next}`;
    };
    Reveal.on("slidechanged", tick);
    document.body.append(clock);
    tick();
    setInterval(tick, 1000);
  }

  /* `make live` serves the decks beside the projector: each opens the other at the same time point of the case */
  const live = location.pathname.match(/^(.*\/)static\/slides\/(.*)\.html$/);
  if (live && !speaker) {
    const channel = new BroadcastChannel("casebook"), link = Object.assign(document.createElement("button"), { className: "to-projector" });
    localStorage.setItem("deck", live[2]);
    const about = () => [...document.querySelectorAll(".slides > section")].slice(0, Reveal.getState().indexh + 1).findLast((s) => s.dataset.case)?.dataset.case;
    const said = () => { link.hidden = !about(); link.textContent = `Projector: ${/^\d/.test(about()) ? "column " : ""}${about()}`; };
    link.addEventListener("click", () => {
      const there = window.open("", "casebook-projector");
      if (there.location.href === "about:blank") there.location = `${live[1]}lab/tree/lesson/projector.ipynb`;
      else channel.postMessage({ step: about() });
    });
    const open = (step) => {
      const slide = document.querySelector(`.slides > section[data-case="${CSS.escape(step)}"]`) ?? document.querySelector("#stepper");
      Reveal.slide([...slide.parentNode.children].indexOf(slide));
    };
    document.body.append(link);
    channel.addEventListener("message", ({ data }) => {                  // where phones vote, once the projector has opened it
      if (!data.votes) return;
      const code = document.querySelector(".vote-code") ?? document.createElement("figure"), image = new Image();
      image.src = data.votes[0];
      image.alt = `QR code of ${data.votes[1]}`;
      code.className = "vote-code";
      code.replaceChildren(image, data.votes[1]);
      const first = document.querySelector(".slides > section");
      first.append(code);
      first.querySelector(".body").style.removeProperty("--fit");
      fit(first);
    });
    channel.postMessage({ ask: "votes" });
    Reveal.on("slidechanged", said);
    Reveal.on("ready", () => { const step = asked.get("step"); if (step) open(step); said(); });
  }

  /* paper is white */
  let before = null;
  window.addEventListener("beforeprint", () => { before = root.dataset.theme; root.dataset.theme = "light"; fitAll(); });
  window.addEventListener("afterprint", () => { root.dataset.theme = before; });
})();
