"use strict";
// How far a broadcast is, asked every two seconds; without scripts the page says the same when it is loaded again.
for (const live of document.querySelectorAll("[data-live]")) {
    const bar = live.querySelector("progress");
    const shown = (now) => {
        bar.max = now.whole || 1;
        bar.value = now.done;
        for (const part of live.querySelectorAll("[data-part]")) { part.textContent = now[part.dataset.part]; }
    };
    const look = async () => {
        const answer = await fetch(live.dataset.live, { headers: { accept: "application/json" } }).catch(() => null);
        if (answer && (answer.redirected || answer.status === 404)) { location.reload(); return; }
        const now = answer && answer.ok ? await answer.json() : null;
        if (now && now.state !== live.dataset.state) { location.reload(); return; }
        if (now) { shown(now); }
        setTimeout(look, 2000);
    };
    setTimeout(look, 2000);
}
