/* Before the first paint: the page knows that script runs, so closed steps never flash up, and which theme and
   whether code was chosen. */
{
  const { classList, dataset } = document.documentElement;
  classList.add("js");
  for (const name of ["mode", "theme"]) try { dataset[name] = localStorage.getItem(name) || "auto"; } catch { dataset[name] = "auto"; }
  try { classList.toggle("no-code", localStorage.getItem("one-child-one-table:code-shown") === "no"); } catch { /* shown, then */ }
}
/* What the theme's toggle buttons ask for by these names. */
var toggleHintShow = "Show the code", toggleHintHide = "Hide the code", toggleOpenOnPrint = "true";
var togglebuttonSelector = ".toggle, .admonition.dropdown";
