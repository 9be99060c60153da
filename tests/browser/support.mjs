// The harness of the browser tests: a running town, pages of a named size with script on or off, axe, pictures.
//
// A test file looks like this:
//
//   import { browserTest, axe } from "./support.mjs";
//
//   browserTest("an agent finds the log-in page usable", async ({ town, desk, phoneWithoutScript }) => {
//     for (const page of [desk, phoneWithoutScript]) {
//       await page.goto(town.url("/inloggen"));
//       await axe(page);
//     }
//   });
//
// What it refuses: a browser of its own (Debian's Chromium is used, nothing is downloaded), waiting for a length of
// time (Playwright waits for what it is told to see), and traffic to anywhere but the town (it fails the test).

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import test from "node:test";

import { chromium } from "playwright-core";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const target = process.env.CARGO_TARGET_DIR ? path.resolve(root, process.env.CARGO_TARGET_DIR) : path.join(root, "target");
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const startSeconds = 60;
const testSeconds = 120;
const screenshots = path.join(target, "screenshots");

/** The two sizes every page is looked at: a phone held upright, a desk screen. */
export const sizes = { phone: { width: 360, height: 740 }, desk: { width: 1440, height: 900 } };

/** WCAG 2.2 A and AA, and what axe calls best practice. */
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"];

/**
 * Starts `gehoor demo` on a free port with an empty data directory, and waits for `listening on http://…`.
 *
 * Gives `{ origin, logins, output(), url(path), login(role), order(faults), says(…), stop() }`. `logins` are the printed accounts,
 * `{ email, password, role, line }`: every line with an e-mail address, then the password, then (if any) the role.
 */
export async function startTown({ program = path.join(target, "debug", "gehoor"), args = [], env = {} } = {}) {
  assert.ok(existsSync(program), `${program} is not there. Build it: cargo build --locked -p gehoor-server`);
  const folder = mkdtempSync(path.join(tmpdir(), "gehoor-browser-"));
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("GEHOOR_")));
  const child = spawn(program, ["demo", "--data-dir", path.join(folder, "data"), "--listen", "127.0.0.1:0", ...args], {
    cwd: folder,
    env: { ...clean, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines = [];
  const logins = [];
  const ended = new Promise((resolve) => {
    child.once("exit", (code, signal) => resolve(signal ?? code));
    child.once("error", (error) => resolve(error.message));
  });
  const stop = async () => {
    const sure = setTimeout(() => child.kill("SIGKILL"), 10_000);
    child.kill("SIGTERM");
    const how = await ended;
    clearTimeout(sure);
    // A process that it left behind may hold these open; the tests must end all the same.
    child.stdout.destroy();
    child.stderr.destroy();
    rmSync(folder, { recursive: true, force: true });
    assert.notEqual(how, "SIGKILL", "gehoor did not stop within 10 seconds of SIGTERM");
  };
  const output = () => lines.join("\n");

  let origin;
  let ready;
  const listening = new Promise((resolve) => (ready = resolve));
  const read = (stream) =>
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      const account = parseLogin(line);
      if (account) logins.push(account);
      const address = /listening on (http:\/\/\S+)/.exec(line)?.[1];
      if (address && !origin) ready((origin = new URL(address).origin));
    });
  read(child.stdout);
  read(child.stderr);

  let patience;
  const late = new Promise((resolve) => (patience = setTimeout(resolve, startSeconds * 1000, "late")));
  const first = await Promise.race([listening, ended.then((how) => `ended: ${how}`), late]);
  clearTimeout(patience);
  if (!origin) {
    if (first === "late") child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
    assert.fail(`gehoor demo did not say "listening on http://…" (${first}). It said:\n${output() || "(nothing)"}`);
  }
  const control = async (what, body) => {
    const platforms = /Simulated platforms listen on (\S+)/.exec(output())?.[1];
    assert.ok(platforms, "the demo did not say where its platforms listen");
    const answer = await fetch(`http://${platforms}/control/${what}`, { method: "POST", body: JSON.stringify(body) });
    assert.ok(answer.ok, await answer.text());
  };
  return {
    origin,
    logins,
    output,
    stop,
    /** Tells the simulated platforms what goes wrong from now on: `{ fault: "no_status", times: 1 }`. */
    order: (...faults) => control("faults", faults),
    /** Somebody does something on WhatsApp; `acts` as the platforms' README has them. */
    says: (number, from, name, ...acts) => control(`whatsapp/numbers/${number}/inbound`, { from, name, acts: acts.map((does) => ({ does })) }),
    url: (where) => new URL(where, origin).href,
    /** The first printed account with this role or this e-mail address. */
    login(who) {
      const found = logins.find((account) => account.role === who || account.email === who);
      assert.ok(found, `no log-in for "${who}" among those printed:\n${output()}`);
      return found;
    },
  };
}

