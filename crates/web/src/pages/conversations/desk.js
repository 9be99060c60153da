// What changes by itself on the desk: rows of the list, how much is in each list, and the open conversation. Each is asked
// for by its own address and swapped by its id. The order of the list, the reading position, the text that somebody writes
// and the focus never move (look at README.md beside live.js for what the events say).

const desk = document.querySelector(".desk");
const log = document.querySelector("[role=log]");
const open = desk?.dataset.conversation;
/** The list: another one stands in its place when it is narrowed. */
const list = () => document.querySelector("[data-list]");

/** How long changes are gathered before they are asked for, and how often one sentence may be announced. */
const [GATHER, ANNOUNCE_EVERY] = [120, 5_000];
/** Rows change often and say less: they are asked for a little later, all together. */
const GATHER_ROWS = 400;
/** How often saved lists are counted. */
const COUNT_EVERY = 10_000;
let counted = Date.now();
const SAID_FOR = 12_000;
/** Who touched nothing for so long is not there: nothing is read by them, and their session may end as it should. */
const AWAY_AFTER = 5 * 60_000;

let touched = Date.now();
for (const name of ["pointerdown", "pointermove", "keydown", "scroll"]) {
  addEventListener(name, () => (touched = Date.now()), { passive: true, capture: true });
}
const isThere = () => document.visibilityState === "visible" && Date.now() - touched < AWAY_AFTER;

// A details that somebody opened stays open.
if (window.htmx) window.htmx.config.morphIgnore = [...(window.htmx.config.morphIgnore ?? []), "open"];

/** Puts `node` in the place of the element with the same id or row, keeping focus and what is open in it. */
async function swap(old, node) {
  if (!old || !node) return;
  // Each fragment has fresh keys for its forms; those that are here do as well, and would make every message look new.
  const keys = old.querySelectorAll("input[name=sleutel]");
  node.querySelectorAll("input[name=sleutel]").forEach((field, at) => keys[at] && field.setAttribute("value", keys[at].value));
  // What somebody was just asked to confirm stays until they answer, or until there is nothing to decide any more.
  for (const asked of old.querySelectorAll("[data-asked]")) node.querySelector(`#${CSS.escape(asked.id)}`)?.replaceWith(asked.cloneNode(true));
  if (old.isEqualNode(node)) return;
  const focused = old.contains(document.activeElement) ? document.activeElement : undefined;
  const heading = old.closest("section, aside")?.querySelector("h1, h2");
  if (window.htmx) await window.htmx.swap({ text: node.outerHTML, target: old, swap: "outerMorph" });
  else old.replaceWith(node);
  if (focused && !document.activeElement?.matches(":focus:not(body)")) keepFocus(focused, heading);
}

/** The focus was on something that was swapped: it goes to the same thing, or to the heading of where that was. */
function keepFocus(lost, heading) {
  const same = [lost.id && `#${CSS.escape(lost.id)}`, lost.matches("a[href]") && `a[href="${CSS.escape(lost.getAttribute("href"))}"]`, lost.name && `[name="${CSS.escape(lost.name)}"]`];
  const found = same.filter(Boolean).map((selector) => document.querySelector(selector)).find(Boolean) ?? heading;
  if (!found) return;
  if (!found.matches("a[href], button, input, select, textarea, summary, [tabindex]")) found.tabIndex = -1;
  found.focus({ preventScroll: true });
}

async function fragment(address) {
  const headers = { "x-gehoor-script": "1" };
  if (isThere()) headers["x-gehoor-looked-at"] = "1";
  const answer = await fetch(address, { headers, redirect: "manual", cache: "no-store" });
  if (!answer.ok) return undefined;
  return new DOMParser().parseFromString(await answer.text(), "text/html").body;
}

/** Does `act` once for all calls within GATHER, and never twice at once. */
function gathered(act, after = GATHER) {
  let [timer, busy, again] = [undefined, false, false];
  const run = async () => {
    timer = undefined;
    if (busy) return void (again = true);
    busy = true;
    try {
      await act();
    } catch {
      // The connection went: what is told when it is back brings everything up to date.
    } finally {
      busy = false;
      if (again) [again, timer] = [false, setTimeout(run, after)];
    }
  };
  return () => (timer ??= setTimeout(run, after));
}

// The list and the menu.
const changed = new Set();
const arrived = new Set();
const rowOf = (id) => document.querySelector(`[data-row="${CSS.escape(id)}"]`);

