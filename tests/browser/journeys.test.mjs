// Whole errands from beginning to end, by keyboard alone where the page has script, and without script where it has none.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";

import { axe, browserTest, expected, fitsTheScreen, logIn, screenshot, tabTo } from "./support.mjs";

async function look(page, name) {
  await axe(page);
  await fitsTheScreen(page);
  await screenshot(page, name);
}

/** What an app shows for this key (RFC 6238), `later` periods of 30 seconds from now. */
function appCode(key, later = 0) {
  const bits = [...key.replaceAll(/\s/g, "")].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0")).join("");
  const secret = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later));
  const mac = createHmac("sha1", secret).update(counter).digest();
  const number = mac.readUInt32BE(mac[19] & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}

/** Fills the log-in page in and sends it; where it leads is the test's to see. */
async function knock(page, town, { email, password }) {
  await page.goto(town.url("/inloggen"));
  await tabTo(page, page.getByLabel(/E-mail/));
  await page.keyboard.type(email);
  await page.keyboard.press("Tab");
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
}

async function openFirst(page, town) {
  await page.goto(town.url("/gesprekken"));
  const rows = page.locator("[data-list] .row__link");
  for (let tries = 0; tries < 60 && (await rows.count()) === 0; tries += 1) {
    await page.waitForTimeout(500);
    await page.reload();
  }
  await page.goto(town.url(await rows.first().getAttribute("href")));
  await page.getByRole("log").waitFor();
}

browserTest("a second step is set up and asked for, by keyboard alone, and a recovery code works without script", async ({ town, desk, phoneWithoutScript }) => {
  const joris = town.login("joris@zwanendam.example");
  await knock(desk, town, joris);
  await desk.waitForURL(/\/gesprekken/);
  await desk.goto(town.url("/profiel/tweede-stap"));
  await tabTo(desk, desk.getByRole("button", { name: "Stel de tweede stap in" }));
  await desk.keyboard.press("Enter");
  const key = await desk.locator("main code").innerText();
  await look(desk, "second-step-being-set");
  await tabTo(desk, desk.getByLabel("Uw wachtwoord"));
  await desk.keyboard.type(joris.password);
  await desk.keyboard.press("Tab");
  await desk.keyboard.type("000000");
  await desk.keyboard.press("Enter");
  await desk.getByRole("alert").waitFor();
  expected(desk, 400);
  await tabTo(desk, desk.getByLabel("Uw wachtwoord"));
  await desk.keyboard.type(joris.password);
  await desk.keyboard.press("Tab");
  await desk.keyboard.type(appCode(key));
  await desk.keyboard.press("Enter");
  await desk.getByRole("heading", { name: "Uw herstelcodes" }).waitFor();
  const codes = await desk.locator("main ol code").allInnerTexts();
  assert.equal(new Set(codes).size, 10);
  await look(desk, "recovery-codes");
  await tabTo(desk, desk.getByRole("link", { name: "Ik heb de codes bewaard" }));
  await desk.keyboard.press("Enter");
  await desk.getByText("De tweede stap bij het inloggen staat aan.").waitFor();
  await tabTo(desk, desk.locator(".nav").getByRole("button", { name: "Uitloggen" }));
  await desk.keyboard.press("Enter");
  await desk.waitForURL(/\/inloggen/);
  await knock(desk, town, joris);
  await desk.waitForURL(/\/inloggen\/code/);
  for (const colorScheme of ["dark", "light"]) {
    await desk.emulateMedia({ colorScheme });
    await look(desk, `log-in-code-${colorScheme}`);
  }
  assert.ok(await desk.getByLabel("Code uit de app").evaluate((field) => field === document.activeElement), "one types at once");
  // The code of this half minute was used; the next one is accepted early.
  await desk.keyboard.type(appCode(key, 1));
  await desk.keyboard.press("Enter");
  await desk.waitForURL(/\/gesprekken/);

  const page = phoneWithoutScript;
  await page.goto(town.url("/inloggen"));
  await page.getByLabel(/E-mail/).fill(joris.email);
  await page.getByLabel(/Wachtwoord/).fill(joris.password);
  await page.locator("main").getByRole("button", { name: "Inloggen" }).click();
  await page.getByLabel("Code uit de app").fill("123 456");
  await page.getByRole("button", { name: "Inloggen" }).click();
  await page.getByRole("alert").waitFor();
  await look(page, "log-in-code-wrong");
  expected(page, 401);
  await page.getByLabel("Code uit de app").fill(codes[0].toUpperCase());
  await page.getByRole("button", { name: "Inloggen" }).click();
  await page.waitForURL(/\/gesprekken/);
});

const pdf = Buffer.from("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n");
const png = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAACAAAAAYCAIAAAAUMWhjAAAAJklEQVR4nGPkystjoCVgoqnpoxaMWjBqwagFoxaMWjBqwagFVAMADT8BFkUhQLMAAAAASUVORK5CYII=", "base64");

