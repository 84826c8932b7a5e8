/* One phone of a class: asks what is open, taps an option. Texts are set as text, never as markup. */
(() => {
  "use strict";
  const one = (selector) => document.querySelector(selector), options = one(".options"), said = one(".said");
  let open = null;

  const press = (chosen) => { for (const b of options.children) b.setAttribute("aria-pressed", String(b.dataset.option === String(chosen))); };
  const vote = async (option) => {
    const answer = await fetch("vote", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ ballot: open, option }) })
      .catch(() => ({ ok: false }));
    if (answer.ok) press(option);
    said.textContent = answer.ok ? "Counted. You may change it while the question is open." : answer.status === 409 ? "That question is closed." : "Not counted: tap again.";
  };
  const ask = async () => {
    try {
      const now = await (await fetch("state")).json();
      if (now.ballot === open) return;
      open = now.ballot;
      said.textContent = "";
      one("h1").textContent = now.title ?? "Wait for the question";
      options.replaceChildren(...(now.options ?? []).map(([letter, text], n) => {
        const button = document.createElement("button"), name = document.createElement("strong"), words = document.createElement("span");
        button.dataset.option = n;
        name.textContent = letter;
        words.textContent = text;
        button.append(name, words);
        button.addEventListener("click", () => vote(n));
        return button;
      }));
      press(now.mine);
    } catch { said.textContent = "No connection. The votes may be closed."; }
  };
  if (!navigator.cookieEnabled) { said.textContent = "This browser keeps no cookie, so it can’t vote. Raise your hand instead."; return; }
  ask();
  setInterval(ask, 1500);
})();
