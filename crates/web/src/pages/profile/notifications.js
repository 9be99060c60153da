// Notifications in the profile. They are asked for here and nowhere else, by pressing a button; what is chosen is kept in
// this browser, as the browser's own permission is.

const panel = document.querySelector("[data-notifications]");
const KEY = "gehoor-meldingen";

function chosen() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}") ?? {};
  } catch {
    return {};
  }
}
function keep(changed) {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...chosen(), ...changed }));
  } catch {
    // Without storage nothing is kept, and the page goes on to say what is so.
  }
  show();
}

const may = () => (window.isSecureContext && window.Notification ? Notification.permission : "impossible");
function show() {
  const { on, text, tone } = chosen();
  const state = { impossible: "impossible", denied: "denied" }[may()] ?? (on && may() === "granted" ? "on" : "off");
  const said = panel.querySelector("[data-state]");
  if (said.textContent !== panel.dataset[state]) said.textContent = panel.dataset[state];
  const ask = panel.querySelector("[data-ask]");
  ask.hidden = state === "impossible" || state === "denied";
  ask.textContent = state === "on" ? panel.dataset.switchOff : panel.dataset.switchOn;
  panel.querySelector("[name=text]").checked = Boolean(text);
  panel.querySelector("[name=tone]").checked = Boolean(tone);
}

if (panel) {
  panel.querySelector("[data-ask]").addEventListener("click", async () => {
    if (chosen().on && may() === "granted") return keep({ on: false });
    const answer = await Notification.requestPermission();
    keep({ on: answer === "granted" });
  });
  panel.addEventListener("change", ({ target }) => keep({ [target.name]: target.checked }));
  panel.querySelector("[data-try]").addEventListener("click", () => document.dispatchEvent(new CustomEvent("gehoor:proeftoon")));
  // Chosen in another tab, or in the browser's own settings.
  addEventListener("storage", show);
  addEventListener("focus", show);
  show();
}
