// Tells colleagues who looks at this conversation and who writes in it: as long as somebody is really there. The contract
// stands in README.md beside this file.

/** Who touched nothing for so long is not there; then nothing is sent, and the session can end as it should. */
const AWAY_AFTER = 5 * 60_000;
const [LOOK_EVERY, TYPE_EVERY, STILL_AFTER] = [15_000, 3_000, 6_000];

/** What was said last: where, what, and when. */
let said = { where: "", doing: "weg", at: 0 };
let [touched, typed] = [Date.now(), 0];

function say(where, doing) {
  said = { where, doing, at: Date.now() };
  // It is sent on when the page goes, and nobody waits for an answer.
  fetch(where, { method: "POST", body: new URLSearchParams({ doet: doing }), keepalive: true, redirect: "manual" }).catch(() => {});
}

/** Says what is so now, if that is new or was said too long ago. */
function tell() {
  const now = Date.now();
  const where = document.querySelector("[data-presence]")?.dataset.presence ?? "";
  if (said.doing !== "weg" && said.where !== where) say(said.where, "weg");
  if (!where) return;
  const there = document.visibilityState === "visible" && now - touched < AWAY_AFTER;
  const doing = !there ? "weg" : now - typed < STILL_AFTER ? "typt" : "kijkt";
  const every = doing === "typt" ? TYPE_EVERY : LOOK_EVERY;
  if (doing !== said.doing || (doing !== "weg" && now - said.at >= every)) say(where, doing);
}

for (const name of ["pointerdown", "pointermove", "keydown", "scroll"]) {
  addEventListener(name, () => (touched = Date.now()), { passive: true, capture: true });
}
document.addEventListener("input", ({ target }) => {
  if (!target.closest("[data-presence] #antwoord-tekst")) return;
  touched = typed = Date.now();
  tell();
});
document.addEventListener("visibilitychange", tell);
addEventListener("pageshow", tell);
addEventListener("pagehide", () => said.doing !== "weg" && say(said.where, "weg"));
setInterval(tell, 3_000);
tell();
