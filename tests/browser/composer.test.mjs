// The composer: canned texts and emoji while somebody types, files with their progress, pictures large. By keyboard, and the
// canned texts with script off.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { axe, browserTest, fitsTheScreen, logIn, screenshot } from "./support.mjs";

const rows = (page) => page.locator("[data-list] .row__link");
const photo = readFileSync(new URL("../../crates/simulation/src/platforms/samples/lamp.jpg", import.meta.url));

async function openFirst(page, town) {
  await page.goto(town.url("/gesprekken"));
  for (let tries = 0; tries < 60 && (await rows(page).count()) === 0; tries += 1) {
    await page.waitForTimeout(500);
    await page.reload();
  }
  await rows(page).first().click();
  await page.getByRole("log").waitFor();
  await page.waitForLoadState("domcontentloaded");
}

browserTest("a canned text is found by its slash, by keyboard alone, and read before it leaves", async ({ town, desk: page }) => {
  await logIn(page, town, "agent");
  await openFirst(page, town);
  const field = page.getByLabel("Uw antwoord");
  await field.focus();
  await page.keyboard.type("Goedemiddag en/of 9/10 ");
  const list = page.getByRole("listbox", { name: "Standaardteksten" });
  assert.equal(await list.count(), 0, "a slash inside a word is a slash");
  await page.keyboard.type("/");
  await list.waitFor();
  const all = await list.getByRole("option").count();
  assert.ok(all >= 5, `${all} texts`);
  await axe(page, { within: "#antwoord" });
  await screenshot(page, "composer-canned");
  await page.keyboard.type("container");
  await page.waitForFunction((before) => document.querySelectorAll("#antwoord-keuzelijst [role=option]").length < before, all);
  assert.equal(await field.getAttribute("aria-activedescendant"), "antwoord-keuzelijst-0");
  await page.keyboard.press("Escape");
  await list.waitFor({ state: "hidden" });
  assert.match(await field.inputValue(), /\/container$/, "what was typed stays");
  await page.keyboard.type(" /");
  await list.waitFor();
  const second = await list.getByRole("option").nth(1).locator(".suggest__text").textContent();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  const value = await field.inputValue();
  assert.ok(value.endsWith(second), `the second text stands in the field: ${value}`);
  assert.doesNotMatch(second, /\{(mijn naam|gemeente)\}/, "its gaps are filled");
  assert.ok(await field.evaluate((one) => one === document.activeElement), "the focus stays in the field");
  await page.locator("#antwoord [data-kept]").filter({ hasText: "Concept opgeslagen" }).waitFor();
  await page.keyboard.type(" :duim");
  await page.getByRole("listbox", { name: "Kies een emoji" }).first().waitFor();
  await page.keyboard.press("Tab");
  assert.match(await field.inputValue(), /👍$/u);
  await page.getByRole("button", { name: "Emoji" }).first().click();
  const picker = page.getByRole("dialog", { name: "Kies een emoji" });
  await picker.getByLabel("Zoek een emoji").fill("zwaan");
  await picker.getByRole("option", { name: "zwaan" }).waitFor();
  await axe(page, { within: "#antwoord-emoji" });
  await screenshot(page, "composer-emoji");
  await page.keyboard.press("Enter");
  assert.match(await field.inputValue(), /👍🦢$/u);
});

browserTest("without script, and on a phone, the canned texts are a button away and nothing is lost", async ({ town, phoneWithoutScript: page }) => {
  await logIn(page, town, "agent");
  await openFirst(page, town);
  await page.getByLabel("Uw antwoord").fill("Beste buurvrouw,");
  await page.getByRole("button", { name: "Standaardteksten" }).first().click();
  await page.getByRole("heading", { name: "Standaardteksten" }).waitFor();
  await axe(page);
  await fitsTheScreen(page);
  await screenshot(page, "composer-canned");
  await page.getByLabel("Zoek in de standaardteksten").fill("bedanken");
  await page.getByRole("button", { name: "Zoek", exact: true }).click();
  await page.getByRole("button", { name: "Gebruik" }).first().click();
  const value = await page.getByLabel("Uw antwoord").inputValue();
  assert.match(value, /^Beste buurvrouw,\n\nGraag gedaan/);
});

browserTest("canned texts are looked after by a team leader", async ({ town, desk, phone }) => {
  for (const page of [desk, phone]) {
    await logIn(page, town, "team_lead");
    await page.goto(town.url("/beheer/standaardteksten"));
    await page.getByRole("heading", { name: "Standaardteksten" }).waitFor();
    await axe(page);
    await fitsTheScreen(page);
    await screenshot(page, "canned-texts");
    await page.goto(town.url("/beheer/standaardteksten/nieuw"));
    await page.getByLabel("Naam").fill("Boom omgewaaid");
    await page.getByLabel("Afkorting").fill("Grote Boom");
    await page.getByLabel("Tekst", { exact: true }).fill("Dag {naam}");
    await page.getByRole("button", { name: "Bewaar" }).click();
    await page.getByText("Gebruik alleen kleine letters").waitFor();
    page.complaints.length = 0;
    await axe(page);
    await fitsTheScreen(page);
    await screenshot(page, "canned-text");
  }
});
