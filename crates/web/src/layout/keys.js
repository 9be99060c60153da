// Single keys, outside fields: each does what a control on the page does, and only where that control is. Which there are
// stands in keys.rs; the sheet on the page says it, and this reads it there. They can be switched off in the profile
// (WCAG 2.1.4).

const off = document.body.dataset.keys === "off";
const writes = (element) => element?.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
const isVisible = (one) => one?.checkVisibility?.() ?? Boolean(one);
const visible = (selector) => [...document.querySelectorAll(selector)].findLast(isVisible);
const click = (control) => control.click();

/**
 * The row that is so many steps from the one that has the focus or is open. What was just answered goes to the end of its
 * list: from there one comes to whoever waits longest, and not to the same conversation again.
 */
function row(by) {
  const all = [...document.querySelectorAll(".row__link")].filter(isVisible);
  const at = all.indexOf(document.activeElement);
  if (at >= 0) return all[Math.min(Math.max(at + by, 0), all.length - 1)];
  return beside(by) ?? all[0];
}
function toRow(link) {
  link.focus();
  link.scrollIntoView({ block: "nearest" });
}
/** The conversation before or after the one that is open; after the last comes the first. */
function beside(by) {
  const all = [...document.querySelectorAll(".row__link")];
  const at = all.findIndex((link) => link.matches("[aria-current]"));
  if (at < 0) return undefined;
  return all[at + by] ?? (by > 0 && at > 0 ? all[0] : undefined);
}
const section = (...ids) => ids.map((id) => document.getElementById(id)).find(Boolean);
function write(place) {
  location.hash = `#${place.id}`;
  place.querySelector("textarea")?.focus();
}
function choose(select) {
  if (!isVisible(select)) location.hash = "#gegevens";
  select.focus();
}
function find(form) {
  location.hash = "#vind";
  form.querySelector("[type=search]").select();
}
const toggle = (dialog) => (dialog.open ? dialog.close() : dialog.showModal());

/** What a key does: what it needs, which is undefined where it is not, and what happens with it. */
const acts = {
  sheet: [() => document.getElementById("toetsen"), toggle],
  search: [() => document.querySelector("[data-search]"), click],
  "next-row": [() => row(1), toRow],
  "previous-row": [() => row(-1), toRow],
  "new-rows": [() => visible("[data-new-rows]:not([hidden])"), click],
  reply: [() => section("antwoord", "sjabloon"), write],
  note: [() => section("notitie"), write],
  take: [() => visible('[data-key="p"]'), click],
  "hand-over": [() => section("wie"), choose],
  find: [() => section("vind"), find],
  "first-unread": [() => visible('[data-key="u"]'), click],
  close: [() => visible('[data-key="e"]'), click],
  undo: [() => visible('[data-key="z"]'), click],
  previous: [() => beside(-1), click],
  next: [() => beside(1), click],
};
function perform(does) {
  const [find, act] = acts[does] ?? [() => undefined];
  const found = find();
  if (!found) return false;
  act(found);
  return true;
}
// The palette asks what can be done, and has it done.
document.addEventListener("gehoor:kan", ({ detail }) => (detail.can = Boolean(acts[detail.does]?.[0]())));
document.addEventListener("gehoor:doe", ({ detail }) => perform(detail.does));

const sheet = [...document.querySelectorAll("#toetsen [data-press]")];
const does = new Map(sheet.filter((key) => key.dataset.does).map((key) => [key.dataset.press, key.dataset.does]));
/** After G: where to. */
const places = new Map(sheet.filter((key) => key.dataset.to).map((key) => [key.dataset.press, key.dataset.to]));

/** The part of the screen after or before the one with the focus; from outside all of them, the nearest in that direction. */
function region(back) {
  const all = ["lijst", "berichten", "schrijven", "gegevens"].map((id) => document.getElementById(id)).filter(isVisible);
  if (all.length === 0) return undefined;
  const focused = document.activeElement;
  const inside = all.findIndex((one) => one.contains(focused));
  if (inside >= 0) return all[(inside + (back ? -1 : 1) + all.length) % all.length];
  const follows = (one) => Boolean(focused.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING);
  return back ? (all.findLast((one) => !follows(one)) ?? all.at(-1)) : (all.find(follows) ?? all[0]);
}

let going = 0;
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
    // Taken by the palette; where there is none, the key is the browser's.
    if (!document.dispatchEvent(new CustomEvent("gehoor:palet", { cancelable: true }))) event.preventDefault();
    return;
  }
  if (event.key === "F6") {
    const next = document.querySelector("dialog[open]") ? undefined : region(event.shiftKey);
    if (next) {
      next.focus();
      event.preventDefault();
    }
    return;
  }
  if (off || event.ctrlKey || event.metaKey || event.altKey || writes(event.target)) return;
  if (document.querySelector("dialog[open]") && event.key !== "?") return;
  const now = performance.now();
  if (now < going && places.has(event.key)) {
    going = 0;
    location.assign(places.get(event.key));
    event.preventDefault();
  } else if (event.key === "g") {
    going = now + 1_500;
  } else if (does.has(event.key) && perform(does.get(event.key))) {
    event.preventDefault();
  }
});

document.addEventListener("click", (event) => {
  const { target } = event;
  if (target.closest("[data-keys-sheet]")) perform("sheet");
  // With a modifier a link opens where the browser says.
  const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
  if (plain && target.closest("[data-palette]") && !document.dispatchEvent(new CustomEvent("gehoor:palet", { cancelable: true }))) event.preventDefault();
  if (plain && target.closest('[data-key="f"]')) requestAnimationFrame(() => perform("find"));
  if (target.matches("dialog")) target.close();
});
// A form in a popover begins at its first field.
document.addEventListener("toggle", (event) => {
  if (event.newState === "open" && event.target.matches?.("[popover]")) {
    event.target.querySelector("select, input:not([type=hidden]), button")?.focus();
  }
}, true);
