// The palette (Ctrl K): what can be done here and where one can go, found by typing. It lists what the page has: keys that
// work, links of the menu, colleagues of the form, and the conversations that this tab looked at last.

const dialog = document.getElementById("palet");
const field = document.getElementById("palet-vraag");
const listbox = document.getElementById("palet-lijst");

/** Lines of one group, and conversations that are remembered. */
const [MOST, REMEMBERED] = [7, 8];
const MEMORY = "gehoor-onlangs";

/** Only ids, and only as long as the tab: what they are called is asked for by whoever may see it. */
function recentIds() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(MEMORY) ?? "[]");
    return kept.filter((id) => /^[0-9a-f-]{36}$/.test(id));
  } catch {
    return [];
  }
}
function remember(id) {
  if (!id) return;
  try {
    sessionStorage.setItem(MEMORY, JSON.stringify([id, ...recentIds().filter((one) => one !== id)].slice(0, REMEMBERED)));
  } catch {
    // Without storage there is nothing recent.
  }
}
const here = document.querySelector(".desk")?.dataset.conversation;
remember(here);

/**
 * A line of the palette.
 * @typedef {{ words: string, icon: string, keys?: string[], act: () => void, mark?: string }} Line
 */

/** The keys of the sheet that do something here. @returns {Line[]} */
function acts() {
  return [...document.querySelectorAll("#toetsen [data-does]")].filter((row) => row.dataset.of === "gesprek").flatMap((row) => {
    const asked = new CustomEvent("gehoor:kan", { detail: { does: row.dataset.does, can: false } });
    document.dispatchEvent(asked);
    if (!asked.detail.can) return [];
    const act = () => document.dispatchEvent(new CustomEvent("gehoor:doe", { detail: { does: row.dataset.does } }));
    return [{ words: row.querySelector("dt").textContent, icon: "chevron-right", keys: keysOf(row), act }];
  });
}
const keysOf = (row) => [...row.querySelectorAll("kbd")].map((one) => one.textContent);

/** Colleagues that the conversation can be given to. @returns {Line[]} */
function people() {
  const select = document.getElementById("wie");
  if (!select) return [];
  return [...select.options].filter((one) => one.value && !one.defaultSelected).map((one) => ({
    words: dialog.dataset.give.replace("(wie)", one.textContent.trim()),
    icon: "user-round",
    act: () => {
      select.value = one.value;
      select.form.requestSubmit();
    },
  }));
}

/** Links of the menu and its lists. @returns {Line[]} */
function places() {
  const known = new Map([...document.querySelectorAll("#toetsen [data-to]")].map((row) => [row.dataset.to, keysOf(row)]));
  return [...document.querySelectorAll(".nav a[href]:not(.nav__home, .nav__search)")].map((link) => {
    // With what only a screen reader is told: one's own name is also the profile.
    return {
      words: link.querySelector("span")?.textContent.trim() ?? "",
      icon: link.querySelector("use")?.getAttribute("href").split("#i-")[1] ?? "list",
      keys: known.get(link.getAttribute("href")),
      act: () => location.assign(link.href),
    };
  });
}

/** A row of a conversation as a line. */
const ofRow = (row) => {
  const link = row.querySelector(".row__link");
  const name = link?.cloneNode(true);
  name?.querySelectorAll(".visually-hidden").forEach((one) => one.remove());
  const address = link?.getAttribute("href");
  return {
    id: row.dataset.row,
    words: name?.textContent.trim() ?? "",
    mark: row.querySelector(".channel [aria-hidden]")?.textContent ?? "",
    icon: "messages-square",
    act: () => location.assign(address),
  };
};

/** What was looked at last, asked for each time the palette opens. */
let recent = [];
async function fetchRecent() {
  const ids = recentIds().filter((id) => id !== here);
  if (ids.length === 0) return;
  const answer = await fetch(`/gesprekken/rijen?welke=${ids.join(",")}`, { headers: { "x-gehoor-script": "1" }, redirect: "manual", cache: "no-store" }).catch(() => null);
  if (!answer?.ok) return;
  const body = new DOMParser().parseFromString(await answer.text(), "text/html").body;
  const found = new Map([...body.querySelectorAll("[data-row]")].map((row) => [row.dataset.row, ofRow(row)]));
  recent = ids.flatMap((id) => found.get(id) ?? []);
  if (dialog.open) show();
}

const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();