const rows = gathered(async () => {
  const ids = [...changed].slice(0, 50);
  for (const id of ids) changed.delete(id);
  if (changed.size > 0) rows();
  const address = list()?.dataset.list ?? "/gesprekken/rijen";
  // How many are in the lists that somebody saved costs more to count, and changes less.
  const saved = Date.now() - counted > COUNT_EVERY && document.querySelector(".filter__count");
  if (saved) counted = Date.now();
  const body = await fragment(`${address}${address.includes("?") ? "&" : "?"}welke=${ids.join(",")}${saved ? "&lijsten=ja" : ""}`);
  if (!body) return;
  for (const row of body.querySelectorAll("[data-row]")) {
    const old = rowOf(row.dataset.row);
    const here = row.nextElementSibling?.matches("[data-here]");
    if (old) {
      if (old.matches("[data-current]")) {
        row.classList.remove("row--unread");
        row.querySelector(".row__link > .visually-hidden")?.remove();
        row.dataset.current = "";
        row.querySelector(".row__link")?.setAttribute("aria-current", "true");
      }
      const heading = old.querySelector(".row__name");
      const name = row.querySelector(".row__name");
      if (heading && name && heading.tagName !== name.tagName) {
        const same = document.createElement(heading.tagName);
        same.className = name.className;
        same.append(...name.childNodes);
        name.replaceWith(same);
      }
      await swap(old, row);
    } else if (here && list()) {
      arrived.add(row.dataset.row);
    }
  }
  for (const counter of body.querySelectorAll("[data-counter]")) {
    for (const shown of document.querySelectorAll(`:is(.nav, .list-head) [data-counter="${counter.dataset.counter}"]`)) {
      if (shown.textContent !== counter.textContent) shown.textContent = counter.textContent;
    }
  }
  const strip = document.querySelector("[data-new-rows]");
  if (strip && arrived.size > 0) {
    const words = arrived.size === 1 ? strip.dataset.one : `${arrived.size} ${strip.dataset.many}`;
    const first = strip.hidden;
    [strip.textContent, strip.hidden] = [words, false];
    if (first) announce(words);
  }
}, GATHER_ROWS);

// The open conversation.
let unseen = 0;
const nearEnd = () => !log || log.scrollHeight - log.clientHeight - Math.abs(log.scrollTop) < 80 || Math.abs(log.scrollTop) < 80;

/** Messages that changed; without any, the newest are looked at. */
const named = new Set();
let whole = false;
const MOST_NAMED = 20;
const momentOf = (item) => item.querySelector("time[datetime]")?.dateTime ?? "";

const conversation = gathered(async () => {
  const ids = whole || named.size > MOST_NAMED ? [] : [...named];
  whole = false;
  named.clear();
  const address = desk.dataset.part;
  const body = await fragment(ids.length > 0 ? `${address}${address.includes("?") ? "&" : "?"}berichten=${ids.join(",")}` : address);
  const part = body?.querySelector("[data-version]");
  if (!part) return;
  for (const id of ["gesprek-stand", "termijnen", "behandelaar", "gegevens-feiten"]) {
    await swap(document.getElementById(id), part.querySelector(`#${id}`));
  }
  const shown = document.getElementById("berichten-lijst");
  const newest = document.querySelector("[data-newest]");
  let came = 0;
  let day;
  for (const item of part.querySelectorAll("ol > li")) {
    if (item.matches(".day--new")) continue;
    if (item.matches(".day")) {
      day = item;
      continue;
    }
    const old = item.id ? document.getElementById(item.id) : undefined;
    if (old) {
      await swap(old, item);
    } else if (newest && item.id) {
      // By its moment: a message that was delivered late belongs further up, as do lines.
      const later = [...shown.children].find((one) => !one.matches(".day") && momentOf(one) > momentOf(item));
      const heading = later?.previousElementSibling;
      const isOfNextDay = heading?.matches(".day:not(.day--new)") && heading.textContent !== day?.textContent;
      const place = isOfNextDay ? heading : (later ?? null);
      if (day && ![...shown.querySelectorAll(".day")].some((one) => one.textContent === day.textContent)) {
        shown.insertBefore(document.importNode(day, true), place);
      }
      shown.insertBefore(document.importNode(item, true), place);
      if (item.matches(".message--in")) came += 1;
    }
  }
  // Whoever has the newest messages before them has seen what came; a form that is open is about what it was opened for.
  if (newest && isThere() && nearEnd()) {
    for (const field of document.querySelectorAll('input[name="gezien"]')) field.value = part.dataset.lastOut;
    for (const field of document.querySelectorAll('input[name="versie"]')) {
      if (!field.closest(":popover-open")) field.value = part.dataset.version;
    }
  }
  if (came > 0) arrivedInLog(came, shown.dataset.new);
  // What was said of a form that was sent is over once the conversation has gone on.
  if (performance.now() > SAID_FOR) document.querySelector("#gezegd .notice--good")?.remove();
});

