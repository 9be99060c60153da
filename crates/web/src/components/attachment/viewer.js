// Pictures of a conversation, large: a dialog over the page with zoom, turning, and the next one. Without script the link of
// a picture opens it by itself. What is shown small is never the original; here it is, once somebody asks for it.

const [STEP, MOST, LEAST] = [1.25, 8, 0.1];

const viewer = document.querySelector("dialog[data-viewer]");
if (viewer) {
  const part = (name) => viewer.querySelector(`[data-viewer-${name}]`);
  const [stage, box, title, place, save, zoomed] = ["stage", "box", "title", "place", "save", "zoom"].map(part);
  const picture = box.appendChild(Object.assign(new Image(), { className: "viewer__picture" }));
  let [at, turned, zoom, fits] = ["", 0, 1, true];

  const links = () => [...document.querySelectorAll("a[data-picture]")];
  const index = () => links().findIndex((link) => link.getAttribute("href") === at);

  const lay = () => {
    const [width, height] = [picture.naturalWidth || 1, picture.naturalHeight || 1];
    const sideways = turned % 180 !== 0;
    const [across, down] = sideways ? [height, width] : [width, height];
    if (fits) zoom = Math.min(1, stage.clientWidth / across, stage.clientHeight / down) || 1;
    box.style.inlineSize = `${across * zoom}px`;
    box.style.blockSize = `${down * zoom}px`;
    picture.style.inlineSize = `${width * zoom}px`;
    picture.style.blockSize = `${height * zoom}px`;
    picture.style.transform = `translate(-50%, -50%) rotate(${turned}deg)`;
    zoomed.textContent = `${Math.round(zoom * 100)} %`;
  };
  const show = (link) => {
    const all = links();
    [at, turned, fits] = [link.getAttribute("href"), 0, true];
    viewer.classList.remove("viewer--failed");
    viewer.classList.add("viewer--loading");
    picture.removeAttribute("src");
    picture.src = at;
    picture.alt = link.querySelector("img")?.alt ?? "";
    title.textContent = picture.alt;
    save.href = at;
    place.textContent = viewer.dataset.place.replace("(n)", all.indexOf(link) + 1).replace("(m)", all.length);
    for (const [name, by] of [["previous", -1], ["next", 1]]) part(name).disabled = !all[all.indexOf(link) + by];
  };
  const go = (by) => {
    const next = links()[index() + by];
    if (next) show(next);
  };
  const scale = (by) => {
    [fits, zoom] = [false, Math.min(MOST, Math.max(LEAST, zoom * by))];
    lay();
  };
  const turn = () => {
    turned = (turned + 90) % 360;
    lay();
  };
  const fit = () => {
    fits = true;
    lay();
  };
  const acts = { previous: () => go(-1), next: () => go(1), in: () => scale(STEP), out: () => scale(1 / STEP), fit, turn };
  const keys = { ArrowLeft: acts.previous, ArrowRight: acts.next, "+": acts.in, "=": acts.in, "-": acts.out, 0: fit, r: turn };

  picture.addEventListener("load", () => {
    viewer.classList.remove("viewer--loading");
    lay();
  });
  picture.addEventListener("error", () => {
    viewer.classList.remove("viewer--loading");
    if (picture.getAttribute("src")) viewer.classList.add("viewer--failed");
  });
  for (const [name, act] of Object.entries(acts)) part(name).addEventListener("click", act);
  viewer.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    // A picture that is larger than the stage is moved by the arrows.
    if (event.key.startsWith("Arrow") && event.target === stage && stage.scrollWidth > stage.clientWidth + 1) return;
    event.preventDefault();
    keys[event.key]();
  });
  addEventListener("resize", () => viewer.open && fits && lay());
  viewer.addEventListener("close", () => {
    picture.removeAttribute("src");
    // The link may have been swapped meanwhile: its place in the page is the same.
    const link = links()[index()];
    if (document.activeElement !== link) link?.focus({ preventScroll: true });
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-picture]");
    if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    viewer.showModal();
    show(link);
    stage.focus();
  });
}
