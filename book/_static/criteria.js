/* Four case definitions: join the leaves of each tree in three values (t, f, u), show what moved, say it.
   Leaf values come from Python for every value of the controls they depend on. */
(() => {
  "use strict";
  const { all, one, start } = window.casebook;
  const SIGNS = { t: "✓", f: "✗", u: "?", s: "!" }, CLASSES = { t: "is-met", f: "is-not-met", u: "is-unknown", s: "is-stopped" };

  const atLeast = (n, values) => {
    const sure = values.filter((v) => v === "t").length, open = values.filter((v) => v === "u").length;
    return sure >= n ? "t" : sure + open < n ? "f" : "u";
  };
  const combine = (rule, values) => atLeast(rule === "all" ? values.length : rule === "any" ? 1 : Number(rule.split(" ").pop()), values);
  const place = (leaf, data, choice) => leaf.by.reduce((at, control) => at * data.controls[control].options.length + choice[control], 0);
  const ruleOf = (node, choice) => node.rule["by" in node ? choice[node.by] : 0];
  const stopped = (data, choice) => choice[data.stop.unit] === data.stop.missing && data.stop.messages[choice[data.stop.value]];

  /* value of a node; `visit` hears of every node below it, parts first */
  const value = (node, data, choice, visit) => {
    const found = node.parts ? combine(ruleOf(node, choice), node.parts.map((part) => value(part, data, choice, visit)))
      : node.states[place(node, data, choice)][0];
    visit?.(node, found);
    return found;
  };
  const verdicts = (data, choice) => data.trees.map((tree) => (stopped(data, choice) ? "s" : value(tree, data, choice)));
  window.casebook.criteria = { verdicts };

  const text = (node, data, choice) => {
    if (!node.parts) return node.texts ? node.texts[place(node, data, choice)] : node.text;
    return `${node.text}: ${ruleOf(node, choice)} of ${node.parts.length}`;
  };

  start("[data-criteria]", (root) => {
    const data = JSON.parse(one('script[type="application/json"]', root).textContent);
    const selects = all("select", root), said = one("[role=status]", root), form = one("form", root);
    const words = { ...data.words, s: "no verdict" };
    let before = null;

    const mark = (element, found, moved) => {
      element.classList.remove(...Object.values(CLASSES));
      element.classList.add(CLASSES[found]);
      element.classList.toggle("moved", moved);
      one(".sign", element).textContent = SIGNS[found];
      one(".node-word", element).textContent = words[found];
    };
    const read = (choice) => {
      const now = { verdicts: verdicts(data, choice), nodes: new Map(), stop: stopped(data, choice) };
      for (const tree of data.trees) value(tree, data, choice, (node, found) => now.nodes.set(node.id, found));
      return now;
    };
    const draw = (choice, now) => {
      data.trees.forEach((tree, i) => {
        const moved = Boolean(before) && before.verdicts[i] !== now.verdicts[i];
        mark(one(`[data-verdict="${tree.name}"]`, root), now.verdicts[i], moved);
        const part = one(`[data-tree="${tree.name}"]`, root);
        mark(one("summary", part), now.verdicts[i], moved);
        one(".criteria-tree", part).hidden = Boolean(now.stop);
        one(".tree-rule", part).textContent = now.stop ? "The code stopped before it read this definition." : "All of these must be met:";
        value(tree, data, choice, (node, found) => {
          if (node === tree) return;
          const item = one(`[data-node="${node.id}"]`, part);
          mark(item, found, Boolean(before) && before.nodes.get(node.id) !== found);
          one(".node-text", item).textContent = text(node, data, choice);
          one(":scope > .why", item).textContent = node.parts ? count(node, now, choice) : node.states[place(node, data, choice)][1];
        });
      });
    };
    const count = (node, now, choice) => {
      if (!ruleOf(node, choice).startsWith("at least")) return "";
      const values = node.parts.map((p) => now.nodes.get(p.id)), open = values.filter((v) => v === "u").length;
      return `${values.filter((v) => v === "t").length} of ${values.length} met${open ? `, ${open} cannot be told` : ""}`;
    };
    const sentence = (what, choice, now) => {
      if (now.stop) return `${what} ${now.stop} The code stops: no verdict.`;
      const moves = data.trees.map((tree, i) => [tree.name, before.verdicts[i], now.verdicts[i]]).filter(([, from, to]) => from !== to);
      if (before.stop) return `${what} The code runs again. ${data.trees.map((t, i) => `${t.name}: ${words[now.verdicts[i]]}.`).join(" ")}`;
      if (moves.length) return `${what} ${moves.map(([name, from, to]) => `${name} moves from ${words[from]} to ${words[to]}.`).join(" ")}`;
      const below = data.trees.flatMap((tree) => {
        const leaves = [];
        value(tree, data, choice, (node, found) => {
          const was = before.nodes.get(node.id);
          if (node.parts || was === found) return;
          leaves.push(`In ${tree.name}, “${text(node, data, choice)}” moves from ${words[was]} to ${words[found]}.`);
        });
        return leaves;
      });
      return `${what} No verdict moves. ${below.slice(0, 3).join(" ")}`.trim();
    };
    const show = (what) => {
      const choice = selects.map((s) => s.selectedIndex), now = read(choice);
      draw(choice, now);
      if (what) said.textContent = sentence(what, choice, now);
      before = now;
    };
    form.addEventListener("change", (event) => {
      const control = data.controls[selects.indexOf(event.target)];
      show(`${control.label}: ${control.options[event.target.selectedIndex]}.`);
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(() => show("Back to the letter’s child.")));
    all("[data-tree]", root).forEach((part, i) => { part.open = i === 1; });
    show("");
  });
})();
