// Every page that `gehoor routes` names, in Dutch and English, light, dark and with more contrast, on a phone and at a desk:
// axe, and no page wider than its screen from 320 pixels on. A page that nobody gave an example of fails.
//
// With GEHOOR_SCREENSHOTS=all each of these is kept as a picture.

import assert from "node:assert/strict";

import { axe, axeOnContrast, browserTest, expected, fitsTheScreen, logIn, routes, screenshot, sizes } from "./support.mjs";

const everyPicture = process.env.GEHOOR_SCREENSHOTS === "all";

/** Addresses that answer a look with something else than a page. */
const noPages = [/^\/(api|hooks|healthz|readyz)(\/|$)/, /^\/(assets|bijlagen|huisstijl)\//, /^\/live$/, /\/qr$/, /^\/gesprekken\/(rijen|\{id\}\/deel)$/];
/** Pages that are looked at where one comes to them. */
const elsewhere = { "/inloggen": "first of all, while nobody is logged in", "/inloggen/code": "journeys.test.mjs, when somebody logs in with a second step" };
/** What is more than one page at one address. */
const more = {
  "/gesprekken": ["/gesprekken?lijst=alle", "/gesprekken?lijst=mijn", "/gesprekken?lijst=gesloten", "/gesprekken?lijst=alle&na=onzin"],
  "/zoeken": ["/zoeken?q=straat", "/zoeken?q=bestaatgewoonniet", "/zoeken?q=van%3A"],
  "/": ["/bestaat-niet"],
};

const looks = [
  ["light", { colorScheme: "light", contrast: "no-preference" }],
  ["dark", { colorScheme: "dark", contrast: "no-preference" }],
  ["contrast", { colorScheme: "light", contrast: "more" }],
  ["dark-contrast", { colorScheme: "dark", contrast: "more" }],
];

/** For each path an address: the path itself, or a link that stands on a page seen before. */
async function examples(page, town) {
  const paths = routes().filter(({ method, path }) => method === "GET" && !noPages.some((no) => no.test(path))).map(({ path }) => path);
  const found = new Map();
  const wanted = new Map(paths.filter((path) => path.includes("{")).map((path) => [path, new RegExp(`^${path.replaceAll(/\{[^}]+\}/g, "[^/]+")}$`)]));
  const plain = paths.filter((path) => !path.includes("{"));
  const queue = [...plain];
  for (const path of plain) found.set(path, [path]);
  const seen = new Set();
  while (queue.length > 0) {
    const address = queue.shift();
    if (seen.has(address) || address in elsewhere) continue;
    seen.add(address);
    await page.goto(town.url(address));
    const links = await page.locator("a[href^='/'], link[href^='/gesprekken']").evaluateAll((all) => all.map((one) => one.getAttribute("href")));
    for (const href of links) {
      const pathname = new URL(href, town.origin).pathname;
      for (const [path, pattern] of wanted) {
        if (found.has(path) || !pattern.test(pathname) || plain.includes(pathname)) continue;
        found.set(path, [pathname]);
        queue.push(pathname);
      }
    }
  }
  // A button of the composer leads there.
  found.set("/gesprekken/{id}/standaardteksten", [`${found.get("/gesprekken/{id}")[0]}/standaardteksten`]);
  found.set("/wachtwoord/{token}", [await invitation(page, town)]);
  for (const [path, others] of Object.entries(more)) found.get(path).push(...others);
  for (const path of Object.keys(elsewhere)) found.delete(path);
  const missing = [...wanted.keys()].filter((path) => !found.has(path));
  assert.deepEqual(missing, [], "no link leads to these pages; give an example of them here");
  return [...found.values()].flat();
}

/** The link with which somebody new chooses a password. */
async function invitation(page, town) {
  await page.goto(town.url("/beheer/gebruikers/nieuw"));
  await page.getByLabel(/E-mail/).fill("nieuw@zwanendam.example");
  await page.getByLabel("Naam").fill("Jasmijn de Groot");
  await page.locator("main input[type=checkbox]").first().check();
  await page.locator("main form button[type=submit]").first().click();
  const text = await page.locator("main").innerText();
  const token = /\/wachtwoord\/([0-9a-f]{64})/.exec(text)?.[1] ?? /\/wachtwoord\/([0-9a-f]{64})/.exec(await page.content())?.[1];
  assert.ok(token, `no link in:\n${text}`);
  return `/wachtwoord/${token}`;
}

async function speak(page, town, language) {
  await page.goto(town.url("/profiel"));
  await page.getByRole("button", { name: language }).first().click();
  await page.waitForURL(/\/profiel/);
}

const languages = [["Nederlands", "nl"], ["English", "en"]];

browserTest("every page is usable by everybody, in every look, language and size", async ({ town, desk: page }) => {
  const found = [];
  let looked = 0;
  const everyLook = async (address, code) => {
    for (const [size, viewport] of Object.entries(sizes)) {
      await page.emulateMedia(looks[0][1]);
      await page.setViewportSize(viewport);
      await page.goto(town.url(address));
      assert.equal(await page.locator("html").getAttribute("lang"), code);
      for (const [look, media] of looks) {
        await page.emulateMedia(media);
        // What the colours do not change is looked at once.
        await (look === "light" ? axe(page) : axeOnContrast(page)).catch((error) => found.push(`${look} ${size} ${code}: ${error.message}`));
        looked += 1;
        if (everyPicture) await screenshot(page, `${name(address)}-${code}-${look}-${viewport.width}`);
      }
      for (const width of size === "phone" ? [320, 360] : [1024, 1440, 1920]) {
        await page.setViewportSize({ width, height: viewport.height });
        await fitsTheScreen(page).catch((error) => found.push(`${code} ${width}: ${error.message}`));
      }
    }
  };
  await everyLook("/inloggen", "nl");
  await logIn(page, town, "administrator");
  await page.goto(town.url("/gesprekken?lijst=alle"));
  await page.locator("[data-list] .row__link").first().waitFor({ timeout: 60_000 });
  const pages = await examples(page, town);
  for (const [language, code] of languages) {
    await speak(page, town, language);
    for (const address of pages) await everyLook(address, code);
  }
  assert.ok(looked >= pages.length * 8 * languages.length, "each of them was looked at");
  assert.equal(found.length, 0, `${found.length} of ${looked}:\n${found.join("\n")}`);
  expected(page, 404);
}, { seconds: 900 });

const name = (address) => address.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{64}/g, "id").replaceAll(/[^a-z0-9]+/gi, "-").replace(/^-|-$/g, "") || "begin";
