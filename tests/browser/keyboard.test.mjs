// Everything by keyboard: the palette, the parts of the screen, and a focus that stays when the page changes by itself.

import assert from "node:assert/strict";

import { axe, browserTest, fitsTheScreen, logIn, screenshot } from "./support.mjs";

const rows = (page) => page.locator("[data-list] .row__link");
const palette = (page) => page.getByRole("dialog", { name: "Zoeken en doen" });
const options = (page) => palette(page).getByRole("option");

async function openFirst(page, town, least = 1) {
  await page.goto(town.url("/gesprekken"));
  for (let tries = 0; tries < 80 && (await rows(page).count()) < least; tries += 1) {
    await page.waitForTimeout(500);
    await page.reload();
  }
  await rows(page).first().click();
  await page.getByRole("log").waitFor();
  await page.waitForLoadState("domcontentloaded");
}

/** Opens the palette and types. */
async function ask(page, typed) {
  await page.keyboard.press("Control+k");
  await palette(page).waitFor();
  await page.keyboard.type(typed);
}

browserTest("with the palette an agent does and finds everything by typing", async ({ town, desk: page }) => {
  await logIn(page, town, "agent");
  await openFirst(page, town, 2);
  const first = new URL(page.url()).pathname;
  const author = await page.locator("#gesprek-kop").innerText();
  await page.keyboard.press("Control+k");
  await palette(page).waitFor();
  await axe(page, { within: "#palet" });
  await screenshot(page, "palette");
  const field = palette(page).getByRole("combobox");
  assert.ok(await field.evaluate((one) => one === document.activeElement));
  // The choice is told: the field names the line that is chosen.
  const chosen = () => field.evaluate((one) => document.getElementById(one.getAttribute("aria-activedescendant")).textContent.trim());
  const top = await chosen();
  await page.keyboard.press("ArrowDown");
  assert.notEqual(await chosen(), top);
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  assert.match(await chosen(), /Zoek in alle gesprekken/, "over the top one comes to the last line: to search");
  await page.keyboard.press("Escape");
  assert.equal(await page.getByRole("dialog").count(), 0);

  // A command, out of a text field; its key stands beside it.
  await page.getByLabel("Uw antwoord").focus();
  await ask(page, "notit");
  assert.match(await chosen(), /^Notitie\s*T$/);
  await page.keyboard.press("Enter");
  assert.ok(await page.getByLabel("Uw notitie").evaluate((one) => one === document.activeElement));
  // Closed without a choice, the focus is where it was.
  await ask(page, "x");
  await page.keyboard.press("Escape");
  assert.ok(await page.getByLabel("Uw notitie").evaluate((one) => one === document.activeElement));

  // A colleague, without accents and in any order.
  await ask(page, "kroon rúben");
  assert.match(await chosen(), /Geef aan Ruben Kroon/);
  await page.keyboard.press("Enter");
  await page.waitForURL(/gedaan=/);
  await page.locator("#behandelaar").filter({ hasText: "Ruben" }).waitFor();

  // A place, and from there a conversation of a moment ago.
  await ask(page, "profiel");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/profiel$/);
  await page.waitForLoadState("domcontentloaded");
  await ask(page, "handleiding");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/handleiding$/);
  await page.waitForLoadState("domcontentloaded");
  await page.keyboard.press("Control+k");
  await palette(page).getByText(author, { exact: false }).first().waitFor();
  await page.keyboard.type(author);
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.pathname === first);
  await page.waitForLoadState("domcontentloaded");

  // What is nowhere is searched for.
  await ask(page, "zweefmolen & co");
  assert.equal(await options(page).count(), 1);
  await palette(page).getByText("1 resultaat").waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.pathname === "/zoeken" && url.searchParams.get("q") === "zweefmolen & co");
});

browserTest("the palette fits a phone, and without script its link searches", async ({ town, phone, deskWithoutScript }) => {
  await logIn(phone, town, "agent");
  await phone.keyboard.press("Control+k");
  await palette(phone).waitFor();
  await fitsTheScreen(phone);
  await axe(phone, { within: "#palet" });
  await screenshot(phone, "palette");
  await logIn(deskWithoutScript, town, "agent");
  await deskWithoutScript.getByRole("link", { name: /Zoeken/ }).first().click();
  await deskWithoutScript.waitForURL(/\/zoeken$/);
});

browserTest("F6 goes round the parts of the screen, and Shift F6 the other way", async ({ town, desk: page }) => {
  await logIn(page, town, "agent");
  await openFirst(page, town);
  await page.evaluate(() => document.activeElement.blur());
  const at = () => page.evaluate(() => document.activeElement.id);
  const round = ["lijst", "berichten", "schrijven", "gegevens"];
  for (const id of [...round, "lijst"]) {
    await page.keyboard.press("F6");
    assert.equal(await at(), id);
  }
  for (const id of ["gegevens", "schrijven", "berichten", "lijst", "gegevens"]) {
    await page.keyboard.press("Shift+F6");
    assert.equal(await at(), id);
  }
  // From outside of all of them: back is to the last, and from between two of them to the nearest.
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("Shift+F6");
  assert.equal(await at(), "gegevens");
  await page.locator("#gesprek-kop").focus();
  await page.keyboard.press("Shift+F6");
  assert.equal(await at(), "lijst");
  await page.locator("#gesprek-kop").focus();
  await page.keyboard.press("F6");
  assert.equal(await at(), "berichten");
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Toetsen" }).waitFor();
  await axe(page, { within: "#toetsen" });
  await screenshot(page, "keys");
});

