// The strip above the page: shown while the connection is away, and for a moment when it is back. Its words are its own, in
// `data-` attributes: see README.md beside this file.

const BACK_FOR = 6_000;
let hiding;

document.addEventListener("gehoor:verbinding", ({ detail: { connected, missed } }) => {
  const strip = document.querySelector("[data-live-strip]");
  if (!strip) return;
  const { lost, back, backOne, backMany } = strip.dataset;
  const words = connected ? [back, backOne][missed] ?? backMany?.replace("(n)", missed) : lost;
  (strip.querySelector("[data-live-words]") ?? strip).textContent = words ?? "";
  strip.hidden = false;
  clearTimeout(hiding);
  if (connected) hiding = setTimeout(() => (strip.hidden = true), BACK_FOR);
});
