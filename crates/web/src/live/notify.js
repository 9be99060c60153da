// What came while nobody looks at a tab of ours: the window's title counts it, and who asked for it in the profile gets a
// notification of the browser or a tone. Only for what concerns the visitor: their own conversations, and nobody's in their
// teams. One of all tabs tells; the others show the count. Look at README.md beside this file.

const town = document.querySelector('meta[name="gehoor-live"]')?.content.split(":")[0];
/** What was asked for in the profile (notifications.js there): `on`, `text`, `tone`. */
const chosen = () => {
  try {
    return JSON.parse(localStorage.getItem("gehoor-meldingen") ?? "{}") ?? {};
  } catch {
    return {};
  }
};
/** How long arrivals are gathered, and from how many on they are told together. */
const [GATHER, TOGETHER] = [400, 3];

const title = document.title;
let count = 0;
function badge(number) {
  count = number;
  document.title = count > 0 ? `(${count}) ${title}` : title;
}

const channel = town && window.BroadcastChannel ? new BroadcastChannel(`gehoor-gezien:${town}`) : undefined;
channel?.addEventListener("message", ({ data }) => {
  if (data.seen) badge(0);
  else if (data.count !== undefined && document.visibilityState !== "visible") badge(data.count);
});

// A tab that is looked at says so for as long as it is: the others find that out without asking it.
const LOOKED_AT = `gehoor-in-beeld:${town}`;
let looking;
function look() {
  looking?.abort();
  looking = undefined;
  if (document.visibilityState !== "visible") return;
  badge(0);
  channel?.postMessage({ seen: true });
  close();
  looking = new AbortController();
  const { signal } = looking;
  const held = () => new Promise((done) => {
    if (signal.aborted) done();
    else signal.addEventListener("abort", done);
  });
  navigator.locks?.request(LOOKED_AT, { mode: "shared" }, held).catch(() => {});
}
async function somebodyLooks() {
  if (document.visibilityState === "visible") return true;
  const held = (await navigator.locks?.query())?.held ?? [];
  return held.some((lock) => lock.name === LOOKED_AT);
}

// The one that tells: the first, and when it closes or falls asleep the next.
let telling = !navigator.locks;
let free;
function queue() {
  if (!navigator.locks || free) return;
  const ends = new AbortController();
  free = () => ends.abort();
  const held = () => new Promise((done) => {
    telling = true;
    ends.signal.addEventListener("abort", () => done((telling = false)));
  });
  navigator.locks.request(`gehoor-vertelt:${town}`, { signal: ends.signal }, held).catch(() => {});
}
function rest() {
  free?.();
  free = undefined;
}

/** Conversations in which something of a resident came, with how often. */
const arrived = new Map();
let timer;
async function tell() {
  timer = undefined;
  const came = new Map(arrived);
  arrived.clear();
  if (came.size === 0 || (await somebodyLooks())) return;
  const ids = [...came.keys()].slice(0, 50);
  const answer = await fetch(`/gesprekken/rijen?welke=${ids.join(",")}`, { headers: { "x-gehoor-script": "1" }, redirect: "manual", cache: "no-store" }).catch(() => null);
  if (!answer?.ok) return;
  const body = new DOMParser().parseFromString(await answer.text(), "text/html").body;
  const mine = [...body.querySelectorAll("[data-row]")].filter((row) => row.parentElement.querySelector(`[data-concerns="${CSS.escape(row.dataset.row)}"]`));
  const number = mine.reduce((sum, row) => sum + came.get(row.dataset.row), 0);
  if (number === 0) return;
  badge(count + number);
  channel?.postMessage({ count });
  const { on, text, tone } = chosen();
  if (on && window.Notification?.permission === "granted") notify(mine, number, text);
  if (tone) play();
}

let shown = [];
/** Many at once are one notification; each conversation has one, that changes. */
function notify(rows, number, withText) {
  const words = document.getElementById("toetsen")?.dataset ?? {};
  const show = (heading, body, tag, address) => {
    const one = new Notification(heading, { body, tag: `gehoor-${town}-${tag}`, renotify: true, lang: document.documentElement.lang, icon: document.querySelector('link[rel="icon"]')?.href, silent: true });
    one.addEventListener("click", () => {
      window.focus();
      one.close();
      location.assign(address);
    });
    shown.push(one);
  };
  if (rows.length > TOGETHER) return show(words.arrivedMany.replace("(n)", number), "", "veel", "/gesprekken");
  for (const row of rows) {
    const link = row.querySelector(".row__link");
    const name = link.querySelector("bdi").textContent;
    const via = row.querySelector(".channel .visually-hidden").textContent;
    const body = withText ? (row.querySelector(".row__text")?.textContent.trim() ?? "") : via;
    show(words.arrivedFrom.replace("(wie)", name), body, row.dataset.row, `/gesprekken/${row.dataset.row}`);
  }
}
/** Whoever looks at Gehoor has seen them. */
function close() {
  for (const one of shown) one.close();
  shown = [];
}

// Two short tones. A browser makes no sound before somebody did something in the tab.
let audio;
function play() {
  audio ??= new AudioContext();
  audio.resume().then(() => {
    if (audio.state !== "running") return;
    for (const [pitch, after] of [[660, 0], [880, 0.14]]) {
      const [tone, volume] = [audio.createOscillator(), audio.createGain()];
      const from = audio.currentTime + after;
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0.0001, from);
      volume.gain.exponentialRampToValueAtTime(0.12, from + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0001, from + 0.3);
      tone.connect(volume).connect(audio.destination);
      tone.start(from);
      tone.stop(from + 0.32);
    }
    document.dispatchEvent(new CustomEvent("gehoor:toon"));
  }).catch(() => {});
}
document.addEventListener("gehoor:proeftoon", play);

if (town) {
  document.addEventListener("gehoor:gebeurd", ({ detail: { kind, conversation } }) => {
    if (kind !== "message_received" || !telling) return;
    arrived.set(conversation, (arrived.get(conversation) ?? 0) + 1);
    timer ??= setTimeout(tell, GATHER);
  });
  document.addEventListener("visibilitychange", look);
  addEventListener("pageshow", () => (queue(), look()));
  addEventListener("pagehide", () => (rest(), looking?.abort()));
  document.addEventListener("freeze", rest);
  document.addEventListener("resume", queue);
  document.addEventListener("gehoor:uitgelogd", () => (rest(), close()));
  queue();
  look();
}
