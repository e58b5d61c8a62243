// Message text as DOM: text nodes, and links for web addresses and Vietnamese phone numbers. Never HTML.
const KHMER = /[\u1780-\u17ff\u19e0-\u19ff]/;
const LINK = /https:\/\/[^\s<>"“”]+|(?:\+84[ .-]?|\b0)\d{2,3}([ .-]?)\d{2,4}(?:\1\d{2,4}){1,2}(?!\d)/g;
const CLOSING = /[.,;:!?)\]»…។]+$/;
const MOBILE = /^0[35789]\d{8}$/;
const LANDLINE = /^02\d{9}$/;

export function languageOf(text) {
  return KHMER.test(text) ? "km" : "vi";
}

// An address that is safe to follow, or null: https, a phone number, or a page of this same site.
export function safeUrl(address) {
  let url;
  try {
    url = new URL(address, location.href);
  } catch (error) {
    console.warn("not an address", address, error);
    return null;
  }
  const allowed = url.protocol === "https:" || url.protocol === "tel:" || url.origin === location.origin;
  return allowed ? url : null;
}

export function link(address, label) {
  const anchor = document.createElement("a");
  const url = safeUrl(address);
  anchor.textContent = label;
  if (!url) return anchor;
  anchor.href = url.href;
  if (url.protocol !== "tel:") {
    anchor.target = "_blank";
    anchor.rel = "noopener noreferrer";
  }
  return anchor;
}

export function words(text) {
  const parts = document.createDocumentFragment();
  let from = 0;
  for (const match of matches(text)) {
    parts.append(text.slice(from, match.index), link(match.address, match.label));
    from = match.index + match.label.length;
  }
  parts.append(text.slice(from));
  return parts;
}

function matches(text) {
  const found = [];
  LINK.lastIndex = 0;
  for (let match = LINK.exec(text); match; match = LINK.exec(text)) {
    const label = match[0].replace(CLOSING, "");
    const before = text.charAt(match.index - 1);
    const address = label.startsWith("https:") ? label : /[\d.,]/.test(before) ? null : phone(label);
    if (address) found.push({ index: match.index, label, address });
  }
  return found;
}

function phone(label) {
  const digits = label.replace(/[ .-]/g, "").replace(/^\+84/, "0");
  return MOBILE.test(digits) || LANDLINE.test(digits) ? "tel:" + digits : null;
}
