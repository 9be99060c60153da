// Single keys, outside fields: each does what a control on the page does, and only where that control is. They can be
// switched off in the profile (WCAG 2.1.4); what is listed in the sheet is what works here.

const off = document.body.dataset.keys === "off";
const writes = (element) => element?.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

/** Rows of the list, and the one that has the focus or is open. */
const links = () => [...document.querySelectorAll(".row__link")];
function step(by) {
  const all = links();
  if (all.length === 0) return false;
  const at = all.findIndex((link) => link === document.activeElement);
  const from = at >= 0 ? at : all.findIndex((link) => link.matches("[aria-current]"));
  const next = all[Math.min(Math.max(from + by, 0), all.length - 1)];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
  return true;
}
function open(by) {
  const all = links();
  const at = all.findIndex((link) => link.matches("[aria-current]"));
  const next = all[at + by];
  if (at < 0 || !next) return false;
  next.click();
  return true;
}
function write(place) {
  const section = document.getElementById(place);
  if (!section) return false;
  location.hash = `#${place}`;
  section.querySelector("textarea")?.focus();
  return true;
}
function press(selector) {
  const control = [...document.querySelectorAll(selector)].find((one) => one.checkVisibility?.() ?? true);
  if (!control) return false;
  control.click();
  return true;
}
function sheet() {
  const dialog = document.getElementById("toetsen");
  if (!dialog) return false;
  if (dialog.open) dialog.close();
  else dialog.showModal();
  return true;
}

const keys = {
  j: () => step(1),
  k: () => step(-1),
  n: () => press("[data-new-rows]:not([hidden])"),
  a: () => write("antwoord") || write("sjabloon"),
  t: () => write("notitie"),
  e: () => press('[data-key="e"]'),
  p: () => press('[data-key="p"]'),
  "[": () => open(-1),
  "]": () => open(1),
  "/": () => press("[data-search]"),
  "?": sheet,
};
/** After G: where to. */
const places = { g: "/gesprekken", m: "/gesprekken?lijst=mijn", o: "/gesprekken?lijst=niemand", p: "/profiel" };

let going = 0;
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  if (event.key === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
    if (press("[data-search]")) event.preventDefault();
    return;
  }
  if (event.key === "F6") {
    const regions = ["lijst", "berichten", "schrijven", "gegevens"].map((id) => document.getElementById(id)).filter((one) => one?.checkVisibility?.() ?? one);
    const at = regions.findIndex((one) => one.contains(document.activeElement));
    const next = regions[(at + (event.shiftKey ? -1 : 1) + regions.length) % regions.length];
    if (next) {
      next.focus();
      event.preventDefault();
    }
    return;
  }
  if (off || event.ctrlKey || event.metaKey || event.altKey || writes(event.target)) return;
  if (document.querySelector("dialog[open]") && event.key !== "?") return;
  const now = performance.now();
  if (now < going && places[event.key]) {
    going = 0;
    location.assign(places[event.key]);
    event.preventDefault();
  } else if (event.key === "g") {
    going = now + 1_500;
  } else if (keys[event.key]?.()) {
    event.preventDefault();
  }
});

document.addEventListener("click", ({ target }) => {
  if (target.closest("[data-keys-sheet]")) sheet();
  if (target.matches("dialog")) target.close();
});
// A form in a popover begins at its first field.
document.addEventListener("toggle", (event) => {
  if (event.newState === "open" && event.target.matches?.("[popover]")) {
    event.target.querySelector("select, input:not([type=hidden]), button")?.focus();
  }
}, true);
