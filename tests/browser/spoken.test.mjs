// What a screen reader finds: the list, a conversation and its composer as a tree of roles, names and states, beside the tree
// that stood there when somebody last looked at it (spoken/*.yml). What changed on purpose is written anew and read:
//
//   GEHOOR_SPOKEN=write node --test spoken.test.mjs

import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { browserTest, logIn } from "./support.mjs";

const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), "spoken");
const write = process.env.GEHOOR_SPOKEN === "write";

/** What residents and clocks say is of no matter here; of rows and messages one is enough. */
function quiet() {
  for (const list of document.querySelectorAll("[data-list] ul, [data-list] ol, [role=log] ol, [role=log] ul")) {
    const items = [...list.children].filter((item) => item.querySelector(".row__link, .message__text"));
    for (const item of list.children) if (item !== items[0] && !item.matches(".day")) item.remove();
  }
  for (const one of document.querySelectorAll("main bdi, main time, .message__text, .row__text, .row__snippet, [data-counter], [data-kept]")) one.textContent = "…";
  for (const one of document.querySelectorAll("[data-list] .row__link")) {
    const texts = document.createTreeWalker(one, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) if (!texts.currentNode.parentElement.closest(".visually-hidden, .chip, .wait")) texts.currentNode.textContent = "…";
  }
}

const parts = [
  ["list", ".desk__list"],
  ["conversation", ".desk__reading"],
  ["composer", "#antwoord"],
  ["facts", ".desk__context"],
  ["menu", ".nav"],
];

browserTest("list, conversation and composer are spoken as they were read last", async ({ town, desk: page }) => {
  await logIn(page, town, "noor@zwanendam.example");
  await page.goto(town.url("/gesprekken"));
  await page.locator("[data-list] .row__link", { hasText: /\p{L}{4}/u }).first().waitFor({ timeout: 60_000 });
  const row = page.locator("[data-list] .row__link").filter({ hasNotText: "Spraakbericht" }).first();
  await page.goto(town.url(await row.getAttribute("href")));
  await page.getByRole("log").waitFor();
  // Nothing comes in between what is made quiet and what is read.
  await page.context().setOffline(true);
  const differ = [];
  for (const [name, region] of parts) {
    await page.evaluate(quiet);
    const tree = (await page.locator(region).first().ariaSnapshot()).replaceAll(/\u2068[^\u2069]*\u2069/g, "…").replaceAll(/(?<!level=)\d+/g, "#");
    const said = `${tree.split("\n").filter((line) => !line.includes("/url:")).join("\n")}\n`;
    const file = path.join(folder, `${name}.yml`);
    if (write) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(file, said);
    } else if (!existsSync(file) || readFileSync(file, "utf8") !== said) {
      differ.push(`${name}:\n${said}`);
    }
  }
  // What the browser says of requests that could not be made is no fault of the page.
  page.complaints.splice(0, page.complaints.length, ...page.complaints.filter((line) => !line.includes("ERR_INTERNET_DISCONNECTED")));
  assert.deepEqual(differ, [], "read what is spoken now, and if it is right: GEHOOR_SPOKEN=write node --test spoken.test.mjs");
});
