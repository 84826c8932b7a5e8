/* Slides: reveal.js moves them, and S opens a window with notes that moves with this one. On a narrow screen, without script and
   in print they stand one below the other. */
(() => {
  "use strict";
  const root = document.documentElement, speaker = location.search === "?speaker";
  root.dataset.theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  try { root.dataset.theme = localStorage.getItem("theme") ?? root.dataset.theme; } catch { /* as the system is */ }
  if (innerWidth < 700) return;
  document.querySelector(".deck").classList.add("reveal");
  for (const link of document.querySelectorAll("link[data-presenting]")) link.media = link.dataset.presenting;

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
  window.addEventListener("load", () => Reveal.layout());                     // once the styles are there

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
    if (!speaker) other = window.open("?speaker", "speaker", "width=1280,height=800");
  });
  const swap = () => { root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark"; };
  Reveal.addKeyBinding({ keyCode: 68, key: "D", description: "Dark or light" }, swap);

  if (speaker) {
    const began = Date.now(), clock = Object.assign(document.createElement("p"), { className: "elapsed" });
    const tick = () => {
      const s = Math.floor((Date.now() - began) / 1000);
      clock.textContent = `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")} min since this window opened`;
    };
    document.body.append(clock);
    tick();
    setInterval(tick, 1000);
  }

  /* paper is white */
  let before = null;
  window.addEventListener("beforeprint", () => { before = root.dataset.theme; root.dataset.theme = "light"; });
  window.addEventListener("afterprint", () => { root.dataset.theme = before; });
})();
