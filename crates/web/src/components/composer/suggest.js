// What is offered while somebody writes: canned texts behind a slash, emoji behind a colon, both at the beginning of a word.
// The text field keeps the focus; the list follows the pattern of an editable combobox (arrows, Enter, Tab, Escape). The
// same without script: the button of the canned texts sends the form, and its page has the list.

const SHOWN = 40;
const FRESH_FOR = 5 * 60_000;

/** Without accents and capitals, so that "cafe" finds "Café". */
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** What is fetched once, and again when it is old: nobody works with yesterday's list. */
function kept(fetching) {
  let [from, promise] = [0, undefined];
  return () => {
    if (!promise || Date.now() - from > FRESH_FOR) {
      [from, promise] = [Date.now(), fetching()];
      promise.catch(() => (promise = undefined));
    }
    return promise;
  };
}

async function texts(address) {
  const answer = await fetch(address, { headers: { "x-gehoor-script": "1" }, redirect: "manual", cache: "no-store" });
  if (!answer.ok) throw new Error(`answered ${answer.status}`);
  const body = new DOMParser().parseFromString(await answer.text(), "text/html").body;
  return [...body.querySelectorAll("[data-text]")].map(({ dataset, textContent }) => ({
    insert: textContent,
    name: dataset.name,
    short: `/${dataset.shortcut}`,
    // The shortcut counts most, then the name.
    heads: [plain(dataset.shortcut), plain(dataset.name)],
    all: plain(`${dataset.shortcut} ${dataset.name} ${textContent}`),
  }));
}

async function emoji(address) {
  const lines = (await (await fetch(address)).text()).split("\n").filter(Boolean);
  const other = document.documentElement.lang === "en" ? 1 : 0;
  return lines.map((line) => {
    const [sign] = line.split(" ", 1);
    const names = line.slice(sign.length + 1).split(" | ")[other].split(", ");
    return { insert: sign, sign, name: names[0], heads: names.map(plain), all: plain(names.join(" ")) };
  });
}

/** Those in which `sought` stands, those that begin with it first. */
function found(all, sought) {
  const words = plain(sought).split(/\s+/).filter(Boolean);
  const fits = all.filter((one) => words.every((word) => one.all.includes(word)));
  const rank = (one) => one.heads.findIndex((head) => head.startsWith(words[0] ?? "")) >>> 0;
  return fits.sort((one, other) => rank(one) - rank(other)).slice(0, SHOWN);
}

