// Lists narrowed and saved, finding one's way in a long conversation, and what residents write to break the page.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";

import { axe, browserTest, fitsTheScreen, logIn, screenshot, tabTo } from "./support.mjs";

/** What WhatsApp would deliver for the town's first number, signed as it signs. */
async function deliver(town, name, phone, messages) {
  const at = String(Math.floor(Date.now() / 1000));
  const value = {
    messaging_product: "whatsapp",
    metadata: { display_phone_number: "31600999888", phone_number_id: "106540352242922" },
    contacts: [{ profile: { name }, wa_id: phone }],
    messages: messages.map((message, number) => ({ from: phone, id: `wamid.${phone}.${at}.${number}`, timestamp: at, ...message })),
  };
  const body = JSON.stringify({ object: "whatsapp_business_account", entry: [{ id: "102290129340398", changes: [{ field: "messages", value }] }] });
  const signature = createHmac("sha256", "made-up-app-secret-of-zwanendam").update(body).digest("hex");
  const answer = await fetch(town.url("/hooks/wa-main"), { method: "POST", headers: { "content-type": "application/json", "x-hub-signature-256": `sha256=${signature}` }, body });
  assert.equal(answer.status, 200, await answer.text());
}

const text = (body, context) => ({ type: "text", text: { body }, ...(context ? { context: { id: context } } : {}) });

async function openTalkWith(page, town, name) {
  await page.goto(town.url("/gesprekken?volgorde=nieuwste"));
  const row = page.locator(".row__link", { hasText: name }).first();
  for (let tries = 0; tries < 60 && (await row.count()) === 0; tries += 1) {
    await page.waitForTimeout(500);
    await page.reload();
  }
  await page.goto(town.url(await row.getAttribute("href")));
  await page.getByRole("log").waitFor();
}

browserTest("a list is narrowed and saved by keyboard, and the page is not loaded for it", async ({ town, desk: page }) => {
  await logIn(page, town, "noor@zwanendam.example");
  await deliver(town, "Zoekvraag", "31600990001", [text("Waar kan ik mijn oude koelkast kwijt?")]);
  await openTalkWith(page, town, "Zoekvraag");
  await page.goto(town.url("/gesprekken"));
  await page.evaluate(() => (globalThis.same = true));
  const open = page.locator("summary", { hasText: "Filter en sorteer" });
  await tabTo(page, open);
  await page.keyboard.press("Enter");
  await page.getByLabel("Behandelaar").selectOption({ label: "Nog niemand" });
  await page.getByLabel("Alleen ongelezen").check();
  await screenshot(page, "list-filters-open");
  await axe(page);
  await page.getByRole("button", { name: "Toon", exact: true }).press("Enter");
  await page.getByRole("link", { name: /Alleen ongelezen/ }).waitFor();
  assert.ok(await page.evaluate(() => globalThis.same), "only the list was swapped");
  assert.equal(new URL(page.url()).search, "?lijst=open&behandelaar=niemand&volgorde=wacht&ongelezen=ja");
  assert.ok(await page.locator("#lijst-kop").evaluate((one) => one === document.activeElement), "focus is at the heading");
  await page.locator("summary", { hasText: "Bewaar deze lijst" }).press("Enter");
  await page.getByLabel("Naam", { exact: true }).fill("Nog te lezen");
  await screenshot(page, "list-filters-on");
  await axe(page);
  await page.getByRole("button", { name: "Bewaar", exact: true }).press("Enter");
  await page.getByRole("heading", { name: "Nog te lezen" }).waitFor();
  await screenshot(page, "list-saved");
  await page.goto(town.url("/gesprekken/lijsten"));
  await axe(page);
  await fitsTheScreen(page);
  await screenshot(page, "saved-lists");
});

