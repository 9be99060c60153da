// Live updates: one connection per browser, shared by its tabs. What is told becomes events on `document`; which ones, and
// which attributes a page has, stands in README.md beside this file.

/**
 * What a tab is told, by the server or by the tab that has the connection.
 * @typedef {{ type: string, data: object, id?: number }} Told
 */

/** How long a connection may be away before it is said, and when silence is a fault. */
const [LOST_AFTER, SILENT_AFTER] = [3_000, 40_000];
/** Events that the connected tab keeps for tabs that open just now. */
const KEPT = 200;

const wait = (from, to) => from + Math.random() * (to - from);
const say = (name, detail) =>
  document.dispatchEvent(new CustomEvent(`gehoor:${name}`, { detail }));

class Live {
  /** @param {string} place Where the page began: "zwanendam:1234". */
  constructor(place) {
    [this.town, this.position] = [place.split(":")[0], Number(place.split(":")[1])];
    this.connected = true;
    addEventListener("pageshow", (shown) => shown.persisted && this.start());
    addEventListener("pagehide", () => this.stop());
    // A frozen tab must not keep the connection from the others.
    document.addEventListener("freeze", () => this.stop());
    document.addEventListener("resume", () => this.start());
    document.addEventListener("visibilitychange", () => this.check());
    addEventListener("offline", () => this.source && this.broke());
    addEventListener("online", () => this.source && this.connect());
    this.start();
  }

  start() {
    if (this.running || this.over) return;
    this.running = new AbortController();
    const name = `gehoor-live:${this.town}`;
    if (!navigator.locks || !window.BroadcastChannel) return this.lead();
    this.channel = new BroadcastChannel(name);
    this.channel.onmessage = ({ data }) => {
      if (data.hello !== undefined) this.answer(data.hello);
      else if (data.to === undefined || data.to >= this.position) this.take(data);
    };
    this.channel.postMessage({ hello: this.position });
    const { signal } = this.running;
    // The lock is held as long as this tab runs; the next one in line connects with the place that it has.
    const held = () => new Promise((free) => {
      signal.addEventListener("abort", free);
      this.lead();
    });
    navigator.locks.request(name, { signal }, held).catch(() => {});
  }

  stop() {
    this.running?.abort();
    this.source?.close();
    this.channel?.close();
    for (const timer of [this.watch, this.again, this.lost]) clearTimeout(timer);
    this.running = this.source = this.channel = this.lost = undefined;
  }

  /** This tab has the connection. */
  lead() {
    if (!this.running) return;
    [this.kept, this.keptFrom] = [[], this.position];
    clearInterval(this.watch);
    this.watch = setInterval(() => this.check(), 5_000);
    this.connect();
  }

  connect() {
    this.source?.close();
    clearTimeout(this.again);
    [this.heard, this.caught] = [Date.now(), 0];
    this.source = new EventSource(`/live?na=${this.town}:${this.position}`);
    this.source.onerror = () => this.broke();
    for (const type of ["gebeurd", "vernieuw", "aanwezig", "uitgelogd", "hartslag"]) {
      this.source.addEventListener(type, (event) => {
        this.hear({ type, data: JSON.parse(event.data), id: event.lastEventId && Number(event.lastEventId) });
      });
    }
  }

  /** @param {Told} told */
  hear(told) {
    this.heard = Date.now();
    if (told.data.kind === "message_received") this.caught += 1;
    if (told.type === "gebeurd" && this.kept.push(told) > KEPT) this.keptFrom = this.kept.shift().id;
    this.tell(told);
    // The first sign of life after a connection says that nothing is left to catch up with.
    if (told.type === "hartslag" && navigator.onLine && (!this.connected || this.lost)) this.state(true, this.caught);
  }

  broke() {
    this.caught = 0;
    this.lost ??= setTimeout(() => this.state(false, 0), LOST_AFTER);
    // The browser comes back by itself, unless it was answered with something else than a stream.
    if (this.source.readyState === EventSource.CLOSED) this.again = setTimeout(() => this.ask(), wait(500, 3_000));
  }

  async ask() {
    const answer = await fetch("/live", { method: "HEAD", redirect: "manual", cache: "no-store" }).catch(() => null);
    if (!this.running) return;
    if (answer?.type === "opaqueredirect") this.tell({ type: "uitgelogd", data: {} });
    else if (answer?.ok) this.connect();
    else if (answer?.status !== 403) this.again = setTimeout(() => this.ask(), wait(5_000, 15_000));
  }

  /** After sleep, or when the network is back: a connection that is silent for too long is none. */
  check() {
    if (this.source && Date.now() - this.heard > SILENT_AFTER) {
      this.broke();
      this.connect();
    }
  }

  state(connected, missed) {
    clearTimeout(this.lost);
    this.lost = undefined;
    if (connected !== this.connected) this.tell({ type: "verbinding", data: { connected, missed } });
  }

  /** A tab that opened while this one was connected: what happened since it was made, or that it must look anew. */
  answer(position) {
    if (!this.source) return;
    if (position < this.keptFrom) this.channel.postMessage({ type: "vernieuw", data: {}, id: this.position, to: position });
    for (const told of this.kept) if (told.id > position) this.channel.postMessage(told);
    if (!this.connected) this.channel.postMessage({ type: "verbinding", data: { connected: false, missed: 0 } });
  }

  /** @param {Told} told */
  tell(told) {
    this.channel?.postMessage(told);
    this.take(told);
  }

  /** @param {Told} told */
  take({ type, data, id }) {
    if (type === "gebeurd" && id <= this.position) return;
    if (id) this.position = type === "vernieuw" ? id : Math.max(id, this.position);
    if (type === "hartslag") return;
    if (type === "verbinding") this.connected = data.connected;
    if (type === "uitgelogd") {
      this.over = true;
      this.stop();
    }
    say(type, data);
  }
}

const place = document.querySelector('meta[name="gehoor-live"]')?.content ?? document.body.dataset.live;
if (place) new Live(place);
