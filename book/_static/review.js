/* A sheet for reviewers: keeps what is filled in, in this browser, and writes it as a file. Without it the sheet can still be printed. */
(() => {
  "use strict";
  const { all, one, plain, entry, save } = window.casebook;
  const root = document.documentElement;
  root.dataset.theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  try { root.dataset.theme = localStorage.getItem("theme") ?? root.dataset.theme; } catch { /* as the system is */ }

  const form = one("form.review"), chapter = form.dataset.chapter, told = one(".told", form), undo = one('[data-action="undo"]', form);
  const fields = all("input, textarea", form);
  const allowed = (v) => v === true || (typeof v === "string" && v.length <= 10000);
  const sheets = entry("one-child-one-table:review", (d) => Object.fromEntries(Object.entries(d)
    .map(([key, sheet]) => [key, Object.fromEntries(Object.entries(plain(sheet)).filter(([, v]) => allowed(v)))]))).load();
  let before = null;

  /* a field's name holds a digest of its statement: an answer goes with the words it was given to, and with no others */
  const entered = (field) => (field.type === "checkbox" ? field.checked : field.value.trim());
  const filled = () => Object.fromEntries(fields.map((field) => [field.name, entered(field)]).filter(([, v]) => v));
  const show = (values) => {
    for (const field of fields) {
      const value = Object.hasOwn(values, field.name) ? values[field.name] : "";
      if (field.type === "checkbox") field.checked = value === true;
      else field.value = value === true ? "" : value;
    }
  };
  const keep = () => { sheets.load().data[chapter] = filled(); sheets.save(); };
  const answers = () => all("fieldset[data-statement]", form).map((set) => {
    const words = one("textarea", set).value.trim(), ticked = all("input:checked", set).map((box) => box.closest("label").textContent.trim());
    return { number: one("legend", set).textContent, statement: one(".said", set).textContent, ticked, words };
  }).filter((answer) => answer.ticked.length || answer.words);

  form.addEventListener("input", () => { before = null; undo.hidden = true; keep(); });
  form.addEventListener("submit", (event) => event.preventDefault());
  one(".tools", form).addEventListener("click", (event) => {
    const action = event.target.closest("button")?.dataset.action, { field = "", name = "", date = "", missing = "" } = filled();
    if (action === "export") {
      save(`one-child-one-table-review-${chapter}.json`, { kind: "review", chapter, edition: form.dataset.edition, field, name, date, answers: answers(), missing });
      told.textContent = `Saved: ${answers().length} statements.`;
    }
    if (action === "clear") {
      before = filled();
      show({});
      keep();
      undo.hidden = false;
      undo.focus();
      told.textContent = "Cleared.";
    }
    if (action === "undo" && before) {
      show(before);
      keep();
      before = null;
      one('[data-action="clear"]', form).focus();
      undo.hidden = true;
      told.textContent = "Your sheet is back.";
    }
  });
  one(".tools", form).hidden = false;
  show(plain(sheets.data[chapter]));
})();
