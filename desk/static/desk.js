"use strict";
// The one convenience that HTML can't give: ticking every row at once. Everything else works without scripts.
for (const all of document.querySelectorAll("[data-tick-all]")) {
    const boxes = [...document.querySelectorAll(`input[form="${all.dataset.tickAll}"][type="checkbox"]`)];
    all.addEventListener("change", () => boxes.forEach((box) => { box.checked = all.checked; }));
}