/** The lines that fit what is typed, in groups: its heading, and its lines. */
function groups(typed) {
  const wanted = folded(typed).split(/\s+/).filter(Boolean);
  const fits = (line) => wanted.every((word) => folded(line.words).includes(word));
  const beginning = (line) => (wanted.length > 0 && folded(line.words).startsWith(wanted[0]) ? 0 : 1);
  const best = (lines, most) => lines.filter(fits).sort((a, b) => beginning(a) - beginning(b)).slice(0, most);
  const { acts: doing, people: giving, recent: lately, places: going, search, searchFor } = dialog.dataset;
  const listed = [...document.querySelectorAll("[data-list] [data-row]:not([data-current])")].map(ofRow);
  // What stands in the list beside is offered once somebody types; before that it is in view already.
  const known = new Set(recent.map((line) => line.id));
  const conversations = wanted.length > 0 ? [...recent, ...listed.filter((line) => !known.has(line.id))] : recent;
  const found = [
    [doing, best(acts(), MOST * 2)],
    [giving, best(people(), wanted.length > 0 ? MOST : 3)],
    [lately, best(conversations, MOST)],
    [going, best(places(), wanted.length > 0 ? MOST : 20)],
  ];
  if (search) {
    const words = wanted.length > 0 ? searchFor.replace("(vraag)", typed.trim()) : search;
    const address = wanted.length > 0 ? `/zoeken?q=${encodeURIComponent(typed.trim())}` : "/zoeken";
    found.push([undefined, [{ words, icon: "search", act: () => location.assign(address) }]]);
  }
  return found.filter(([, lines]) => lines.length > 0);
}

/** @type {Line[]} */
let shown = [];
let chosen = 0;

function icon(name) {
  const sprite = dialog.querySelector("use").getAttribute("href").split("#")[0];
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${sprite}#i-${name}`);
  svg.append(use);
  return svg;
}

function option(line, at) {
  const item = document.createElement("div");
  item.className = "palette__option";
  item.id = `palet-${at}`;
  item.setAttribute("role", "option");
  const words = document.createElement("span");
  words.dir = "auto";
  words.textContent = line.words;
  item.append(icon(line.icon), words);
  for (const key of line.keys ?? []) {
    const shownKey = document.createElement("kbd");
    shownKey.textContent = key;
    item.append(shownKey);
  }
  item.addEventListener("click", () => perform(at));
  return item;
}

function show() {
  const parts = groups(field.value);
  const before = shown[chosen]?.words;
  shown = parts.flatMap(([, lines]) => lines);
  let at = 0;
  listbox.replaceChildren(...parts.map(([heading, lines], number) => {
    const group = document.createElement("div");
    group.setAttribute("role", "group");
    if (heading) {
      const title = document.createElement("div");
      title.className = "palette__group";
      title.id = `palet-groep-${number}`;
      title.setAttribute("role", "presentation");
      title.textContent = heading;
      group.setAttribute("aria-labelledby", title.id);
      group.append(title);
    } else {
      group.setAttribute("aria-label", lines[0].words);
    }
    group.append(...lines.map((line) => option(line, at++)));
    return group;
  }));
  // What comes a moment later does not move the choice to something else.
  choose(Math.max(0, shown.findIndex((line) => line.words === before)));
  const { one, many } = dialog.dataset;
  dialog.querySelector("[data-count]").textContent = shown.length === 1 ? one : many.replace("(n)", shown.length);
}

function choose(at) {
  chosen = at;
  for (const [number, item] of [...listbox.querySelectorAll("[role=option]")].entries()) {
    item.setAttribute("aria-selected", String(number === at));
    if (number === at) item.scrollIntoView({ block: "nearest" });
  }
  field.setAttribute("aria-activedescendant", `palet-${at}`);
}

function perform(at) {
  const line = shown[at];
  if (!line) return;
  dialog.close();
  line.act();
}

if (dialog && field && listbox) {
  document.addEventListener("gehoor:palet", (event) => {
    event.preventDefault();
    if (dialog.open) return dialog.close();
    // One decision at a time: what else is open goes.
    for (const other of document.querySelectorAll("dialog[open]")) other.close();
    field.value = "";
    [shown, chosen] = [[], 0];
    dialog.showModal();
    field.focus();
    show();
    fetchRecent();
  });
  field.addEventListener("input", () => {
    shown = [];
    show();
  });
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const to = { ArrowDown: chosen + 1, ArrowUp: chosen - 1, PageDown: chosen + MOST, PageUp: chosen - MOST }[event.key];
    if (to !== undefined) {
      const step = Math.abs(to - chosen) === 1;
      choose(step ? (to + shown.length) % shown.length : Math.min(Math.max(to, 0), shown.length - 1));
    } else if ((event.key === "Home" || event.key === "End") && event.ctrlKey) {
      choose(event.key === "Home" ? 0 : shown.length - 1);
    } else if (event.key === "Enter") {
      perform(chosen);
    } else {
      return;
    }
    event.preventDefault();
  });
}
// Whoever logs in next in this tab begins with nothing.
if (!dialog) sessionStorage.removeItem(MEMORY);
