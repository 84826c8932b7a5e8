/* Runs once in JupyterLab when the projector first shows; `root` is its view. */
const find = (selector) => root.querySelector(selector);

/* Enter goes from one count to the next, and from the last to Next. */
root.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.target.type !== "number") return;
  const stops = [...root.querySelectorAll(".hands input"), find(".casebook-next")];
  const next = stops[stops.indexOf(event.target) + 1];
  next.focus();
  next.select?.();
  event.preventDefault();
}, true);

/* A clicker: Page Down and Up read a long screen to its end, then move on; F5 fills the screen; B or a full stop blanks it. */
const full = () => { if (document.fullscreenElement) document.exitFullscreen(); else root.requestFullscreen(); };
const page = (way) => {
  const room = way > 0 ? root.scrollHeight - root.clientHeight - root.scrollTop : root.scrollTop;
  if (document.fullscreenElement === root && room > 4) root.scrollBy(0, way * root.clientHeight * 0.85);
  else find(way > 0 ? ".casebook-next" : ".casebook-back").click();
};
const keys = {
  PageDown: () => page(1), PageUp: () => page(-1), F5: full,
  b: () => root.classList.toggle("casebook-blank"), ".": () => root.classList.toggle("casebook-blank"),
};
const pressed = (event) => {
  if (!root.isConnected) { document.removeEventListener("keydown", pressed, true); return; }
  if (document.fullscreenElement !== root && !root.contains(event.target)) return;
  const act = event.ctrlKey || event.metaKey || event.altKey ? null : keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!act || event.target.tagName === "SELECT") return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (root.classList.contains("casebook-blank")) root.classList.remove("casebook-blank");
  else act();
};
document.addEventListener("keydown", pressed, true);
root.addEventListener("click", (event) => { if (event.target.closest(".casebook-full")) full(); });

/* The slides stand on the same server: each opens the other at the same time point. */
const channel = new BroadcastChannel("casebook"), base = document.baseURI.replace(/\/lab\b.*/, "/");
window.name = "casebook-projector";
root.addEventListener("click", (event) => {
  const link = event.target.closest(".casebook-slides");
  if (link) window.open(`${base}static/slides/${localStorage.getItem("deck") ?? "one-hour"}.html?step=${link.dataset.step}`, "casebook-slides");
});
channel.addEventListener("message", ({ data }) => {
  if (data.ask === "votes") channel.postMessage({ votes });
  if (!data.step) return;
  const select = find("select"), wanted = [...select.options].find((option) => option.value.replace("Column ", "").toLowerCase() === data.step);
  if (!wanted) return;
  select.value = wanted.value;
  select.dispatchEvent(new Event("change", { bubbles: true }));
});

/* Type grows until the screen is full. What doesn't fit even in small type is set in middle type, and scrolls. */
const fit = () => {
  root.style.removeProperty("--rem");
  if (document.fullscreenElement !== root) return;
  const unit = innerHeight / 1080;
  const holds = (size) => {
    root.style.setProperty("--rem", `${size * unit}px`);
    return root.scrollHeight <= root.clientHeight + 1 && root.scrollWidth <= root.clientWidth + 1;
  };
  let low = 28, high = 64;
  if (!holds(low)) { holds(34); return; }
  while (high - low > 1) { const middle = (low + high) / 2; if (holds(middle)) low = middle; else high = middle; }
  holds(low);
};
let votes = null;                                        // the code that slide 1 of the deck shows, too
const code = () => { const shown = find(".casebook-qr"); if (shown) channel.postMessage({ votes: votes = [shown.src, shown.dataset.address] }); };
const soon = () => requestAnimationFrame(fit);
new MutationObserver(() => { code(); soon(); }).observe(root, { childList: true, subtree: true });
document.addEventListener("fullscreenchange", soon);
window.addEventListener("resize", soon);
