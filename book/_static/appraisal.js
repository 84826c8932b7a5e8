/* Forms of judgement: keeps them in this browser, opens the book's judgement of an item once it is judged, writes a form as a
   file, and compares two. Files are read as text, checked strictly, and shown as text. */
(() => {
  "use strict";
  const { all, one, plain, entry, save, start } = window.casebook;
  const NOTE = 300;
  const text = (v) => (typeof v === "string" ? v.slice(0, NOTE) : "");
  const mapped = (object, change) => Object.fromEntries(Object.entries(object).map(([key, v]) => [key, change(plain(v))]));
  const forms = entry("one-child-one-table:appraisal", (d) => mapped(d, (items) =>
    mapped(items, (v) => ({ judgement: text(v.judgement), note: text(v.note) })))).load();
  const element = (tag, content, attributes = {}) => {
    const made = Object.assign(document.createElement(tag), attributes);
    made.append(...[content].flat());
    return made;
  };

  start("[data-appraisal]", (root) => {
    const name = root.dataset.appraisal, form = one("form", root), items = all("[data-item]", form), said = one(".appraisal-said", root);
    const count = one(".appraisal-count", root), undo = one('[data-action="undo"]', root), result = one(".appraisal-result", root);
    const labels = Object.fromEntries(items.map((i) => [i.dataset.item, i.dataset.name]));
    const words = all("input[type=radio]", items[0]).map((r) => r.value), sums = words.every((w) => /^\d+$/.test(w));
    let before = null;

    /* what is said is also shown, unless it stands on the page already */
    const tell = (words, shown = false) => { said.textContent = words; said.classList.toggle("visually-hidden", shown); };
    const radios = (item) => all("input[type=radio]", item), note = (item) => one("input[type=text]", item);
    const chosen = (item) => radios(item).find((r) => r.checked)?.value ?? "";
    const mine = () => Object.fromEntries(items.map((i) => [i.dataset.item, { judgement: chosen(i), note: text(note(i).value.trim()) }])
      .filter(([, v]) => v.judgement || v.note));
    const judged = () => Object.fromEntries(Object.entries(mine()).filter(([, v]) => v.judgement));

    const keep = () => { forms.load().data[name] = mine(); forms.save(); };
    const tally = () => {
      const done = items.filter(chosen), modelled = items.every((i) => i.dataset.model);
      count.textContent = `Judged: ${done.length} of ${items.length}.`
        + (modelled ? ` Same as the book: ${done.filter((i) => chosen(i) === i.dataset.model).length}.` : "")
        + (sums ? ` Sum: ${done.reduce((sum, i) => sum + Number(chosen(i)), 0)} of ${items.length * Math.max(...words)}.` : "");
      for (const i of items) i.classList.toggle("judged", Boolean(chosen(i)));
    };
    const restore = () => {
      const kept = plain(forms.data[name]);
      for (const i of items) {
        const v = plain(kept[i.dataset.item]);
        for (const r of radios(i)) r.checked = r.value === v.judgement;
        note(i).value = text(v.note);
      }
      tally();
    };

    form.addEventListener("input", keep);                               // a note letter by letter: what is kept is what the form shows
    form.addEventListener("change", (event) => {
      const item = event.target.closest("[data-item]"), model = one("details.model", item);
      before = null;
      undo.hidden = true;
      tally();
      if (event.target.type !== "radio") return;
      tell(`${item.dataset.name}: you say ${chosen(item)}${model ? `, the book says ${item.dataset.model}` : ""}. ${count.textContent}`);
      if (model) model.open = true;
      compare();
    });
    form.addEventListener("submit", (event) => event.preventDefault());

    one(".appraisal-tools", root).addEventListener("click", (event) => {
      const action = event.target.closest("button")?.dataset.action;
      if (action === "export") {
        save(`one-child-one-table-${name}.json`, { kind: "appraisal", form: name, judgements: judged() });
        tell(`Saved: ${Object.keys(judged()).length} of ${items.length} items.`);
      }
      if (action === "clear") {
        before = mine();
        forms.load().data[name] = {};
        forms.save();
        restore();
        undo.hidden = false;
        undo.focus();
        tell("Cleared.");
      }
      if (action === "undo" && before) {
        forms.load().data[name] = before;
        forms.save();
        before = null;
        restore();
        one('[data-action="clear"]', root).focus();
        undo.hidden = true;
        tell("Your form is back.");
      }
      compare();
    });

    /* ---- agreement ---- */
    const only = (object, keys) => plain(object) === object && Object.keys(object).length === keys.length
      && keys.every((k) => Object.hasOwn(object, k));
    const read = async (file) => {
      if (file.size > Number(root.dataset.largest)) throw new Error(`it has more than ${root.dataset.largest / 1000} kB`);
      let data;
      try { data = JSON.parse(await file.text()); } catch { throw new Error("it holds no JSON"); }
      if (!only(data, ["book", "saved", "kind", "form", "judgements"]) || data.book !== "One Child, One Table" || data.kind !== "appraisal"
        || typeof data.saved !== "string" || data.saved.length > 40) throw new Error("it was not saved from a form of this book");
      if (data.form !== name) throw new Error("it was saved from another form");
      if (plain(data.judgements) !== data.judgements) throw new Error("it holds no judgements");
      for (const [n, v] of Object.entries(data.judgements)) {
        if (!Object.hasOwn(labels, n) || !only(v, ["judgement", "note"]) || !words.includes(v.judgement)
          || typeof v.note !== "string" || v.note.length > NOTE) throw new Error("it holds an item that this form does not have");
      }
      return data.judgements;
    };
    const agreement = (first, second) => {
      const numbers = Object.keys(labels), both = numbers.filter((n) => first[n] && second[n]);
      const same = both.filter((n) => first[n].judgement === second[n].judgement), differ = both.filter((n) => !same.includes(n));
      const open = numbers.filter((n) => !both.includes(n)), names = (some) => some.map((n) => labels[n]).join(", ");
      const share = Math.floor(100 * same.length / numbers.length + 0.5);
      return { same, differ, words: `Raw agreement: ${same.length} of ${numbers.length} items (${share} %).`
        + (differ.length ? ` The readings differ on ${names(differ)}.` : "")
        + (open.length ? ` Not judged by both: ${names(open)}.` : "") };
    };
    const table = (first, second, heads, found) => {
      const noted = (v) => (v.note ? [element("span", v.note, { className: "appraisal-note" })] : []);
      const cell = (v) => element("td", v ? [v.judgement, ...noted(v)] : "not judged");
      const rows = Object.keys(labels).map((n) => element("tr", [
        element("th", labels[n], { scope: "row" }), cell(first[n]), cell(second[n]),
        element("td", found.same.includes(n) ? "same" : found.differ.includes(n) ? element("strong", "differs") : "open")]));
      const head = element("thead", element("tr", ["Item", ...heads, "Agreement"].map((h) => element("th", h, { scope: "col" }))));
      const caption = element("caption", "Two readings, item by item");
      const made = element("table", [caption, head, element("tbody", rows)], { className: "case-table" });
      const scroll = element("div", made, { className: "scroll", tabIndex: 0 });
      scroll.setAttribute("role", "group");
      scroll.setAttribute("aria-label", "Two readings, item by item");
      return scroll;
    };
    const picked = {};
    const compare = (speak = false) => {
      if (!picked.first && !picked.second) { result.replaceChildren(); return; }
      const [first, second] = picked.first && picked.second ? [picked.first, picked.second] : [picked.first ?? picked.second, judged()];
      const heads = picked.first && picked.second ? ["First file", "Second file"] : ["File", "Your form"], found = agreement(first, second);
      result.replaceChildren(element("p", found.words, { className: "appraisal-words" }), table(first, second, heads, found));
      if (speak) tell(found.words, true);
    };
    for (const input of all("input[type=file]", root)) {
      input.addEventListener("change", async () => {
        const file = input.files[0];
        let judgements, trouble;
        delete picked[input.name];
        try { judgements = file && await read(file); } catch (error) { trouble = error; }
        if (input.files[0] !== file) return;                            // another file was chosen meanwhile: that one counts
        if (judgements) picked[input.name] = judgements;
        if (trouble) input.value = "";
        compare(Boolean(judgements));
        if (trouble) tell(`${file.name} can't be read: ${trouble.message}.`);
        if (!file) tell("No file chosen.");
      });
    }

    forms.watch(restore);
    restore();
  });
})();
