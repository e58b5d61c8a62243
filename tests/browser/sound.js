/* What is wrong with a page of the desk, in words; an empty list when nothing is. `phone`: fingers, not a mouse. */
(phone) => {
    const wrong = [];
    const seen = (node) => { const box = node.getBoundingClientRect(); return box.width > 0 && box.height > 0 && getComputedStyle(node).visibility !== "hidden" && !node.closest(".skip"); };
    const words = (node) => (node.getAttribute("aria-label") || node.textContent || node.title || node.name || "").trim().replace(/\s+/g, " ").slice(0, 40);
    const what = (node) => `<${node.tagName.toLowerCase()} ${node.id || node.name || node.className}> ${words(node)}`;

    if (document.documentElement.scrollWidth > window.innerWidth) { wrong.push(`wider than the screen: ${document.documentElement.scrollWidth}`); }
    if (!document.documentElement.lang) { wrong.push("no language"); }
    if (document.title.split(" · ").filter((part) => part.trim()).length < 2) { wrong.push(`title: ${document.title}`); }
    let before = 0;
    for (const heading of document.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
        const level = Number(heading.tagName[1]);
        if (level > before + 1 || !heading.textContent.trim()) { wrong.push(`heading out of order: ${what(heading)}`); }
        before = level;
    }
    if (document.querySelectorAll("h1").length !== 1) { wrong.push(`${document.querySelectorAll("h1").length} main headings`); }
    const ids = [...document.querySelectorAll("[id]")].map((node) => node.id);
    for (const id of new Set(ids.filter((one, at) => ids.indexOf(one) !== at))) { wrong.push(`the id ${id} twice`); }
    for (const node of document.querySelectorAll("[aria-labelledby], [aria-describedby], label[for]")) {
        for (const id of `${node.getAttribute("aria-labelledby") || ""} ${node.getAttribute("aria-describedby") || ""} ${node.htmlFor || ""}`.split(" ").filter(Boolean)) {
            if (!document.getElementById(id)) { wrong.push(`${what(node)} names #${id}, which is not there`); }
        }
    }
    for (const field of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
        const label = [...(field.labels || [])].map((one) => one.textContent).join("") || field.getAttribute("aria-label") || field.getAttribute("aria-labelledby") || "";
        if (seen(field) && !label.trim()) { wrong.push(`no label: ${what(field)}`); }
    }
    for (const node of document.querySelectorAll("a[href], button, summary")) {
        if (seen(node) && !words(node)) { wrong.push(`no name: ${node.outerHTML.slice(0, 80)}`); }
    }
    for (const image of document.querySelectorAll("img:not([alt])")) { wrong.push(`no words for ${image.src}`); }
    for (const image of document.querySelectorAll("svg:not([aria-hidden]):not([role=img])")) { wrong.push(`a drawing of no role: ${what(image)}`); }
    for (const landmark of ["nav", "aside", "[role=search]"]) {
        const names = [...document.querySelectorAll(landmark)].map((node) => node.getAttribute("aria-label") || "");
        if (names.some((name, at) => names.indexOf(name) !== at)) { wrong.push(`${landmark}s of one name: ${names.join("|")}`); }
    }

    const light = ([red, green, blue]) => {
        const part = (value) => { const share = value / 255; return share <= .03928 ? share / 12.92 : ((share + .055) / 1.055) ** 2.4; };
        return .2126 * part(red) + .7152 * part(green) + .0722 * part(blue);
    };
    const colour = (words_) => { const found = (words_.match(/[\d.]+/g) || []).map(Number); const most = words_.startsWith("color(") ? 255 : 1; return [found.slice(0, 3).map((part) => part * most), found.length > 3 ? found[3] : 1]; };
    const over = (top, share, under) => top.map((value, at) => value * share + under[at] * (1 - share));
    const ground = (node) => {
        if (!node) { return [255, 255, 255]; }
        const [own, share] = colour(getComputedStyle(node).backgroundColor);
        return share === 1 ? own : over(own, share, ground(node.parentElement));
    };
    const looked = new Set();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const node = walker.currentNode.parentElement;
        if (!walker.currentNode.data.trim() || looked.has(node) || node.closest("svg, option, [disabled]") || !seen(node)) { continue; }
        looked.add(node);
        const style = getComputedStyle(node), behind = ground(node);
        const [text, share] = colour(style.color);
        const [high, low] = [light(over(text, share, behind)), light(behind)].sort((one, other) => other - one);
        const big = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && Number(style.fontWeight) >= 700);
        if ((high + .05) / (low + .05) < (big ? 3 : 4.5)) { wrong.push(`pale (${((high + .05) / (low + .05)).toFixed(2)}): ${what(node)}`); }
        if (parseFloat(style.fontSize) < 12) { wrong.push(`small letters (${style.fontSize}): ${what(node)}`); }
    }

    for (const node of phone ? document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary") : []) {
        const label = node.closest("label");
        const box = (/^(checkbox|radio)$/.test(node.type) && label ? label : node).getBoundingClientRect();
        const amid = node.tagName === "A" && getComputedStyle(node).display === "inline" && node.parentElement.textContent.trim() !== node.textContent.trim();
        if (seen(node) && !amid && (box.height < 43.5 || box.width < 24)) { wrong.push(`small to tap (${Math.round(box.width)} × ${Math.round(box.height)}): ${what(node)}`); }
    }
    return wrong;
}
