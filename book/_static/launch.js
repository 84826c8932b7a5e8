/* Links to Binder and nbgitpuller from the address of a repository. book/_ext/launch.py makes the first of them too. */
(() => {
  "use strict";
  const { one, start } = window.casebook;

  start('[data-script="launch"]', (root) => {
    const form = one("form", root), links = one(".launch-links", root);
    const site = (text) => { try { return /^https?:$/.test(new URL(text).protocol) ? text.replace(/\/+$/, "") : ""; } catch { return ""; } };
    const show = (name, address, words) => {
      const element = one(`[data-link="${name}"]`, links), there = element.closest("dd");
      if (element.matches("a") && address) element.href = address;
      element.textContent = words ?? address;
      there.hidden = there.previousElementSibling.hidden = !address;
    };
    const write = () => {
      const [address, hub] = [site(form.elements.address.value.trim()), site(form.elements.hub.value.trim())];
      const branch = form.elements.branch.value.trim() || "main", chapter = form.elements.chapter.value, safe = encodeURIComponent;
      const binder = address && `https://mybinder.org/v2/git/${safe(address)}/${safe(branch)}?urlpath=${safe(`lab/tree/lesson/${chapter}.ipynb`)}`;
      const path = safe(`lab/tree/one-child-one-table/book/${chapter}.md`);
      show("binder", binder);
      show("badge", binder, `[![Binder](${root.dataset.badge})](${binder})`);
      show("hub", address && hub && `${hub}/hub/user-redirect/git-pull?repo=${safe(address)}&branch=${safe(branch)}`
        + `&targetpath=one-child-one-table&urlpath=${path}`);
      links.hidden = !address;
    };
    form.addEventListener("input", write);
    form.addEventListener("submit", (event) => event.preventDefault());
    write();
  });
})();