/** `noor@zwanendam.example  een-wachtwoord  agent` → its parts; undefined for any other line. */
export function parseLogin(line) {
  const found = /(?<email>[\w.+-]+@[\w.-]+\.\w+)[\s|,:/·]+(?:password|wachtwoord)?[\s:]*(?<password>[^\s|,·]+)(?:[\s|,·]+\(?(?<role>[a-z_]+)\b)?/u.exec(line);
  return found ? { ...found.groups, line } : undefined;
}

/** Logs somebody of this role in, as far as their conversations. */
export async function logIn(page, town, role) {
  const { email, password } = town.login(role);
  await page.goto(town.url("/inloggen"));
  await page.getByLabel(/E-mail/).fill(email);
  await page.getByLabel(/Wachtwoord|Password/).fill(password);
  await page.locator("main").getByRole("button", { name: /Inloggen|Log in/ }).click();
  await page.waitForURL(/\/gesprekken/);
}

/** Presses Tab until this has the focus: what the keyboard does not reach fails. */
export async function tabTo(page, wanted) {
  for (let presses = 0; presses < 120; presses += 1) {
    await page.keyboard.press("Tab");
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
  }
  assert.fail(`the keyboard does not get to ${wanted}`);
}

/** The browser reports every page that is no 200 as an error; this one was meant to be none. */
export function expected(page, status) {
  const said = `status of ${status}`;
  assert.ok(page.complaints.some((line) => line.includes(said)), `nothing was answered ${status}`);
  page.complaints.splice(0, page.complaints.length, ...page.complaints.filter((line) => !line.includes(said)));
}

let browser;

async function sharedBrowser() {
  browser ??= await chromium.launch({
    executablePath: process.env.GEHOOR_TEST_CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    args: [
      "--headless",
      // Chromium refuses to run as root inside its own sandbox; for everybody else the sandbox stays.
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  return browser;
}

test.after(async () => {
  await browser?.close();
});

/**
 * Opens a page of one of `sizes`, with or without script, in a profile of its own: nothing is shared between pages.
 *
 * `page.complaints` collects what nobody may miss: script errors, refusals by the content security policy, failed or
 * foreign requests. `closePage` fails when there are any.
 */
export async function openPage({ origin, size = "desk", script = true, colorScheme = "light" }) {
  const context = await (await sharedBrowser()).newContext({
    viewport: sizes[size],
    javaScriptEnabled: script,
    colorScheme,
    reducedMotion: "reduce",
    locale: "nl-NL",
    timezoneId: "Europe/Amsterdam",
  });
  context.setDefaultTimeout(10_000);
  const complaints = [];
  await context.route("**/*", (route) => {
    const asked = new URL(route.request().url());
    if (asked.origin === origin || asked.protocol === "data:" || asked.protocol === "blob:") return route.continue();
    complaints.push(`asked the outside world for ${asked.href}`);
    return route.abort();
  });
  const page = await context.newPage();
  page.on("pageerror", (error) => complaints.push(`script error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(`console: ${message.text()}`);
  });
  return Object.assign(page, { complaints, script, named: `${size}${script ? "" : "-without-script"}` });
}

/** Closes the page and fails when it complained about anything. */
export async function closePage(page) {
  await page.context().close();
  assert.deepEqual(page.complaints, [], `the page (${page.named}) complained`);
}

/** The register of addresses: `{ method, path, permission }` each. */
export function routes() {
  return JSON.parse(execFileSync(path.join(target, "debug", "gehoor"), ["routes", "--json"], { encoding: "utf8" }));
}

/** Only what depends on colours, for a page that was looked at whole in others. */
export function axeOnContrast(page) {
  return axe(page, { only: { type: "rule", values: ["color-contrast"] } });
}

/** Fails with one readable line per violation of WCAG 2.2 AA or best practice. `within`: a selector, else the page. */
export async function axe(page, { within, only = { type: "tag", values: rules } } = {}) {
  // Evaluated, not added as a <script>: the pages' own security policy must stay in force.
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axeSource);
  const { violations, passes } = await page.evaluate(
    ([scope, runOnly, timersStandStill]) => {
      // In a page without script timers never fire, and axe waits for one. Promises do go on.
      if (timersStandStill) globalThis.setTimeout = (then, _, ...rest) => void Promise.resolve().then(() => then(...rest));
      return globalThis.axe.run(scope ?? document, { runOnly });
    },
    [within, only, !page.script],
  );
  assert.ok(passes.length > 0, `axe looked at nothing on ${page.url()}`);
  const found = violations.flatMap(({ id, help, helpUrl, nodes }) =>
    nodes.map((node) => `${id}: ${help}\n    at ${node.target.join(" ")}\n    ${node.html.slice(0, 200)}\n    ${helpUrl}`),
  );
  assert.equal(found.length, 0, `${found.length} accessibility violations on ${page.url()} (${page.named}):\n  ${found.join("\n  ")}`);
}

/** Fails when the page is wider than the screen: nobody should scroll sideways to read. */
export async function fitsTheScreen(page) {
  const [content, screen] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    document.documentElement.clientWidth,
  ]);
  assert.ok(content <= screen, `${page.url()} is ${content} px wide on a screen of ${screen} px`);
}

/** Keeps a picture in target/screenshots/NAME-SIZE.png, for people to look at. No test compares pictures. */
export async function screenshot(page, name) {
  mkdirSync(screenshots, { recursive: true });
  const file = path.join(screenshots, `${name}-${page.named}.png`);
  await page.screenshot({ path: file, fullPage: true });
  return file;
}

/**
 * One test with a town and four pages: `desk`, `phone`, `deskWithoutScript`, `phoneWithoutScript`.
 *
 * The town is started once per file and shared by its tests; `startIt` may give another server (the self-test does), and
 * `seconds` more time.
 * Pages are made when they are first named, and closed with a check of their complaints.
 */
export function browserTest(name, body, { startIt = startTown, seconds = testSeconds } = {}) {
  test(name, { timeout: seconds * 1000 }, async () => {
    const town = await sharedTown(startIt);
    const wanted = {
      desk: { size: "desk" },
      phone: { size: "phone" },
      deskWithoutScript: { size: "desk", script: false },
      phoneWithoutScript: { size: "phone", script: false },
    };
    const asked = namesTaken(body);
    const pages = {};
    for (const [key, how] of Object.entries(wanted)) {
      if (asked.includes(key)) pages[key] = await openPage({ origin: town.origin, ...how });
    }
    try {
      await body({ town, ...pages });
    } catch (error) {
      for (const page of Object.values(pages)) {
        const file = await screenshot(page, `failed-${name.replaceAll(/\W+/gu, "-").slice(0, 60)}`).catch(() => undefined);
        if (file) error.message += `\n(picture: ${path.relative(root, file)})`;
        await page.context().close().catch(() => {});
      }
      throw error;
    }
    for (const page of Object.values(pages)) await closePage(page);
  });
}

// The names in `({ town, desk })`: only pages that a test names are opened.
function namesTaken(body) {
  const head = /\(\s*\{([^}]*)\}/u.exec(body.toString())?.[1] ?? "";
  return head.split(",").map((part) => part.split(":")[0].trim());
}

const towns = new Map();

function sharedTown(startIt) {
  if (!towns.has(startIt)) towns.set(startIt, startIt());
  return towns.get(startIt);
}

test.after(async () => {
  for (const town of towns.values()) await (await town.catch(() => undefined))?.stop();
});
