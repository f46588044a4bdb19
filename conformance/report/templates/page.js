"use strict";
(() => {
  const matches = (row, form) => {
    for (const field of form.elements) {
      if (!field.name || !field.value) continue;
      if (field.name === "text") {
        if (!row.textContent.toLowerCase().includes(field.value.toLowerCase())) return false;
      } else if (row.dataset[field.name] !== field.value) {
        return false;
      }
    }
    return true;
  };

  for (const form of document.querySelectorAll("form.filters")) {
    const rows = document.getElementById(form.dataset.for).tBodies[0].rows;
    const apply = () => {
      let shown = 0;
      for (const row of rows) {
        row.hidden = !matches(row, form);
        if (!row.hidden) shown += 1;
      }
      form.querySelector("output").textContent = `${shown} of ${rows.length}`;
    };
    form.hidden = false;
    form.addEventListener("input", apply);
    form.addEventListener("submit", (event) => event.preventDefault());
    apply();
  }

  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    if (target.tagName === "DETAILS") target.open = true;
    if (target.tagName === "TR") target.hidden = false;
    for (let node = target.parentElement; node; node = node.parentElement) {
      if (node.tagName === "DETAILS") node.open = true;
    }
    target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  if (location.hash) reveal();
})();
