// The desk as it is with script: what comes in while somebody works, what is kept and taken back, and all of it by keyboard.

import assert from "node:assert/strict";

import { axe, browserTest, fitsTheScreen, logIn, screenshot } from "./support.mjs";

const rows = (page) => page.locator("[data-list] .row__link");

async function openFirst(page, town) {
  await page.goto(town.url("/gesprekken"));
  for (let tries = 0; tries < 60 && (await rows(page).count()) === 0; tries += 1) {
    await page.waitForTimeout(500);
    await page.reload();
  }
  await rows(page).first().click();
  await page.getByRole("log").waitFor();
}

browserTest("what comes in is on the screen by itself, and nothing moves under the hands of who types", async ({ town, desk: page }) => {
  await logIn(page, town, "agent");
  await openFirst(page, town);
  // Whatever is said in a live region, in order.
  await page.evaluate(() => {
    globalThis.heard = [];
    const watch = (region) => new MutationObserver(() => {
      const words = region.textContent.trim();
      if (words) globalThis.heard.push(words);
    }).observe(region, { childList: true, characterData: true, subtree: true });
    watch(document.getElementById("meegedeeld"));
  });
  const log = page.getByRole("log");
  const before = await log.locator(".message--in").count();
  await page.getByLabel("Uw antwoord").fill("Dank voor uw bericht. Waar is het precies?");
  await page.keyboard.press("Control+Enter");
  await log.getByText("Dank voor uw bericht. Waar is het precies?").waitFor();
  const field = page.getByLabel("Uw antwoord");
  await field.fill("Ik schrijf alvast verder");
  await page.evaluate(() => {
    globalThis.heard = [];
    const region = document.getElementById("meegedeeld");
    new MutationObserver(() => region.textContent.trim() && globalThis.heard.push(region.textContent.trim())).observe(region, { childList: true, characterData: true, subtree: true });
  });
  // The resident reads it and writes back; the page was never loaded again.
  await log.getByText("Gelezen", { exact: false }).first().waitFor({ timeout: 40_000 });
  await page.waitForFunction((count) => document.querySelectorAll(".message--in").length > count, before, { timeout: 40_000 });
  assert.equal(await field.inputValue(), "Ik schrijf alvast verder");
  assert.ok(await field.evaluate((one) => one === document.activeElement), "the focus stays in the field");
  await page.waitForFunction(() => globalThis.heard.some((words) => /Nieuw bericht van/.test(words)), undefined, { timeout: 15_000 });
  const heard = await page.evaluate(() => globalThis.heard.filter((words) => /Nieuw bericht van/.test(words)));
  assert.equal(new Set(heard).size, heard.length, `each arrival is announced once: ${heard.join(" | ")}`);
  await axe(page);
  await screenshot(page, "desk-live");
});

browserTest("what is written outlives the browser, is shown to a colleague, and can be taken back", async ({ town, desk, phone }) => {
  await logIn(desk, town, "agent");
  await openFirst(desk, town);
  const address = new URL(desk.url()).pathname;
  await desk.getByLabel("Uw antwoord").fill("Morgen komt er iemand langs.");
  await desk.locator("#antwoord [data-kept]").filter({ hasText: "Concept opgeslagen" }).waitFor();
  // Gone without a word, as in a crash.
  await desk.goto("about:blank");
  await desk.goto(town.url(address));
  assert.equal(await desk.getByLabel("Uw antwoord").inputValue(), "Morgen komt er iemand langs.");
  await logIn(phone, town, "team_lead");
  await phone.goto(town.url(address));
  await phone.getByText("schreef dit en verstuurde het nog niet").waitFor();
  await fitsTheScreen(phone);
  await axe(phone);
  await screenshot(phone, "desk-draft-of-a-colleague");
  await desk.getByRole("button", { name: "Verstuur antwoord" }).click();
  await desk.getByRole("button", { name: "Haal terug" }).click();
  await desk.getByText("Uw antwoord is teruggehaald").waitFor();
  assert.equal(await desk.getByLabel("Uw antwoord").inputValue(), "Morgen komt er iemand langs.");
  await screenshot(desk, "desk-taken-back");
});

browserTest("by keyboard alone: through the list, a note, and closing with the next one open", async ({ town, desk: page }) => {
  await logIn(page, town, "agent");
  await page.goto(town.url("/gesprekken"));
  for (let tries = 0; tries < 80 && (await rows(page).count()) < 2; tries += 1) {
    await page.waitForTimeout(500);
    await page.reload();
  }
  await page.keyboard.press("j");
  assert.ok(await rows(page).first().evaluate((one) => one === document.activeElement), "J goes to the first");
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  await page.keyboard.press("Enter");
  await page.getByRole("log").waitFor();
  // The keys are there once the page is read to its end.
  await page.waitForLoadState("domcontentloaded");
  const first = page.url();
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Toetsen" }).waitFor();
  await axe(page, { within: "#toetsen" });
  await page.keyboard.press("Escape");
  await page.keyboard.press("t");
  await page.keyboard.type("Even gebeld met de wijk.");
  await page.keyboard.press("Control+Enter");
  await page.getByRole("log").getByText("Even gebeld met de wijk.").waitFor();
  // Whoever writes in bursts may write while it is being closed: then it stays open, says so, and is closed again.
  const closed = page.getByText("Het gesprek is gesloten");
  const refused = page.getByRole("alert");
  for (let tries = 0; tries < 5; tries += 1) {
    await page.keyboard.press("e");
    await page.getByLabel("Wat is de uitkomst?").waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await closed.or(refused).first().waitFor();
    if ((await closed.count()) > 0) break;
    await page.goto(page.url().replace(/\/sluiting.*/, ""));
  }
  await closed.waitFor();
  page.complaints.splice(0, page.complaints.length, ...page.complaints.filter((line) => !line.includes("status of 409")));
  assert.notEqual(new URL(page.url()).pathname, new URL(first).pathname, "the next conversation is open");
  // Switched off, a letter does nothing.
  await page.goto(town.url("/profiel"));
  await page.getByRole("button", { name: "Zet losse toetsen uit" }).click();
  await page.goto(first);
  await page.keyboard.press("?");
  assert.equal(await page.getByRole("dialog").count(), 0);
});

browserTest("the connection goes and comes back: it is said, and nothing is missed", async ({ town, desk: page }) => {
  await logIn(page, town, "agent");
  await openFirst(page, town);
  await page.context().setOffline(true);
  await page.getByText("Geen verbinding. U kunt verder typen.").waitFor({ timeout: 60_000 });
  await page.getByLabel("Uw antwoord").fill("Ik typ gewoon verder");
  await screenshot(page, "desk-offline");
  await page.context().setOffline(false);
  await page.getByText("Weer verbonden", { exact: false }).first().waitFor({ timeout: 40_000 });
  assert.equal(await page.getByLabel("Uw antwoord").inputValue(), "Ik typ gewoon verder");
  // What the browser says of requests that could not be made is no fault of the page.
  page.complaints.splice(0, page.complaints.length, ...page.complaints.filter((line) => !/ERR_INTERNET_DISCONNECTED|Failed to load resource|ERR_NETWORK/.test(line)));
});
