// What an agent does in the browser, without script and with it, on a phone and at a desk.

import assert from "node:assert/strict";

import { axe, browserTest, expected, logIn, screenshot, tabTo } from "./support.mjs";

const seconds = 1000;

/** Loads the page again until it shows what is waited for: these pages do not change by themselves yet. */
async function until(page, holds, what) {
  for (let tries = 0; tries < 40; tries += 1) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
    await page.reload();
  }
  assert.fail(`not within 20 seconds: ${what}`);
}

async function openFirstConversation(page, town) {
  await page.goto(town.url("/gesprekken"));
  const rows = page.locator('main a[href^="/gesprekken/0"]');
  await until(page, async () => (await rows.count()) > 0, "a resident writes");
  const address = await rows.first().getAttribute("href");
  await page.goto(town.url(address));
  return address;
}

browserTest("an agent without script answers a resident, who reads it and writes back", async ({ town, phoneWithoutScript: page }) => {
  await logIn(page, town, "agent");
  const address = await openFirstConversation(page, town);
  const log = page.getByRole("log");
  const before = await log.getByRole("listitem").count();
  await page.getByLabel("Uw antwoord").fill("Dank voor uw bericht. Waar is het precies?");
  await page.getByRole("button", { name: "Verstuur antwoord" }).click();
  await page.waitForURL((url) => url.pathname === address);
  await until(page, async () => (await log.getByText("Gelezen", { exact: false }).count()) > 0, "the resident reads it");
  await until(page, async () => (await log.getByRole("listitem").count()) > before + 1, "the resident writes back");
  await screenshot(page, "conversation-answered-phone");
});

browserTest("a text that is too long is refused with the limit, and stays in the form", async ({ town, deskWithoutScript: page }) => {
  await logIn(page, town, "agent");
  await openFirstConversation(page, town);
  const long = "De zwaan zwemt. ".repeat(300);
  await page.getByLabel("Uw antwoord").evaluate((field) => field.removeAttribute("maxlength"));
  await page.getByLabel("Uw antwoord").fill(long);
  await page.getByRole("button", { name: "Verstuur antwoord" }).click();
  await page.getByRole("alert").waitFor();
  assert.match(await page.getByRole("alert").innerText(), /4\.096/);
  assert.equal((await page.getByLabel("Uw antwoord").inputValue()).trim(), long.trim());
  await axe(page);
  await screenshot(page, "conversation-refused-desk");
  expected(page, 400);
});

browserTest("two colleagues answer at once: the second is told, and keeps the text", async ({ town, desk, deskWithoutScript }) => {
  await logIn(desk, town, "agent");
  await logIn(deskWithoutScript, town, "agent");
  const address = await openFirstConversation(desk, town);
  await deskWithoutScript.goto(town.url(address));
  await desk.getByLabel("Uw antwoord").fill("Ik zoek het voor u uit.");
  await desk.getByRole("button", { name: "Verstuur antwoord" }).click();
  await desk.getByRole("log").getByText("Ik zoek het voor u uit.").waitFor();
  await deskWithoutScript.getByLabel("Uw antwoord").fill("Ik kijk er ook naar.");
  await deskWithoutScript.getByRole("button", { name: "Verstuur antwoord" }).click();
  await deskWithoutScript.getByRole("alert").waitFor();
  assert.equal(await deskWithoutScript.getByLabel("Uw antwoord").inputValue(), "Ik kijk er ook naar.");
  assert.equal(await deskWithoutScript.getByRole("log").getByText("Ik kijk er ook naar.").count(), 0);
  await screenshot(deskWithoutScript, "conversation-conflict-desk");
  expected(deskWithoutScript, 409);
});

browserTest("a note, an owner and an outcome, by keyboard alone", async ({ town, desk: page }) => {
  await logIn(page, town, "agent");
  await openFirstConversation(page, town);
  await tabTo(page, page.getByRole("link", { name: "Notitie" }));
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByLabel("Uw notitie"));
  await page.keyboard.type("Even gebeld met de wijkbeheerder.");
  await tabTo(page, page.getByRole("button", { name: "Bewaar notitie" }));
  await page.keyboard.press("Enter");
  await page.getByRole("log").getByText("Even gebeld met de wijkbeheerder.").waitFor();
  await tabTo(page, page.getByRole("button", { name: "Pak op" }));
  await page.keyboard.press("Enter");
  await page.waitForLoadState();
  await tabTo(page, page.getByRole("button", { name: "Sluiten" }));
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByRole("button", { name: "Sluit gesprek" }));
  await page.keyboard.press("Enter");
  await page.getByText("Het gesprek is gesloten").waitFor();
  const back = page.getByRole("link", { name: "Terug naar dat gesprek" });
  if ((await back.count()) > 0) await back.click();
  await page.getByRole("button", { name: /Heropen/ }).waitFor();
  await screenshot(page, "conversation-closed-desk");
});

browserTest("who logs out everywhere is logged out in the other browser as well", async ({ town, desk, phone }) => {
  await logIn(desk, town, "agent");
  await logIn(phone, town, "agent");
  await desk.goto(town.url("/profiel"));
  await desk.getByRole("button", { name: /overal|alle apparaten|everywhere/i }).click();
  await desk.waitForURL(/\/inloggen/);
  await phone.goto(town.url("/gesprekken"));
  await phone.waitForURL(/\/inloggen/, { timeout: 5 * seconds });
});
