/* Charts with controls: plain form elements drive the parameters of a Vega-Lite chart. Vega (vega.js, made at build) loads when
   the first such chart nears the screen or is used; until then, and without script, the start values are drawn. */
(() => {
  "use strict";
  const { all, one, start } = window.casebook;
  const here = document.currentScript?.src;
  let loading = null;
  const vega = () => (loading ??= window.vegaEmbed ? Promise.resolve(window.vegaEmbed) : new Promise((done, failed) => {
    const script = Object.assign(document.createElement("script"), { src: here.replace("parameters.js", "vega.js") });
    script.onload = () => done(window.vegaEmbed);
    script.onerror = () => { loading = null; failed(new Error("vega.js did not load")); };             // tried again on the next use
    document.head.append(script);
  }));

  start('figure[data-script="parameters"]', (figure) => {
    const form = one("form", figure), place = one(".drawing", figure), said = one(".said", figure);
    const specs = JSON.parse(one('script[type="application/json"]', figure).textContent), name = figure.getAttribute("aria-label");
    const begun = said.textContent;
    let view = null;                                                   // promise of the one drawing, however often it is asked for
    const dress = () => {
      const svg = one("svg", place);
      svg.setAttribute("role", "img");
      svg.setAttribute("aria-label", name);
      for (const size of ["width", "height"]) svg.removeAttribute(size);
      for (const part of all("[role], [aria-roledescription]", svg)) {                                   // one picture, named above
        for (const a of ["role", "aria-roledescription", "aria-label"]) part.removeAttribute(a);
      }
      const words = one(".words_marks text", svg) ?? all("text", svg).find((t) => t.getAttribute("font-size") === "1px");
      if (words && said.textContent !== words.textContent) said.textContent = words.textContent;
    };
    const embed = async () => {
      const embedVega = await vega(), holder = document.createElement("div");
      const spec = specs[Number(place.clientWidth < 448)];      // wide, narrow
      const made = await embedVega(holder, spec, {
        ast: true, actions: false, renderer: "svg", mode: "vega-lite", tooltip: false, defaultStyle: false });
      place.replaceChildren(holder);
      dress();
      return made.view;
    };
    const failed = (error) => {
      view = null;
      said.textContent = `The chart couldn’t be loaded and shows its start values. ${begun}`;
      throw error;
    };
    const apply = async () => {
      for (const input of all("input[type=range]", form)) one(`output[for="${input.id}"]`, form).textContent = input.value;
      const drawn = await (view ??= embed().catch(failed));
      for (const input of all("input[type=range]", form)) drawn.signal(input.name, Number(input.value));
      for (const input of all("input[type=radio]:checked", form)) drawn.signal(input.name, JSON.parse(input.dataset.value));
      await drawn.runAsync();
      dress();
    };
    const own = all("input[type=radio]", form).find((r) => r.closest("label").textContent === "Your own");
    const named = (input) => (one(`label[for="${input.id}"]`, form) ?? one("legend", input.closest("fieldset"))).textContent;
    form.addEventListener("input", ({ target }) => {
      if (own && target !== form && named(target).startsWith("Your own only")) own.checked = true;                        // else the number moved and the curve stood
      apply();
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(apply));
    const nears = new IntersectionObserver((entries) => {
      if (!entries.some((e) => e.isIntersecting)) return;
      nears.disconnect();
      apply();
    }, { rootMargin: "300px" });
    nears.observe(figure);
  });
})();
