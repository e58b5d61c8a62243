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
// A stroke and a few letters call up a ready answer; without scripts, sending "/letters" puts it into the field.
const plain = (words) => words.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/g, "d");
for (const field of document.querySelectorAll("textarea[data-ready]")) {
    const list = document.getElementById(field.dataset.ready);
    const all = [...list.querySelectorAll("button")];
    const shortcut = () => /(^|\s)\/(\S*)$/.exec(field.value.slice(0, field.selectionStart));
    const take = (one) => {
        const found = shortcut();
        const start = found ? found.index + found[1].length : field.selectionStart;
        field.setRangeText(one.dataset.words, start, field.selectionStart, "end");
        list.hidden = true;
        field.focus();
    };
    const look = () => {
        const found = shortcut();
        const wanted = found ? plain(found[2]) : "";
        for (const one of all) { one.hidden = !one.dataset.keys.split(" ").some((key) => key.startsWith(wanted)); }
        list.hidden = !found || all.every((one) => one.hidden);
    };
    all.forEach((one) => one.addEventListener("click", () => take(one)));
    field.addEventListener("input", look);
    field.addEventListener("keydown", (event) => {
        if (list.hidden) { return; }
        if (event.key === "Enter") { event.preventDefault(); take(all.find((one) => !one.hidden)); }
        if (event.key === "Escape") { list.hidden = true; }
    });
}