browserTest("what changes by itself never takes the focus away", async ({ town, desk: page }) => {
  await logIn(page, town, "agent");
  await openFirst(page, town);
  const changes = async (what) => {
    // As if it was made some time ago: everything of it is new.
    await page.locator(what).first().evaluate((one) => {
      const text = one.querySelector(".row__text, .message__body, time");
      if (text) text.textContent = "van daarnet";
    });
    await page.evaluate(() => document.dispatchEvent(new CustomEvent("gehoor:vernieuw", { detail: {} })));
    await page.waitForFunction((selector) => !document.querySelector(selector).textContent.includes("van daarnet"), what);
  };
  for (const [what, inside] of [["[data-row]", ".row__link"], ["#berichten-lijst > li[id]", "a[href], button, summary"]]) {
    const control = page.locator(what).first().locator(inside).first();
    if ((await control.count()) === 0) continue;
    await control.focus();
    const before = await page.evaluate(() => [document.activeElement.tagName, document.activeElement.textContent.trim()].join());
    await changes(what);
    assert.equal(await page.evaluate(() => [document.activeElement.tagName, document.activeElement.textContent.trim()].join()), before);
  }
  // What had the focus is gone: the heading of that part has it.
  await page.locator("#termijnen").evaluate((one) => {
    const gone = document.createElement("button");
    gone.textContent = "weg";
    one.append(gone);
    gone.focus();
  });
  await page.evaluate(() => document.dispatchEvent(new CustomEvent("gehoor:vernieuw", { detail: {} })));
  await page.waitForFunction(() => document.activeElement.id === "gesprek-kop");
});

/** Both tabs are hidden or shown as we say: a browser without a screen shows every page. */
const pretend = () => {
  let hidden = false;
  Object.defineProperty(document, "visibilityState", { get: () => (hidden ? "hidden" : "visible") });
  globalThis.hide = (yes) => {
    hidden = yes;
    document.dispatchEvent(new Event("visibilitychange"));
  };
  globalThis.told = [];
  globalThis.asked = 0;
  globalThis.answer = "default";
  globalThis.Notification = class extends EventTarget {
    static get permission() {
      return localStorage.getItem("pretended") ?? "default";
    }
    static async requestPermission() {
      globalThis.asked += 1;
      localStorage.setItem("pretended", globalThis.answer);
      return globalThis.answer;
    }
    constructor(title, { body }) {
      super();
      globalThis.told.push({ title, body, click: () => this.dispatchEvent(new Event("click")) });
    }
    close() {}
  };
};

browserTest("what comes while nobody looks is counted in every tab and told once, without its text", async ({ town, desk: page }) => {
  await page.context().addInitScript(pretend);
  await logIn(page, town, "agent");
  await page.goto(town.url("/profiel"));
  const panel = page.locator("[data-notifications]");
  await panel.getByText("Meldingen staan uit").waitFor();
  assert.equal(await page.evaluate(() => globalThis.asked), 0, "nothing is asked before a button is pressed");
  await page.evaluate(() => (globalThis.answer = "denied"));
  await panel.getByRole("button", { name: "Zet meldingen aan" }).click();
  await panel.getByText("Uw browser weigert meldingen").waitFor();
  assert.equal(await panel.getByRole("button", { name: "Zet meldingen aan" }).count(), 0);
  await page.evaluate(() => localStorage.setItem("pretended", "default"));
  await page.reload();
  await page.evaluate(() => (globalThis.answer = "granted"));
  await panel.getByRole("button", { name: "Zet meldingen aan" }).click();
  await panel.getByText("Meldingen staan aan").waitFor();
  await axe(page);
  await screenshot(page, "profile-notifications");

  await openFirst(page, town);
  const other = await page.context().newPage();
  await other.goto(town.url("/gesprekken"));
  await other.waitForLoadState("load");
  await page.getByLabel("Uw antwoord").fill("Dank u. Waar is het precies?");
  await page.keyboard.press("Control+Enter");
  await page.getByRole("log").getByText("Dank u. Waar is het precies?").waitFor();
  for (const tab of [page, other]) await tab.evaluate(() => globalThis.hide(true));
  for (const tab of [page, other]) await tab.waitForFunction(() => /^\(\d+\) /.test(document.title), undefined, { timeout: 80_000 });
  const told = await Promise.all([page, other].map((tab) => tab.evaluate(() => globalThis.told.map(({ title, body }) => `${title}|${body}`))));
  assert.equal(told.filter((some) => some.length > 0).length, 1, `one tab tells: ${JSON.stringify(told)}`);
  for (const line of told.flat()) assert.match(line, /^Nieuw bericht van .+\|WhatsApp/);
  // Somebody looks at one of them: the count goes in both.
  await other.evaluate(() => globalThis.hide(false));
  for (const tab of [page, other]) await tab.waitForFunction(() => !/^\(/.test(document.title));
  const teller = told[0].length > 0 ? page : other;
  await teller.evaluate(() => globalThis.told[0].click());
  await teller.waitForURL(/\/gesprekken\/[0-9a-f-]{36}$/);
  await other.close();
});
