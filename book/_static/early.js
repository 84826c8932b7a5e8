/* Before the first paint: the page knows that script runs, so closed steps never flash up, and which theme and
   whether code was chosen. */
{
  /* Where a browser shuts its stores (cookies blocked), asking for one throws, and the theme's script would stop at its first line:
     menu, search and theme switch with it. A store that lasts as long as the page takes its place. */
  for (const name of ["localStorage", "sessionStorage"]) {
    try { window[name].getItem("theme"); } catch {
      const held = new Map();
      const store = { getItem: (key) => held.get(String(key)) ?? null, setItem: (key, value) => { held.set(String(key), String(value)); },
        removeItem: (key) => { held.delete(String(key)); }, clear: () => held.clear(), key: (n) => [...held.keys()][n] ?? null,
        get length() { return held.size; }, lasts: false };
      try { Object.defineProperty(window, name, { value: store, configurable: true }); } catch { /* the page still works, without its theme */ }
    }
  }
  /* A full store throws as well, when the theme keeps its mode there. */
  const keep = Storage.prototype.setItem;
  Storage.prototype.setItem = function (key, value) {
    try { keep.call(this, key, value); } catch (error) { if (key !== "mode" && key !== "theme") throw error; }
  };
  const { classList, dataset } = document.documentElement;
  classList.add("js");
  for (const name of ["mode", "theme"]) try { dataset[name] = localStorage.getItem(name) || "auto"; } catch { dataset[name] = "auto"; }
  try { classList.toggle("no-code", localStorage.getItem("one-child-one-table:code-shown") === "no"); } catch { /* shown, then */ }
}
/* What the theme's toggle buttons ask for by these names. */
var toggleHintShow = "Show the code", toggleHintHide = "Hide the code", toggleOpenOnPrint = "true";
var togglebuttonSelector = ".toggle, .admonition.dropdown";
