// The pictures of the manual (docs/manual/pictures). Beside each stands a text with the words of our own that it shows; when
// the page says something else by now, the test fails and the picture is made anew:
//
//   GEHOOR_PICTURES=write node --test manual.test.mjs

import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { browserTest, logIn } from "./support.mjs";

const folder = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../docs/manual/pictures");
const write = process.env.GEHOOR_PICTURES === "write";

/** Name, what of the page it shows, and the width of the screen. */
const pictures = [
  ["scherm", ".shell", 1280],
  ["lijst", ".desk__list", 1440],
  ["antwoordvak", "#antwoord", 1440],
  ["gegevens", ".desk__context", 1440],
  ["telefoon", "body", 360],
];

/** What we say in this part of the page: headings, labels, buttons and the like, without what residents or clocks say. */
function ownWords(part) {
  const said = [];
  for (const one of part.querySelectorAll("h1, h2, h3, label, legend, dt, th, button, summary, a, [placeholder]")) {
    if (one.closest("[data-row], [role=log], [hidden], .visually-hidden, .strip")) continue;
    const copy = one.cloneNode(true);
    for (const away of copy.querySelectorAll("bdi, time, .visually-hidden, [data-counter], svg, select, textarea")) away.remove();
    const words = `${copy.textContent} ${one.getAttribute("placeholder") ?? ""}`.replaceAll(/\d+/g, "#").replaceAll(/\s+/g, " ").trim();
    if (words && !said.includes(words)) said.push(words);
  }
  return said;
}

browserTest("the pictures of the manual show the pages as they are", async ({ town, desk: page }) => {
  await logIn(page, town, "noor@zwanendam.example");
  await page.goto(town.url("/gesprekken"));
  await page.waitForFunction(() => document.querySelectorAll("[data-list] .row__link").length >= (globalThis.wanted ?? 1), undefined, { timeout: 60_000 });
  if (write) await page.waitForTimeout(30_000);
  const address = town.url(await page.locator("[data-list] .row__link").first().getAttribute("href"));
  const differ = [];
  for (const [name, region, width] of pictures) {
    await page.setViewportSize({ width, height: width < 800 ? 740 : 800 });
    await page.goto(width < 800 ? town.url("/gesprekken") : address);
    const part = page.locator(region).first();
    await part.waitFor();
    await page.evaluate(() => document.fonts.ready);
    const said = `${(await part.evaluate(ownWords)).join("\n")}\n`;
    const [picture, words] = [path.join(folder, `${name}.png`), path.join(folder, `${name}.txt`)];
    if (write) {
      mkdirSync(folder, { recursive: true });
      await part.screenshot({ path: picture, animations: "disabled" });
      writeFileSync(words, said);
    } else if (!existsSync(picture) || readFileSync(words, "utf8") !== said) {
      differ.push(`${name}: the page says\n${said}`);
    }
  }
  assert.deepEqual(differ, [], "make these pictures anew: GEHOOR_PICTURES=write node --test manual.test.mjs, and look at them");
});
