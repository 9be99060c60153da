// The composer: how long the text is, kept at the server while somebody writes, sent with Ctrl Enter. Files are in files.js,
// canned texts and emoji in suggest.js.

const KEEP_AFTER = 1_000;

/** @param {HTMLFormElement} form */
function compose(form) {
  const text = form.querySelector("textarea[name=tekst]");
  const length = form.querySelector("[data-length]");
  const kept = form.querySelector("[data-kept]");
  if (!text) return;
  // A text that was refused stands here and is kept nowhere yet.
  let [timer, saved, sending] = [undefined, kept?.textContent.trim() ? text.value : "", false];
  let saving = Promise.resolve();

  const count = () => {
    if (!length) return;
    const used = measure(text.value, length.dataset.unit);
    const max = Number(length.dataset.max);
    length.textContent = used === 0 ? length.dataset.none : length.dataset.some.replace("(n)", number(used)).replace("(m)", number(max));
    length.classList.toggle("composer__over", used > max);
  };

  /** One after the other, so that an older text never comes after a newer one. */
  const keep = (leaving = false) => {
    clearTimeout(timer);
    timer = undefined;
    if (sending || text.value === saved) return saving;
    saving = saving.then(() => send(leaving));
    return saving;
  };
  const send = async (leaving) => {
    const value = text.value;
    if (sending || value === saved) return;
    const fields = new URLSearchParams({ soort: form.dataset.composer, tekst: value, sleutel: form.querySelector("input[name=sleutel]").value });
    const quoted = form.querySelector("input[name=antwoord_op]")?.value;
    if (quoted) fields.set("antwoord_op", quoted);
    try {
      const answer = await fetch(form.dataset.keep, { method: "POST", body: fields, headers: { "x-gehoor-script": "1", "x-gehoor-looked-at": "1" }, redirect: "manual", keepalive: leaving && value.length < 10_000 });
      if (!answer.ok) throw new Error(`answered ${answer.status}`);
      saved = value;
      if (kept) kept.textContent = await answer.text();
    } catch {
      // It is said, and tried again with the next key or in a while.
      if (kept) kept.textContent = kept.dataset.unkept;
      timer ??= setTimeout(keep, 10 * KEEP_AFTER);
    }
  };

  text.addEventListener("input", () => {
    count();
    clearTimeout(timer);
    timer = setTimeout(keep, KEEP_AFTER);
  });
  // Before a link is followed or another form is sent the field loses the focus.
  text.addEventListener("focusout", () => keep(true));
  addEventListener("pagehide", () => keep(true));
  form.addEventListener("submit", () => {
    sending = true;
    clearTimeout(timer);
    // A page that is still here after that was not sent after all.
    setTimeout(() => (sending = false), 30 * KEEP_AFTER);
  });
  // Back from the browser's memory, where it was sent: the server knows the key and keeps nothing of it.
  addEventListener("pageshow", ({ persisted }) => persisted && (sending = false));
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      const close = event.shiftKey ? form.querySelector("button[name=daarna]") : null;
      form.requestSubmit(close ?? form.querySelector(".composer__send button[type=submit]"));
    }
    if (event.key === "Escape" && event.target === text) text.blur();
  });
  count();
  if (text.value !== saved) timer = setTimeout(keep, KEEP_AFTER);
}

/** As the channel counts. */
function measure(text, unit) {
  if (unit === "utf8_bytes" || unit === "bytes") return new TextEncoder().encode(text).length;
  if (unit === "utf16_units" || unit === "utf16") return text.length;
  return [...text].length;
}

const number = (value) => new Intl.NumberFormat(document.documentElement.lang).format(value);

for (const form of document.querySelectorAll("[data-composer]")) compose(form);
