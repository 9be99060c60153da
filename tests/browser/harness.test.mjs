// The harness tested on itself, with a server of three pages: each check first proves that it can fail.

import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import test from "node:test";

import { axe, browserTest, closePage, fitsTheScreen, openPage, parseLogin, screenshot, startTown } from "./support.mjs";

const head = '<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>Proef</title>' +
  '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,"></head>';
const files = {
  "/good": `${head}<body><main><h1>Proef</h1><p id="said">zonder script</p>
    <form method="post" action="/good"><label>Bericht <input name="text"></label><button>Sturen</button></form>
    <script src="/good.js"></script></main></body></html>`,
  "/good.js": 'document.getElementById("said").textContent = "met script";',
  "/bad": `${head}<body><main><h1>Proef</h1><input name="text"><p style="color:#bbb;background:#fff">Bijna onleesbaar</p>
    <div style="width:2000px">breed</div></main></body></html>`,
  "/nosy": `${head}<body><main><h1>Proef</h1><img alt="" src="http://elsewhere.example/pixel.png"></main></body></html>`,
};

async function startStatic() {
  const server = createServer((request, response) => {
    const body = files[request.url];
    response.writeHead(body ? 200 : 404, {
      "content-type": request.url.endsWith(".js") ? "text/javascript" : "text/html; charset=utf-8",
      "content-security-policy": "default-src 'self'; img-src * data:; style-src 'self' 'unsafe-inline'",
    });
    response.end(body ?? "");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://127.0.0.1:${server.address().port}`;
  return { origin, url: (where) => new URL(where, origin).href, stop: () => server.close() };
}

const here = { startIt: startStatic };

browserTest("a good page passes on both sizes, with script and without", async ({ town, desk, phone, deskWithoutScript, phoneWithoutScript }) => {
  for (const [page, said] of [[desk, "met"], [phone, "met"], [deskWithoutScript, "zonder"], [phoneWithoutScript, "zonder"]]) {
    await page.goto(town.url("/good"));
    assert.equal(await page.textContent("#said"), `${said} script`);
    await axe(page);
    await fitsTheScreen(page);
  }
  assert.deepEqual(phone.viewportSize(), { width: 360, height: 740 });
  assert.deepEqual(desk.viewportSize(), { width: 1440, height: 900 });
}, here);

browserTest("a form is sent without script", async ({ town, phoneWithoutScript: page }) => {
  await page.goto(town.url("/good"));
  await page.getByLabel("Bericht").fill("De lantaarn is kapot");
  const [request] = await Promise.all([page.waitForRequest((asked) => asked.method() === "POST"), page.getByRole("button").click()]);
  assert.match(request.postData(), /text=De\+lantaarn/u);
}, here);

browserTest("axe names what is wrong, with script and without", async ({ town, desk, deskWithoutScript }) => {
  for (const page of [desk, deskWithoutScript]) {
    await page.goto(town.url("/bad"));
    await assert.rejects(axe(page), /label: [\s\S]*color-contrast|color-contrast: [\s\S]*label/u);
  }
}, here);

browserTest("a page wider than the screen is found", async ({ town, phone }) => {
  await phone.goto(town.url("/bad"));
  await assert.rejects(fitsTheScreen(phone), /px wide on a screen of/u);
}, here);

browserTest("a picture is kept, with script and without", async ({ town, phone, phoneWithoutScript }) => {
  for (const page of [phone, phoneWithoutScript]) {
    await page.goto(town.url("/good"));
    assert.ok(existsSync(await screenshot(page, "harness")));
  }
}, here);

browserTest("a page that asks the outside world for something fails", async ({ town }) => {
  const page = await openPage({ origin: town.origin });
  await page.goto(town.url("/nosy"));
  await assert.rejects(closePage(page), /elsewhere\.example/u);
}, here);

test("log-ins are read from what the demo prints", () => {
  const { email, password, role } = parseLogin("  noor@zwanendam.example   water-toren-7   agent   Noor");
  assert.deepEqual({ email, password, role }, { email: "noor@zwanendam.example", password: "water-toren-7", role: "agent" });
  assert.equal(parseLogin("listening on http://127.0.0.1:4711"), undefined);
  assert.equal(parseLogin("demo town of Zwanendam"), undefined);
});

test("a town is started with a directory of its own, found by its address, and stopped", async () => {
  const town = await startTown({ program: pretend(`
    const server = require("node:http").createServer((_, response) => response.end("ok")).listen(0, "127.0.0.1", () => {
      console.log("noor@zwanendam.example  water-toren-7  agent");
      console.log(process.argv.slice(2).join(" "));
      console.log("listening on http://127.0.0.1:" + server.address().port);
    });
    process.on("SIGTERM", () => process.exit(0));`) });
  assert.equal(await (await fetch(town.url("/"))).text(), "ok");
  assert.equal(town.login("agent").email, "noor@zwanendam.example");
  assert.match(town.output(), /^demo --data-dir \S+ --listen 127\.0\.0\.1:0$/mu);
  assert.throws(() => town.login("nobody"), /no log-in for "nobody"/u);
  await town.stop();
});

test("a town that does not start says what it printed", async () => {
  const program = pretend('console.error("the data directory is not writable"); process.exit(1);');
  await assert.rejects(startTown({ program }), /ended: 1[\s\S]*not writable/u);
});

const folder = mkdtempSync(path.join(tmpdir(), "gehoor-harness-"));
test.after(() => rmSync(folder, { recursive: true, force: true }));

function pretend(source) {
  const file = path.join(folder, `gehoor-${Math.abs(hash(source))}`);
  writeFileSync(file, `#!${process.execPath}\n${source}\n`, { mode: 0o755 });
  return file;
}

function hash(text) {
  return [...text].reduce((sum, letter) => (Math.imul(sum, 31) + letter.codePointAt(0)) | 0, 7);
}
