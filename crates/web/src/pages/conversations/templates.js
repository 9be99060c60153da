// Choosing a template: the list narrows while somebody types and is walked with the arrows; what is filled in stands in the
// preview at once. Without script the same comes with the next page.

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

for (const list of document.querySelectorAll("[data-templates]")) {
  const field = list.querySelector("input[type=search]");
  const none = list.querySelector("[data-templates-none]");
  const all = [...list.querySelectorAll("[data-template]")];
  const texts = new Map(all.map((one) => [one, plain(one.textContent)]));
  // What the server narrowed down already is asked of it again.
  if (!field || field.value) continue;
  const links = () => all.filter((one) => !one.hidden).flatMap((one) => [...one.querySelectorAll("a")]);
  field.addEventListener("input", () => {
    const words = plain(field.value).split(/\s+/).filter(Boolean);
    for (const one of all) one.hidden = !words.every((word) => texts.get(one).includes(word));
    for (const group of list.querySelectorAll("[data-templates-group]")) group.hidden = !group.querySelector("[data-template]:not([hidden])");
    none.textContent = all.every((one) => one.hidden) ? none.dataset.templatesNone : "";
  });
  list.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target === field) {
      event.preventDefault();
      links()[0]?.focus();
      return;
    }
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by || event.altKey || event.ctrlKey || event.metaKey) return;
    const [shown, at] = [links(), links().indexOf(document.activeElement)];
    const next = at < 0 ? shown[by > 0 ? 0 : -1] : (shown[at + by] ?? field);
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
}

for (const form of document.querySelectorAll("[data-template-form]")) {
  const preview = form.querySelector("[data-template-preview]");
  if (!preview) continue;
  form.addEventListener("input", () => {
    const value = (key) => form.querySelector(`input[name="w.${CSS.escape(key)}"]`)?.value || `{{${key.replace(/^[^.]*\./, "")}}}`;
    // The marks around a key are characters that no text holds.
    preview.textContent = preview.dataset.pattern.replace(/\ue000([^\ue001]*)\ue001/g, (_, key) => value(key));
  });
}
