/* Before the first paint: the page knows that script runs, so closed steps never flash up. */
document.documentElement.classList.add("js");