browserTest("a list is narrowed without script on a phone", async ({ town, phoneWithoutScript: page }) => {
  await logIn(page, town, "noor@zwanendam.example");
  await page.locator("summary", { hasText: "Filter en sorteer" }).click();
  await page.getByLabel("Wacht al").selectOption({ label: "langer dan 3 dagen" });
  await fitsTheScreen(page);
  await screenshot(page, "list-filters-open");
  await page.getByRole("button", { name: "Toon", exact: true }).click();
  await page.getByText("Geen enkel gesprek past bij deze filters.").waitFor();
  await fitsTheScreen(page);
  await axe(page);
  await screenshot(page, "list-filters-nothing");
  await page.getByRole("link", { name: "Wis alle filters" }).click();
  await page.getByText("Geen enkel gesprek past").waitFor({ state: "detached" });
});

browserTest("a text is found in a conversation by keyboard", async ({ town, desk: page, phone }) => {
  await logIn(page, town, "noor@zwanendam.example");
  const talk = Array.from({ length: 40 }, (_, number) => text(number % 13 === 0 ? `Mijn koelkast nummer ${number} staat er nog` : `Bericht ${number}`));
  await deliver(town, "Veelschrijver", "31600990002", talk);
  await openTalkWith(page, town, "Veelschrijver");
  await page.locator("body").press("f");
  await page.keyboard.type("KOELKAST");
  await page.keyboard.press("Enter");
  await page.getByText(/Bericht \d van \d met deze tekst/).waitFor();
  assert.ok(await page.locator(".message--found").isVisible());
  await page.getByRole("link", { name: "Vorig bericht met deze tekst" }).press("Enter");
  await page.waitForURL(/#b-/);
  await axe(page);
  await screenshot(page, "find-in-conversation");
  await logIn(phone, town, "noor@zwanendam.example");
  await phone.goto(page.url());
  await fitsTheScreen(phone);
  await axe(phone);
  await screenshot(phone, "find-in-conversation");
});

browserTest("what residents write to break the page breaks nothing", async ({ town, desk, phone, phoneWithoutScript }) => {
  const rtl = "مرحبا، الإنارة في شارعي معطلة منذ ثلاثة أيام";
  const hostile = [
    text("woord".repeat(5_000)),
    text("🙂👩‍👩‍👧‍👦🏳️‍🌈".repeat(100)),
    text(`${rtl} (Kerkstraat 5) ${rtl}`),
    text("<script>alert(1)</script><img src=x onerror=alert(1)> \u202E etsop \u2066 x"),
    text("Z̷̢͎̗̺̟͈̘̼̓̄͊͑a̶̡͓̻̗͗l̸̨͍̘̟̦̈́g̴̛͚̲̼̏ö̵̟̖̱̗͑̕ ".repeat(40)),
    text("https://zwanendam.example/" + "a".repeat(400)),
  ];
  await deliver(town, "<b>Yusuf</b> \u202E esrever " + "naam".repeat(20), "31600990003", hostile);
  const quotes = Array.from({ length: 20 }, (_, number) => text(`Antwoord ${number} op het vorige`, number > 0 ? `wamid.31600990004.q${number - 1}` : undefined));
  await deliver(town, "أحمد", "31600990004", quotes.map((one, number) => ({ ...one, id: `wamid.31600990004.q${number}` })));
  for (const page of [desk, phone, phoneWithoutScript]) {
    await logIn(page, town, "noor@zwanendam.example");
    for (const [name, picture] of [["esrever", "hostile-text"], ["أحمد", "hostile-quotes"]]) {
      await openTalkWith(page, town, name);
      await fitsTheScreen(page);
      await screenshot(page, picture);
      const log = page.locator("#berichten");
      const [inner, outer] = await log.evaluate((one) => [one.scrollWidth, one.clientWidth]).catch(() => [0, 0]);
      assert.ok(inner <= outer, `the log is ${inner} wide in ${outer}`);
      assert.equal(await page.locator("#berichten script, #berichten img[src=x]").count(), 0);
      assert.equal(await page.locator("h1 bdi").count(), 1, "a name of whatever direction stands by itself");
      await page.goto(town.url("/gesprekken?volgorde=nieuwste"));
      await fitsTheScreen(page);
      await screenshot(page, `${picture}-list`);
    }
  }
  await axe(phone);
});
