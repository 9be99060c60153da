// How the channels are doing, for who works with them and who sets them up: on a phone and at a desk, with and without
// script, every page with axe.

import assert from "node:assert/strict";

import { axe, browserTest, expected, fitsTheScreen, screenshot } from "./support.mjs";

async function logIn(page, town, role) {
  const { email, password } = town.login(role);
  await page.goto(town.url("/inloggen"));
  await page.getByLabel(/E-mail/).fill(email);
  await page.getByLabel(/Wachtwoord|Password/).fill(password);
  await page.locator("main").getByRole("button", { name: /Inloggen|Log in/ }).click();
  await page.waitForURL((url) => !url.pathname.startsWith("/inloggen"));
}

async function look(page, name) {
  await axe(page);
  await fitsTheScreen(page);
  await screenshot(page, name);
}

browserTest("an administrator sees, checks and sets up channels everywhere", async ({ town, desk, phoneWithoutScript }) => {
  for (const [page, size] of [[desk, "desk"], [phoneWithoutScript, "phone"]]) {
    await logIn(page, town, "ingrid@zwanendam.example");
    await page.goto(town.url("/beheer/kanalen"));
    await look(page, `channels-${size}`);
    await page.goto(town.url("/beheer/kanalen/wa-main/controle"));
    await page.getByRole("button", { name: "Controleer nu" }).press("Enter");
    await page.waitForURL(/gedaan=controle/);
    await page.getByText("Meta herkent het nummer en het token.").waitFor();
    await page.getByText("Het toegangstoken is geldig en heeft de juiste rechten.").waitFor();
    await look(page, `channel-check-${size}`);
    await page.goto(town.url("/beheer/kanalen/wa-main"));
    await look(page, `channel-${size}`);
    await page.goto(town.url("/beheer/kanalen/wa-main/instellingen"));
    await look(page, `channel-settings-${size}`);
  }
});

browserTest("a new channel is refused with what is wrong, and its verify token is shown once", async ({ town, phoneWithoutScript: page }) => {
  await logIn(page, town, "ingrid@zwanendam.example");
  await page.goto(town.url("/beheer/kanalen/nieuw"));
  await page.getByLabel("Korte naam").fill("wa-proef");
  await page.getByLabel("ID van het telefoonnummer").fill("+31 6 12345678");
  await page.getByLabel("Geheim van de app").fill("0123456789abcdef");
  await page.getByLabel("Toegangstoken").fill("EAAGabcdef012345");
  await page.getByRole("button", { name: "Bewaar en ga verder" }).click();
  await page.getByText("Dit kan niet kloppen.").waitFor();
  expected(page, 400);
  await look(page, "channel-new-refused-phone");
  assert.equal(await page.getByLabel("Toegangstoken").inputValue(), "");
  await page.getByLabel("ID van het telefoonnummer").fill("777000777000777");
  await page.getByLabel("Geheim van de app").fill("0123456789abcdef");
  await page.getByLabel("Toegangstoken").fill("EAAGabcdef012345");
  await page.getByRole("button", { name: "Bewaar en ga verder" }).click();
  await page.getByRole("heading", { name: "Schrijf dit nu op" }).waitFor();
  await look(page, "channel-made-up-phone");
  await page.getByRole("link", { name: "Ga verder met controleren" }).click();
  await page.getByText("/hooks/wa-proef").waitFor();
});

browserTest("a token that is refused stands above every page, until it is replaced", async ({ town, desk, phone }) => {
  await logIn(desk, town, "ingrid@zwanendam.example");
  const settings = town.url("/beheer/kanalen/wa-main/instellingen");
  await desk.goto(settings);
  await desk.getByLabel("Toegangstoken").fill("EAAGniet-het-goede-token");
  await desk.getByRole("button", { name: "Bewaar", exact: true }).click();
  await desk.getByText("De instellingen zijn bewaard").waitFor();
  await desk.goto(town.url("/beheer/kanalen/wa-main/controle"));
  await desk.getByRole("button", { name: "Controleer nu" }).click();
  await desk.waitForURL(/gedaan=controle/);
  await desk.getByText("Meta accepteert het toegangstoken niet.").first().waitFor();
  await look(desk, "channel-token-refused-desk");
  await logIn(phone, town, "noor@zwanendam.example");
  await phone.getByText("versturen werkt nu niet").waitFor();
  await look(phone, "banner-phone");
  await phone.getByRole("link", { name: /Bekijk wat er aan de hand is/ }).click();
  await phone.waitForURL(/\/beheer\/kanalen\/wa-main/);
  await look(phone, "channel-alarm-phone");
  await phone.locator("main").getByRole("button", { name: /Ik heb dit gezien/ }).first().click();
  await phone.getByText(/Gezien door .?Noor Bakker/).first().waitFor();
  assert.equal(await phone.getByText("versturen werkt nu niet").count(), 0);
});
