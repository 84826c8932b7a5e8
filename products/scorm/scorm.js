/* The book inside a learning system, by SCORM 1.2: which chapters were read to their end, where to go on, and, if this package
   reports scores, the share of self-checks answered right. Answers themselves stay in the browser. */
(() => {
  "use strict";
  const plan = JSON.parse(document.querySelector("#plan").textContent), frame = document.querySelector("iframe"), said = document.querySelector(".said");
  const find = (from) => { for (let w = from, n = 0; w && n < 9; n++, w = w.parent === w ? null : w.parent) { try { if (w.API) return w.API; } catch { return null; } } return null; };
  const api = find(window) ?? (window.opener ? find(window.opener) : null);
  const get = (name) => (api ? String(api.LMSGetValue(name)) : "");
  const set = (name, value) => { if (api) api.LMSSetValue(name, String(value)); };

  if (api) api.LMSInitialize("");
  const numbers = Object.values(plan.chapters), read = new Set(get("cmi.suspend_data").split(",").filter(Boolean).map(Number));
  const tell = () => {
    const done = numbers.every((number) => read.has(number));
    set("cmi.suspend_data", [...read].sort((a, b) => a - b).join(","));
    if (get("cmi.core.lesson_status") !== "completed") set("cmi.core.lesson_status", done ? "completed" : "incomplete");
    if (plan.scores) {
      let kept = {};
      try { kept = JSON.parse(localStorage.getItem("one-child-one-table:self-checks")) ?? {}; } catch { /* none */ }
      const ids = Object.keys(plan.right);
      const right = ids.filter((id) => { const mine = kept[`q-${id.replace(".", "-")}`]; return mine && plan.right[id].includes(Number(mine.option)); });
      set("cmi.core.score.min", 0);
      set("cmi.core.score.max", 100);
      set("cmi.core.score.raw", Math.round(100 * right.length / ids.length));
    }
    if (api) api.LMSCommit("");
    said.textContent = api ? `${read.size} of ${numbers.length} chapters read to their end.` : "No learning system found: nothing is counted.";
  };

  frame.addEventListener("load", () => {
    const inside = frame.contentWindow, folder = location.pathname.replace(/[^/]*$/, ""), path = decodeURIComponent(inside.location.pathname).replace(decodeURIComponent(folder), "");
    set("cmi.core.lesson_location", path.slice(0, 255));
    const number = plan.chapters[path];
    const look = () => {
      const end = inside.document.querySelector("article")?.getBoundingClientRect().bottom;
      const more = inside.document.querySelector(".rest-note:not([hidden])");           // the case has not been followed to its end
      if (number && !more && end !== undefined && end < inside.innerHeight + 200) read.add(number);
      tell();
    };
    for (const event of ["scroll", "change"]) inside.addEventListener(event, look, { passive: true });
    look();
  });
  let over = false;
  const leave = () => { if (over || !api) return; over = true; tell(); set("cmi.core.exit", "suspend"); api.LMSFinish(""); };
  window.addEventListener("pagehide", leave);
  window.addEventListener("beforeunload", leave);
  const place = get("cmi.core.lesson_location");
  frame.src = /^[\w/.-]+\.html$/.test(place) && !place.includes("..") ? place : plan.start;
})();
