// Search in the index of the page. Without scripts the field is not there, and the browser's own
// search finds every text, since nothing is hidden.
(() => {
  "use strict";
  const box = document.getElementById("search");
  const field = document.getElementById("search-text");
  const list = document.getElementById("search-results");
  const index = window.specIndex || [];
  if (!box || !index.length) return;
  box.hidden = false;

  const score = (entry, words) => {
    let total = 0;
    for (const word of words) {
      if (entry.name.includes(word)) total += 4;
      else if (entry.title.toLowerCase().includes(word)) total += 3;
      else if (entry.text.toLowerCase().includes(word)) total += 1;
      else return 0;
    }
    return total;
  };

  const row = (entry) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = "#" + entry.anchor;
    const title = document.createElement("span");
    title.textContent = entry.title;
    const kind = document.createElement("span");
    kind.className = "kind";
    kind.textContent = entry.kind;
    link.append(title, kind);
    item.append(link);
    return item;
  };

  const close = () => { list.hidden = true; };

  const show = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.length) { list.replaceChildren(); close(); return; }
    const found = index
      .map((entry) => [score(entry, words), entry])
      .filter(([points]) => points > 0)
      .sort((a, b) => b[0] - a[0])
      .slice(0, 12);
    if (found.length) {
      list.replaceChildren(...found.map(([, entry]) => row(entry)));
    } else {
      const none = document.createElement("li");
      none.className = "none";
      none.textContent = "Nothing found";
      list.replaceChildren(none);
    }
    list.hidden = false;
  };

  field.addEventListener("input", show);
  field.addEventListener("focus", show);
  list.addEventListener("click", close);
  document.addEventListener("click", (event) => { if (!box.contains(event.target)) close(); });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    if (event.key === "/" && document.activeElement !== field && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      field.focus();
    }
    if (event.key === "ArrowDown" && box.contains(document.activeElement)) {
      const links = [...list.querySelectorAll("a")];
      const next = links[links.indexOf(document.activeElement) + 1];
      if (next) { event.preventDefault(); next.focus(); }
    }
    if (event.key === "Enter" && document.activeElement === field) {
      const first = list.querySelector("a");
      if (first) { first.click(); field.blur(); }
    }
  });
})();
