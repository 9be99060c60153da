// How fast sound is played: chosen beside a voice note, kept in this browser, and the same for the next.

const NAME = "gehoor-speed";
const RATES = ["0.75", "1", "1.25", "1.5", "2"];

function kept() {
  try {
    const rate = localStorage.getItem(NAME);
    return RATES.includes(rate) ? rate : "1";
  } catch {
    // A browser that keeps nothing plays as usual.
    return "1";
  }
}
function keep(rate) {
  try {
    localStorage.setItem(NAME, rate);
  } catch {
    // Then it is for this page.
  }
}

let rate = kept();
const apply = (within = document) => {
  for (const choice of within.querySelectorAll("select[data-speed]")) if (choice.value !== rate) choice.value = rate;
  for (const sound of within.querySelectorAll("audio")) sound.playbackRate = Number(rate);
};

document.addEventListener("change", ({ target }) => {
  if (!target.matches?.("select[data-speed]") || !RATES.includes(target.value)) return;
  rate = target.value;
  keep(rate);
  apply();
});
// Also one that came after the page was read, or was swapped.
document.addEventListener("play", ({ target }) => {
  if (!target.matches?.("audio")) return;
  target.playbackRate = Number(rate);
  apply(target.closest(".file") ?? document);
}, { capture: true });
addEventListener("storage", ({ key }) => {
  if (key !== NAME) return;
  rate = kept();
  apply();
});
apply();
