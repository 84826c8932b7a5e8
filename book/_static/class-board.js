/* A student's answers as a short code, and the board that adds the codes of a class up. Nothing is sent, and the board keeps nothing.
   One letter a step: three bits for the option, two for how sure; then two letters each for the first and the last number of the
   ledger; a last letter checks the others. The letters are those of Crockford's base 32, which leaves out I, L, O and U. */
(() => {
  "use strict";
  const { all, one, plain, entry, start } = window.casebook;
  const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ", LEVELS = [50, 70, 90], NONE = 7, NO_NUMBER = 1023;
  const check = (values) => values.reduce((sum, v, n) => (sum + v * (n + 1)) % 31, 7);

  const write = (answers, [first, last]) => {
    const values = answers.map((a) => (a ? a.option * 4 + Math.max(LEVELS.indexOf(a.sure), 0) : NONE * 4));
    for (const number of [first ?? NO_NUMBER, last ?? NO_NUMBER]) values.push(number >> 5, number & 31);
    values.push(check(values));
    return values.map((v) => LETTERS[v]).join("").replace(/.{4}(?=.)/g, "$&-");
  };
  const read = (line, steps) => {
    const letters = line.toUpperCase().replace(/[\s-]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");
    const values = [...letters].map((letter) => LETTERS.indexOf(letter)), last = values.pop();
    if (values.length !== steps + 4 || values.includes(-1) || check(values) !== last) return null;
    const number = (at) => { const v = values[at] * 32 + values[at + 1]; return v <= 100 ? v : null; };
    return { answers: values.slice(0, steps).map((v) => (v >> 2 === NONE ? null : { option: v >> 2, sure: LEVELS[v & 3] })),
      numbers: [number(steps), number(steps + 2)] };
  };

  /* The QR code of up to 20 letters: version 1, level M, mask 0, as 21 rows of 21 modules. */
  const qr = (letters) => {
    const bits = (n, length) => n.toString(2).padStart(length, "0");
    const at = [...letters].map((letter) => "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".indexOf(letter));
    let stream = `0010${bits(at.length, 9)}`;
    for (let n = 0; n < at.length; n += 2) stream += n + 1 < at.length ? bits(at[n] * 45 + at[n + 1], 11) : bits(at[n], 6);
    stream = `${stream}0000`.slice(0, 128);
    const words = stream.match(/.{1,8}/g).map((byte) => parseInt(byte.padEnd(8, "0"), 2));
    for (let n = 0; words.length < 16; n++) words.push(n % 2 ? 17 : 236);

    const times = (a, b) => { let product = 0; for (; b; b >>= 1, a = (a << 1) ^ (a > 127 ? 285 : 0)) if (b & 1) product ^= a; return product; };
    let generator = [1];
    for (let n = 0, power = 1; n < 10; n++, power = times(power, 2)) generator = [...generator, 0].map((g, i) => g ^ (i && times(generator[i - 1], power)));
    const rest = [...words, ...Array(10).fill(0)];
    for (let n = 0; n < 16; n++) { const lead = rest[n]; for (const [i, g] of generator.entries()) rest[n + i] ^= times(g, lead); }
    stream = [...words, ...rest.slice(16)].map((byte) => bits(byte, 8)).join("");

    const grid = Array.from({ length: 21 }, () => Array(21).fill(null)), set = (row, column, dark) => { if (grid[row]?.[column] === null) grid[row][column] = dark; };
    for (const [top, left] of [[0, 0], [0, 14], [14, 0]])
      for (let r = -1; r < 8; r++) for (let c = -1; c < 8; c++) {
        const ring = Math.max(Math.abs(r - 3), Math.abs(c - 3));
        set(top + r, left + c, ring === 3 || ring < 2);
      }
    for (let n = 8; n < 13; n++) { set(6, n, n % 2 === 0); set(n, 6, n % 2 === 0); }
    set(13, 8, true);
    for (const [n, bit] of [...bits(0x5412, 15)].entries()) {                      // level M and mask 0, twice
      const dark = bit === "1", up = n < 8 ? n + (n > 5) : 14 - n;
      if (n < 8) set(8, up, dark); else set(up + (n === 8), 8, dark);
      if (n < 7) set(20 - n, 8, dark); else set(8, 6 + n, dark);
    }
    let next = 0;
    for (let right = 20, upward = true; right > 0; right -= 2, upward = !upward) {
      if (right === 6) right--;
      for (let n = 0; n < 21; n++) for (const column of [right, right - 1]) {
        const row = upward ? 20 - n : n;
        if (grid[row][column] === null) grid[row][column] = (stream[next++] === "1") !== ((row + column) % 2 === 0);
      }
    }
    return grid;
  };
  const drawn = (letters) => {
    const path = qr(letters).flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ""))).join("");
    const svg = new DOMParser().parseFromString(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="-4 -4 29 29" role="img" aria-label="The same code for a scanner">` +
      `<path fill="#fff" d="M-4 -4h29v29h-29z"/><path d="${path}"/></svg>`, "image/svg+xml");
    return document.importNode(svg.documentElement, true);
  };
  const element = (tag, content = "", attributes = {}) => Object.assign(document.createElement(tag), attributes, { textContent: content });

  start(".class-code", (root) => {
    const steps = root.dataset.steps.split(" "), output = one("output", root);
    const kept = plain(entry("one-child-one-table:case", (d) => plain(d.steps)).load().data);
    const ledger = entry("one-child-one-table:ledger", plain).load().data;
    const numbers = root.dataset.entries.split(" ").map((chapter) => plain(ledger[chapter]).number).filter((n) => Number.isInteger(n) && n >= 0 && n <= 100);
    const answers = steps.map((step) => {
      const { option, confidence } = plain(kept[step]);
      return /^[0-6]$/.test(option) ? { option: Number(option), sure: Number(confidence) } : null;
    });
    if (answers.some(Boolean) || numbers.length) {
      output.textContent = write(answers, [numbers[0], numbers.length > 1 ? numbers.at(-1) : undefined]);
      output.parentElement.after(drawn(output.textContent.replaceAll("-", "")));
    }
    one("[data-action=copy]", root).addEventListener("click", () => {
      getSelection().selectAllChildren(output);
      one(".code-said", root).textContent = document.execCommand("copy") ? "Copied." : "Selected: copy it with the keys of your device.";
    });
  });

  start(".class-board", (root) => {
    const steps = JSON.parse(one("script", root).textContent), shown = one(".board-shown", root), said = one(".board-said", root);
    const bar = (label, count, of, words) => {
      const line = element("div", "", { className: "board-bar" }), drawn = element("progress", "", { max: Math.max(of, 1), value: count });
      drawn.setAttribute("aria-label", label);
      line.append(element("span", label), drawn, element("strong", words));
      return line;
    };
    const part = (title, lines) => { const made = element("section"); made.append(element("h3", title), ...lines); return made; };

    const draw = () => {
      const lines = [...new Set(one("textarea", root).value.split("\n").map((line) => line.trim()).filter(Boolean))];
      const read_ = lines.map((line) => [line, read(line, steps.length)]), wrong = read_.filter(([, code]) => !code).map(([line]) => line);
      const codes = read_.map(([, code]) => code).filter((code) => code?.answers.every((a, n) => !a || a.option < steps[n].options.length));
      said.textContent = `${codes.length} ${codes.length === 1 ? "code" : "codes"} read.` + (wrong.length ? ` Not a code: ${wrong.join(", ")}.` : "");
      shown.replaceChildren();
      if (!codes.length) return;
      const both = codes.map((code) => code.numbers).filter(([first, last]) => first !== null && last !== null);
      const mean = (values) => Math.round(values.reduce((a, b) => a + b, 0) / values.length);
      if (both.length) shown.append(part("Belief line", [bar("First number, mean", mean(both.map((b) => b[0])), 100, `${mean(both.map((b) => b[0]))} %`),
        bar("Last number, mean", mean(both.map((b) => b[1])), 100, `${mean(both.map((b) => b[1]))} %`),
        element("p", `Of ${both.length} with both: ${both.filter(([a, b]) => b < a).length} went down, ${both.filter(([a, b]) => b > a).length} up, ${both.filter(([a, b]) => a === b).length} stayed.`)]));
      const scored = codes.flatMap((code) => code.answers.map((a, n) => a && steps[n].scored && { ...a, hit: steps[n].options[a.option].hit }).filter(Boolean));
      shown.append(part("Calibration", [...LEVELS.map((level) => {
        const these = scored.filter((a) => a.sure === level), hits = these.filter((a) => a.hit).length;
        return bar(`${level} % sure`, hits, these.length, these.length ? `${hits} of ${these.length} well supported: ${Math.round(100 * hits / these.length)} %` : "none");
      }), element("p", "Well supported by the book’s own grades, which no clinician has reviewed.", { className: "chart-note" })]));
      for (const [n, step] of steps.entries()) {
        const chosen = codes.map((code) => code.answers[n]).filter(Boolean);
        if (chosen.length) shown.append(part(`${step.label}: ${chosen.length}`, step.options.map((option, at) => {
          const count = chosen.filter((a) => a.option === at).length;
          return bar(`${"ABCDEFG"[at]}. ${option.text}`, count, chosen.length, `${count} – ${option.grade}`);
        })));
      }
    };
    one("textarea", root).addEventListener("input", draw);
    draw();
  });
})();
