// Files that go along with an answer: chosen, pasted or dropped. Each is brought to the server at once, by itself, and shows
// how far it is; what cannot go says why before anybody presses send. Without script they go with the form.

/** Pixels of a small picture, twice as many as are shown. */
const SMALL = 96;

const count = (value) => new Intl.NumberFormat(document.documentElement.lang).format(value);
const element = (name, properties) => Object.assign(document.createElement(name), properties);

/** A small picture of a picture, drawn here: nothing is loaded for it. */
async function draw(file) {
  if (!/^image\/(jpeg|png|gif|webp)$/.test(file.type)) return undefined;
  try {
    const picture = await createImageBitmap(file);
    const scale = SMALL / Math.max(picture.width, picture.height, 1);
    const canvas = element("canvas", { className: "upload__small", width: Math.max(1, Math.round(picture.width * scale)), height: Math.max(1, Math.round(picture.height * scale)) });
    canvas.setAttribute("aria-hidden", "true");
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    return canvas;
  } catch {
    // The server says what is wrong with it.
    return undefined;
  }
}

function uploads(form) {
  const field = form.querySelector("input[type=file]");
  const shown = form.querySelector("[data-files]");
  const whole = form.querySelector("[data-files-all]");
  const says = form.querySelector("[data-files-say]");
  const where = shown?.dataset.files;
  if (!field || !where || !whole || !says) return;
  const words = shown.dataset;
  const all = [];
  let busy;

  const going = () => all.filter((one) => one.state === "waits" || one.state === "goes");
  const kept = () => all.filter((one) => one.state === "kept").length + form.querySelectorAll("input[type=checkbox][name=bijlage]:checked").length;

  const tell = () => {
    const rest = going();
    shown.hidden = all.length === 0;
    whole.hidden = rest.length === 0;
    const mine = all.filter((one) => one.state !== "refused");
    const [sent, bytes] = [mine.reduce((sum, one) => sum + one.sent, 0), mine.reduce((sum, one) => sum + one.file.size, 0)];
    const percent = bytes > 0 ? Math.floor((100 * sent) / bytes) : 0;
    const bar = whole.querySelector("progress");
    bar.value = percent;
    whole.querySelector("[data-files-words]").textContent = words.all.replace("(n)", count(mine.length - rest.length)).replace("(m)", count(mine.length)).replace("(p)", count(percent));
  };

  const button = (text, one, act) => {
    const made = element("button", { type: "button", className: "utrecht-button utrecht-button--subtle button--small", textContent: text });
    made.setAttribute("aria-label", `${text}: ${one.file.name}`);
    made.addEventListener("click", act);
    return made;
  };

  const remove = (one) => {
    one.request?.abort();
    if (one.id) fetch(`${where}/${one.id}/verwijdering`, { method: "POST", headers: { "x-gehoor-script": "1" }, redirect: "manual" }).catch(() => {});
    const at = all.indexOf(one);
    all.splice(at, 1);
    one.item.remove();
    tell();
    (all[Math.min(at, all.length - 1)]?.item.querySelector("button") ?? field).focus();
  };

  const refuse = (one, why, again) => {
    one.state = "refused";
    one.item.classList.add("upload--refused");
    one.rest.replaceChildren(element("span", { className: "upload__why", textContent: why }));
    if (again) one.rest.append(button(words.again, one, () => queue(one)));
    one.rest.append(button(words.away, one, () => remove(one)));
    says.textContent = `${one.file.name}: ${why}`;
    tell();
  };

  const keep = (one, id) => {
    [one.state, one.id, one.sent] = ["kept", id, one.file.size];
    one.rest.replaceChildren(element("input", { type: "hidden", name: "bijlage", value: id }), button(words.away, one, () => remove(one)));
    says.textContent = `${one.file.name}: ${words.kept}`;
    tell();
  };

  const send = (one) => new Promise((done) => {
    const request = new XMLHttpRequest();
    one.request = request;
    one.state = "goes";
    const bar = one.rest.querySelector("progress");
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      one.sent = Math.min(one.file.size, total > 0 ? (loaded / total) * one.file.size : 0);
      if (bar) bar.value = total > 0 ? Math.floor((100 * loaded) / total) : 0;
      tell();
    });
    request.addEventListener("load", () => {
      const body = new DOMParser().parseFromString(request.responseText, "text/html").body;
      const [file, refused] = [body.querySelector("[data-kept-file]"), body.querySelector("[data-refused]")];
      if (request.status === 200 && file) keep(one, file.dataset.keptFile);
      else if (request.status === 200 && refused) refuse(one, refused.textContent.trim(), false);
      else refuse(one, words.lost, true);
    });
    request.addEventListener("error", () => refuse(one, words.lost, true));
    request.addEventListener("loadend", done);
    request.open("POST", where);
    request.setRequestHeader("x-gehoor-script", "1");
    const fields = new FormData();
    fields.set("bestand", one.file);
    request.send(fields);
  });

  /** One after the other: the first are soon there, and a slow line is not shared. */
  const run = async () => {
    if (busy) return;
    busy = true;
    for (let next; (next = all.find((one) => one.state === "waits")); ) await send(next);
    busy = false;
  };

  const queue = (one) => {
    [one.state, one.sent] = ["waits", 0];
    one.item.classList.remove("upload--refused");
    const bar = element("progress", { max: 100, value: 0 });
    bar.setAttribute("aria-label", `${words.progress}: ${one.file.name}`);
    one.rest.replaceChildren(bar, button(words.cancel, one, () => remove(one)));
    tell();
    run();
  };

  const add = (some) => {
    for (const file of some) {
      const one = { file, sent: 0, state: "waits", item: element("li", { className: "upload" }), rest: element("span", { className: "upload__rest" }) };
      const name = element("bdi", { textContent: file.name });
      one.item.append(name, element("span", { className: "upload__size", textContent: `${count(Math.ceil(file.size / 1000))} kB` }), one.rest);
      draw(file).then((picture) => picture && one.item.prepend(picture));
      const many = kept() + going().length >= Number(words.mostFiles);
      all.push(one);
      shown.append(one.item);
      if (many) refuse(one, words.tooMany, false);
      else if (file.size > Number(words.mostBytes)) refuse(one, words.tooLarge, false);
      else if (file.size === 0) refuse(one, words.empty, false);
      else queue(one);
    }
  };

  field.addEventListener("change", () => {
    add([...field.files]);
    // They are brought by themselves; the form does not send them once more.
    field.value = "";
  });
  form.addEventListener("paste", (event) => {
    const some = [...(event.clipboardData?.files ?? [])];
    if (some.length === 0) return;
    event.preventDefault();
    add(some);
  });
  form.addEventListener("dragover", (event) => {
    if (![...(event.dataTransfer?.types ?? [])].includes("Files")) return;
    event.preventDefault();
    form.classList.add("composer__inner--over");
  });
  for (const name of ["dragleave", "drop"]) form.addEventListener(name, () => form.classList.remove("composer__inner--over"));
  form.addEventListener("drop", (event) => {
    const some = [...(event.dataTransfer?.files ?? [])];
    if (some.length === 0) return;
    event.preventDefault();
    add(some);
  });
  // What is still on its way would stay behind: it is said, and pressed again.
  form.addEventListener("submit", (event) => {
    if (going().length === 0) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    says.textContent = "";
    says.textContent = words.wait;
    says.classList.remove("visually-hidden");
  }, { capture: true });
}

for (const form of document.querySelectorAll("[data-composer]")) uploads(form);
