"use strict";
// The one convenience that HTML can't give: ticking every row at once. Everything else works without scripts.
for (const all of document.querySelectorAll("[data-tick-all]")) {
    const boxes = [...document.querySelectorAll(`input[form="${all.dataset.tickAll}"][type="checkbox"]`)];
    all.hidden = false;
    all.addEventListener("change", () => boxes.forEach((box) => { box.checked = all.checked; }));
}
// A second tap on a button while the first is on its way sends nothing. A file to save leaves the page as it is, so ten seconds.
for (const form of document.querySelectorAll('form[method="post"]')) {
    form.addEventListener("submit", (event) => {
        if (form.dataset.sent) { event.preventDefault(); return; }
        form.dataset.sent = "1";
        setTimeout(() => { delete form.dataset.sent; }, 10000);
    });
}
// A form that says what it still lacks while it is being filled in; without scripts, saving says the same.
for (const form of document.querySelectorAll("form[data-check]")) {
    const into = document.getElementById(form.dataset.checkInto);
    let waiting = 0;
    let asked = 0;
    const check = async () => {
        const mine = asked += 1;
        const answer = await fetch(form.dataset.check, { method: "POST", body: new URLSearchParams(new FormData(form)) });
        if (answer.ok && mine === asked) { into.innerHTML = await answer.text(); }
    };
    form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(check, 500); });
}
