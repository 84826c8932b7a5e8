/* What the last row of a room can read of `root`: px of the smallest text as drawn, and every text that is cut off. */
(root) => {
  const texts = [...root.querySelectorAll("*")].filter((e) => !e.closest(".visually-hidden, .notes, style, option") &&
    [...e.childNodes].some((n) => n.nodeType === 3 && n.nodeValue.trim()) && e.checkVisibility() && e.getBoundingClientRect().width);
  const scale = root.getBoundingClientRect().width / root.offsetWidth;
  const size = (e) => parseFloat(getComputedStyle(e).fontSize) * (e.closest("svg")?.getScreenCTM().a ?? scale * e.currentCSSZoom);
  const clips = (e) => getComputedStyle(e).overflowX !== "visible" && e.tagName !== "svg";
  const cut = texts.filter((e) => {
    const box = e.getBoundingClientRect();
    for (let up = e.parentElement; up; up = up.parentElement) {
      const pane = up.getBoundingClientRect();
      if ((up === root || clips(up)) && (box.left < pane.left - 1 || box.right > pane.right + 1)) return true;
      if (up === root) return false;
    }
    return false;
  });
  const smallest = texts.reduce((a, b) => size(a) <= size(b) ? a : b), told = (e) => e.textContent.trim().slice(0, 40);
  return { smallest: size(smallest), words: told(smallest), cut: cut.map(told), filled: Math.max(...texts.map((e) => e.getBoundingClientRect().bottom)) };
}
