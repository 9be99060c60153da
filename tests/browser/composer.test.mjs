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
  await logIn(page, town, "noor@zwanendam.example");
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

browserTest("files are brought while one writes: small pictures, progress, stopping, and a reason for each that cannot go", async ({ town, desk: page }) => {
  await logIn(page, town, "agent");
  await openFirst(page, town);
  const files = page.locator("#antwoord");
  await page.locator("#bestand").setInputFiles([
    { name: "lantaarn.jpg", mimeType: "image/jpeg", buffer: photo },
    { name: "pagina.html", mimeType: "text/html", buffer: Buffer.from("<html><script>alert(1)</script></html>") },
    { name: "leeg.txt", mimeType: "text/plain", buffer: Buffer.from("") },
  ]);
  await files.locator("input[type=hidden][name=bijlage]").waitFor({ state: "attached" });
  await files.locator("canvas").waitFor();
  await files.getByText("kan niet mee").first().waitFor();
  await files.getByText("Dit bestand is leeg.").first().waitFor();
  await axe(page, { within: "#antwoord" });
  await screenshot(page, "composer-files");
  // While one is on its way, nothing is sent: its request is held here.
  let release;
  const held = new Promise((done) => (release = done));
  await page.route("**/bijlagen", async (route) => {
    await held;
    // It was broken off meanwhile.
    await route.continue().catch(() => {});
  });
  await page.locator("#bestand").setInputFiles([{ name: "traag.jpg", mimeType: "image/jpeg", buffer: photo }]);
  await page.getByLabel("Uw antwoord").fill("Zie de foto.");
  await page.keyboard.press("Control+Enter");
  await files.getByText("Er wordt nog een bestand geladen").waitFor();
  await page.getByRole("button", { name: "Breek af: traag.jpg" }).click();
  assert.equal(await files.getByText("traag.jpg").count(), 0, "it was stopped");
  release();
  await page.unroute("**/bijlagen");
  for (const name of ["pagina.html", "leeg.txt"]) await page.getByRole("button", { name: `Haal weg: ${name}` }).click();
  await page.getByLabel("Uw antwoord").focus();
  await page.keyboard.press("Control+Enter");
  await page.getByRole("log").getByText("Zie de foto.").waitFor();
  await page.getByRole("log").getByText("lantaarn.jpg").first().waitFor();
  page.complaints.splice(0, page.complaints.length, ...page.complaints.filter((line) => !line.includes("ERR_ABORTED")));
});

browserTest("a picture opens large, is turned and zoomed by keyboard, and the focus comes back", async ({ town, desk: page }) => {
  const photo = { file: { kind: "image", sample: "waste" } };
  await town.says("106540352242922", "31600990044", "Fotograaf", photo, photo);
  await logIn(page, town, "noor@zwanendam.example");
  await page.goto(town.url("/gesprekken?lijst=alle"));
  await rows(page).filter({ hasText: "Fotograaf" }).first().click({ timeout: 30_000 });
  const links = page.locator("a[data-picture]");
  for (let tries = 0; tries < 40 && (await links.count()) < 2; tries += 1) {
    await page.waitForTimeout(500);
    await page.reload();
  }
  const last = links.last();
  await last.focus();
  await page.keyboard.press("Enter");
  const viewer = page.locator("dialog[data-viewer]");
  await viewer.locator("img").waitFor();
  await page.waitForFunction(() => document.querySelector("dialog[data-viewer] img").naturalWidth > 0);
  await axe(page, { within: "dialog[data-viewer]" });
  const wide = () => viewer.locator("[data-viewer-box]").evaluate((one) => [one.offsetWidth, one.offsetHeight]);
  const [width, height] = await wide();
  await page.keyboard.press("+");
  assert.ok((await wide())[0] > width, "larger");
  await page.keyboard.press("0");
  await page.keyboard.press("r");
  await screenshot(page, "viewer");
  const [turnedWidth, turnedHeight] = await wide();
  assert.ok(Math.sign(turnedWidth - turnedHeight) === -Math.sign(width - height) || width === height, "turned on its side");
  await page.keyboard.press("ArrowLeft");
  await viewer.getByText(/^\d+ van \d+$/).waitFor();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Escape");
  await viewer.waitFor({ state: "hidden" });
  assert.ok(await last.evaluate((one) => one === document.activeElement), "the focus is back at the picture");
});