for (const script of [true, false]) {
  const how = script ? "with script" : "without script";
  const body = async (town, page) => {
    await logIn(page, town, script ? "noor@zwanendam.example" : "daan@zwanendam.example");
    await openFirst(page, town);
    await page.getByLabel("Uw antwoord").fill("In de bijlagen staat hoe het werkt.");
    await page.locator("#antwoord input[type=file]").setInputFiles([
      { name: "uitleg afval.pdf", mimeType: "application/pdf", buffer: pdf },
      { name: "kaartje.png", mimeType: "image/png", buffer: png },
    ]);
    if (script) {
      // They are on their way while one writes.
      await page.waitForFunction(() => document.querySelectorAll("#antwoord input[type=hidden][name=bijlage]").length === 2);
      await page.getByLabel("Uw antwoord").focus();
      await page.keyboard.press("Control+Enter");
    } else {
      await page.getByRole("button", { name: "Verstuur antwoord" }).click();
    }
    const sent = page.getByRole("log").getByRole("listitem").filter({ hasText: "In de bijlagen staat hoe het werkt." });
    await sent.waitFor();
    for (let tries = 0; ; tries += 1) {
      const states = await sent.locator(".message__parts .message__state").allInnerTexts().catch(() => []);
      if (states.length === 2 && states.every((state) => /Gelezen|Bezorgd/.test(state))) break;
      assert.ok(tries < 40, `not both attachments arrive: ${states.join(" | ")}`);
      await page.waitForTimeout(1_000);
      if (!script) await page.reload();
    }
    const log = page.getByRole("log");
    assert.equal(await log.getByText("uitleg afval.pdf").count() > 0, true);
    await look(page, `answer-with-attachments-${script ? "desk" : "phone"}`);
  };
  if (script) browserTest(`an answer with two attachments arrives, ${how}`, ({ town, desk }) => body(town, desk));
  else browserTest(`an answer with two attachments arrives, ${how}`, ({ town, phoneWithoutScript }) => body(town, phoneWithoutScript));
}

browserTest("search and act, by keyboard alone", async ({ town, desk: page }) => {
  await logIn(page, town, "fatima@zwanendam.example");
  await openFirst(page, town);
  const said = (await page.getByRole("log").locator(".message--in .message__text").first().innerText()).split(/\s+/).map((word) => word.replaceAll(/[^\p{L}]/gu, "")).filter((word) => word.length > 5);
  assert.ok(said.length > 0, "somebody said a word to look for");
  await page.goto(town.url("/zoeken"));
  await tabTo(page, page.getByLabel("Waar zoekt u naar?"));
  await page.keyboard.type(said[0]);
  await page.keyboard.press("Enter");
  await page.locator(".search__rows mark").first().waitFor();
  await look(page, "search-hits");
  await tabTo(page, page.locator(".search__author a").first());
  await page.keyboard.press("Enter");
  await page.getByRole("log").waitFor();
  await tabTo(page, page.getByRole("button", { name: "Pak op" }).or(page.getByRole("button", { name: "Geef vrij" })).first());
  await page.keyboard.press("Enter");
  await page.getByRole("log").waitFor();
});

browserTest("a send of which nobody knows what became of it is found and decided, by keyboard alone", async ({ town, desk: page }) => {
  await logIn(page, town, "fatima@zwanendam.example");
  await openFirst(page, town);
  const address = new URL(page.url()).pathname;
  await town.order({ fault: "accept_then_close", times: 1 }, { fault: "no_status", times: 1 });
  await tabTo(page, page.getByLabel("Uw antwoord"));
  await page.keyboard.type("Komt dit aan?");
  await page.keyboard.press("Control+Enter");
  await page.getByRole("log").getByText("Wij sturen het niet vanzelf nog een keer.", { exact: false }).waitFor({ timeout: 60_000 });
  await look(page, "unknown-send");
  await page.goto(town.url("/beheer/verzendingen"));
  await look(page, "unknown-sends-list");
  await tabTo(page, page.locator("main").getByRole("link", { name: /Open het gesprek/ }).first());
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.pathname === address);
  await tabTo(page, page.getByRole("button", { name: "Stuur opnieuw" }));
  await page.keyboard.press("Enter");
  const sure = page.getByRole("button", { name: "Ja, stuur nu opnieuw" });
  await sure.waitFor();
  await look(page, "unknown-send-sure");
  expected(page, 409);
  await tabTo(page, sure);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => !document.querySelector(".message__resolve"), undefined, { timeout: 30_000 });
  await page.goto(town.url("/beheer/verzendingen"));
  await page.getByText("Er zijn geen onzekere of mislukte verzendingen.").waitFor();
});

browserTest("a colleague is invited by keyboard alone, chooses a password without script, and works", async ({ town, desk, phoneWithoutScript }) => {
  await logIn(desk, town, "ingrid@zwanendam.example");
  await desk.goto(town.url("/beheer/gebruikers/nieuw"));
  await tabTo(desk, desk.getByLabel("E-mailadres"));
  await desk.keyboard.type("jasmijn@zwanendam.example");
  await desk.keyboard.press("Tab");
  await desk.keyboard.type("Jasmijn de Groot");
  await tabTo(desk, desk.getByLabel("Webcare"));
  await desk.keyboard.press("Space");
  await tabTo(desk, desk.getByRole("button", { name: "Nodig uit" }));
  await desk.keyboard.press("Enter");
  await desk.getByRole("heading", { name: "Geef deze link door" }).waitFor();
  await look(desk, "invitation");
  const link = /\/wachtwoord\/[0-9a-f]{64}/.exec(await desk.content())?.[0];
  const page = phoneWithoutScript;
  await page.goto(town.url(link));
  await page.getByLabel("Nieuw wachtwoord").fill("welkom123");
  await page.getByRole("button", { name: "Bewaar het wachtwoord" }).click();
  await page.getByRole("alert").waitFor();
  await look(page, "choose-password-refused");
  expected(page, 400);
  await page.getByLabel("Nieuw wachtwoord").fill("de gracht is diep en koud");
  await page.getByRole("button", { name: "Bewaar het wachtwoord" }).click();
  await page.waitForURL(/\/inloggen/);
  await page.getByLabel(/E-mail/).fill("jasmijn@zwanendam.example");
  await page.getByLabel(/Wachtwoord/).fill("de gracht is diep en koud");
  await page.locator("main").getByRole("button", { name: "Inloggen" }).click();
  await page.waitForURL(/\/gesprekken/);
  // The link works once.
  const again = await page.goto(town.url(link));
  assert.equal(again.status(), 410);
  expected(page, 410);
});