/** A list of options with one that is chosen by the arrows. `field` keeps the focus. */
function options(field, list, choose) {
  let [shown, at] = [[], -1];
  const mark = (index) => {
    list.children[at]?.setAttribute("aria-selected", "false");
    at = index;
    const option = list.children[at];
    if (!option) return field.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", option.id);
  };
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", ({ target }) => {
    const option = target.closest("[role=option]");
    if (option) choose(shown[[...list.children].indexOf(option)]);
  });
  return {
    show(some, draw) {
      shown = some;
      list.replaceChildren(...some.map((one, index) => {
        const option = document.createElement("li");
        option.id = `${list.id}-${index}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        draw(option, one);
        return option;
      }));
      at = -1;
      mark(some.length > 0 ? 0 : -1);
    },
    move: (by) => shown.length > 0 && mark((at + by + shown.length) % shown.length),
    pick: () => shown[at] && choose(shown[at]),
    /** How many options stand beside each other. */
    across: () => [...list.children].filter((one) => one.offsetTop === list.firstElementChild.offsetTop).length,
  };
}

const span = (words, name) => Object.assign(document.createElement("span"), { textContent: words, className: name });

function drawLine(option, { sign, name, short, insert }) {
  option.className = "suggest__one";
  if (sign) option.append(span(sign, "suggest__sign"));
  option.append(span(name, "suggest__name"));
  if (short) option.append(Object.assign(document.createElement("kbd"), { textContent: short }), Object.assign(span(insert, "suggest__text"), { dir: "auto" }));
}

/** Puts `words` in the place of what stands between `from` and `to`, as if they were typed: it can be undone. */
function put(field, words, from, to) {
  field.focus();
  field.setSelectionRange(from, to);
  if (!document.execCommand("insertText", false, words)) {
    field.setRangeText(words, from, to, "end");
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
}

function suggest(form) {
  const field = form.querySelector("textarea[name=tekst]");
  const list = form.querySelector("[data-suggest]");
  const says = form.querySelector("[data-suggest-says]");
  if (!field || !list || !says) return;
  const sources = { "/": kept(() => texts(form.dataset.texts)), ":": kept(() => emoji(list.dataset.emoji)) };
  /** Where the word began that somebody did not want completed. */
  let [word, refused] = [undefined, -1];
  const close = () => {
    if (list.hidden) return;
    list.hidden = true;
    for (const name of ["aria-activedescendant", "aria-controls", "aria-haspopup", "aria-autocomplete"]) field.removeAttribute(name);
    says.textContent = "";
  };
  const choose = ({ insert }) => {
    const { from } = word;
    close();
    put(field, insert, from, field.selectionStart);
    // A gap that nobody could fill is chosen, to be typed over.
    const gap = /\{[^{}\n]{1,40}\}/.exec(insert);
    if (gap) field.setSelectionRange(from + gap.index, from + gap.index + gap[0].length);
  };
  const all = options(field, list, choose);
  const look = async () => {
    if (field.selectionStart !== field.selectionEnd) return close();
    const before = field.value.slice(0, field.selectionStart);
    const begun = /(^|\s)([/:])([\p{L}\p{N}-]*)$/u.exec(before);
    // A colon is also a colon: two letters say that it is not.
    if (!begun || (begun[2] === ":" && begun[3].length < 2)) {
      refused = -1;
      return close();
    }
    const from = before.length - begun[3].length - 1;
    if (from === refused) return;
    word = { from };
    const value = field.value;
    let some;
    try {
      some = found(await sources[begun[2]](), begun[3]);
    } catch {
      says.textContent = says.dataset.failed;
      return;
    }
    // What was typed meanwhile is looked for by itself.
    if (field.value !== value || document.activeElement !== field) return;
    if (some.length === 0) return close();
    list.setAttribute("aria-label", begun[2] === "/" ? list.dataset.texts : list.dataset.emojiTitle);
    list.hidden = false;
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-haspopup", "listbox");
    field.setAttribute("aria-controls", list.id);
    all.show(some, drawLine);
    const words = some.length === 1 ? says.dataset.one : says.dataset.many.replace("(n)", some.length);
    if (says.textContent !== words) says.textContent = words;
  };
  field.addEventListener("input", look);
  field.addEventListener("blur", close);
  field.addEventListener("click", look);
  field.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "ArrowDown") all.move(1);
    else if (event.key === "ArrowUp") all.move(-1);
    else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey) all.pick();
    else if (event.key === "Escape") {
      refused = word.from;
      close();
    } else {
      if (event.key.startsWith("Arrow") || event.key === "Home" || event.key === "End") close();
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  });
  // The button types the slash; what it does without script stays undone.
  form.querySelector("[data-texts-open]")?.addEventListener("click", (event) => {
    event.preventDefault();
    const at = field.selectionStart;
    const joins = at > 0 && !/\s/.test(field.value[at - 1]);
    refused = -1;
    put(field, joins ? " /" : "/", at, field.selectionEnd);
  });
  picker(form, field, sources[":"]);
}

/** The emoji, to look through: a search field over a grid. */
function picker(form, field, source) {
  const button = form.querySelector("[data-emoji-open]");
  const pop = form.querySelector("[data-emoji-picker]");
  const sought = pop?.querySelector("input");
  const list = pop?.querySelector("[role=listbox]");
  if (!button || !list) return;
  const choose = ({ insert }) => {
    pop.hidePopover();
    put(field, insert, field.selectionStart, field.selectionEnd);
  };
  const all = options(sought, list, choose);
  const look = async () => {
    const some = found(await source().catch(() => []), sought.value);
    all.show(sought.value ? some : (await source().catch(() => [])), (option, { sign, name }) => {
      option.className = "emoji__one";
      option.title = name;
      option.setAttribute("aria-label", name);
      option.textContent = sign;
    });
  };
  button.addEventListener("click", () => {
    sought.value = "";
    pop.showPopover();
    sought.focus();
    look();
  });
  sought.addEventListener("input", look);
  pop.addEventListener("keydown", (event) => {
    const moves = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: all.across(), ArrowUp: -all.across() };
    if (event.key in moves && !event.shiftKey) all.move(moves[event.key]);
    else if (event.key === "Enter") all.pick();
    else if (event.key === "Escape") {
      pop.hidePopover();
      field.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
}

for (const form of document.querySelectorAll("[data-composer]")) suggest(form);