/** At the end one stays at the end; who reads further up is told, and nothing moves. */
function arrivedInLog(count, words) {
  announce(words);
  if (nearEnd()) {
    unseen = 0;
    if (log) log.scrollTop = log.matches(".log--newest") ? 0 : log.scrollHeight;
    return;
  }
  unseen += count;
  const button = document.querySelector("[data-to-newest]");
  if (!button) return;
  button.textContent = unseen === 1 ? button.dataset.one : `${unseen} ${button.dataset.many}`;
  button.parentElement.hidden = false;
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-to-newest]");
  if (!button) return;
  unseen = 0;
  button.parentElement.hidden = true;
  if (!log) return;
  log.scrollTop = log.matches(".log--newest") ? 0 : log.scrollHeight;
  log.focus({ preventScroll: true });
});

/** One polite sentence, and not too often. */
let [said, waiting] = [0, undefined];
function announce(words) {
  const place = document.getElementById("meegedeeld");
  if (!place || !words) return;
  const say = () => {
    said = Date.now();
    place.textContent = "";
    requestAnimationFrame(() => (place.textContent = words));
  };
  clearTimeout(waiting);
  waiting = setTimeout(say, Math.max(50, said + ANNOUNCE_EVERY - Date.now()));
}

document.addEventListener("gehoor:gebeurd", ({ detail }) => {
  const { conversation: id } = detail;
  if (!id) return;
  changed.add(id);
  rows();
  if (id !== open) return;
  if (detail.message) named.add(detail.message);
  else whole = true;
  conversation();
});
document.addEventListener("gehoor:vernieuw", () => {
  for (const row of document.querySelectorAll("[data-row]")) changed.add(row.dataset.row);
  rows();
  whole = true;
  if (open) conversation();
});
document.addEventListener("gehoor:verbinding", ({ detail }) => {
  if (detail.connected) announce(document.querySelector("[data-live-words]")?.textContent);
});
document.addEventListener("gehoor:uitgelogd", () => {
  const strip = document.querySelector("[data-live-strip]");
  if (!strip) return;
  strip.querySelector("[data-live-words]").textContent = strip.dataset.out;
  strip.setAttribute("role", "alert");
  strip.hidden = false;
});
document.addEventListener("gehoor:aanwezig", ({ detail }) => {
  const place = document.querySelector("[data-beside]");
  if (!place || detail.conversation !== open) return;
  const { looks, types } = place.dataset;
  place.textContent = detail.people.map(({ name, doing }) => `${name} ${doing === "typt" ? types : looks}`).join(" ");
});

// Waits grow without anybody doing anything: once a minute what is shown is looked at again.
setInterval(() => {
  if (!isThere() || !list()) return;
  for (const row of document.querySelectorAll("[data-row]:has(.row__waiting)")) changed.add(row.dataset.row);
  if (changed.size > 0) rows();
}, 60_000);

// Filters: only the list is swapped, where it stands by itself. Beside a conversation its forms carry the list in their
// addresses, so the page is asked for anew.
let shownAt = location.pathname + location.search;
let turn = 0;
async function narrow(address) {
  const mine = (turn += 1);
  const answer = await fetch(address, { headers: { "x-gehoor-script": "1" }, redirect: "manual" }).catch(() => undefined);
  const body = answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : undefined;
  // Somebody chose again meanwhile.
  if (mine !== turn) return;
  const [old, next] = [document.getElementById("lijst"), body?.getElementById("lijst")];
  if (!old || !next) return location.assign(address);
  old.replaceWith(document.importNode(next, true));
  history.pushState({}, "", address);
  shownAt = location.pathname + location.search;
  document.title = body.title;
  for (const link of document.querySelectorAll(".nav .nav__link--sub")) {
    const same = body.querySelector(`.nav .nav__link--sub[href="${link.getAttribute("href")}"]`);
    if (same?.hasAttribute("aria-current")) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  changed.clear();
  arrived.clear();
  const heading = document.getElementById("lijst-kop");
  heading?.focus({ preventScroll: true });
  announce(`${heading?.parentElement.textContent.replace(/\s+/g, " ").trim()}. ${document.querySelector(".list-head__sorted")?.textContent ?? ""}`);
}
if (desk && !open) {
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-narrow]")) return;
    event.preventDefault();
    // What was left empty says nothing.
    const asked = new URLSearchParams([...new FormData(event.target)].filter(([, value]) => value !== ""));
    narrow(`${event.target.getAttribute("action")}?${asked}`);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-narrow-link]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    narrow(link.getAttribute("href"));
  });
  // Back is the page as it was, made anew: rows may have changed since. A place on the same page is no other page.
  addEventListener("popstate", () => location.pathname + location.search !== shownAt && location.reload());
}
