// How pages look: the colours of each municipality, light, dark and high contrast, measured where people see them.

import assert from "node:assert/strict";

import { axe, browserTest, fitsTheScreen, logIn, openPage, closePage, screenshot } from "./support.mjs";

/** Both municipalities of the town, and colours that nobody should choose. */
const brands = {
  zwanendam: "#14606e", lindeveld: "#8cc63f", gehoor: "#1d5f6b",
  yellow: "#ffff00", black: "#000000", white: "#ffffff", red: "#ff0000", green: "#00ff00", blue: "#0000ff", cyan: "#00ffff",
  magenta: "#ff00ff", grey: "#808080", orange: "#ff7f00", navy: "#000080",
};

const tones = ["late", "warn", "good", "info", "asked", "note"];
const grounds = ["canvas", "surface", "raised", "sunken", "hover", "brand-tint"];

/** What stands on what, and the least that it needs (WCAG 1.4.3, 1.4.6, 1.4.11): usually, and with high contrast. */
const pairs = [
  ...["ink", "ink-2", "ink-3", "brand-ink"].flatMap((ink) => grounds.map((ground) => [ink, ground, 4.5, 7])),
  ...tones.map((tone) => [`${tone}-ink`, `${tone}-tint`, 4.5, 7]),
  ...tones.flatMap((tone) => ["canvas", "surface"].map((ground) => [`${tone}-ink`, ground, 4.5, 7])),
  ...tones.map((tone) => ["ink", `${tone}-tint`, 4.5, 7]),
  ["on-brand", "brand-fill", 4.5, 7],
  ["on-brand", "brand-fill-hover", 4.5, 7],
  ["ink", "brand-line", 4.5, 7],
  ["white", "late-fill", 4.5, 7],
  ...["canvas", "surface", "raised"].map((ground) => ["line-control", ground, 3, 4.5]),
  ...grounds.map((ground) => ["focus", ground, 3, 4.5]),
  ...["data-1", "data-2", "data-3"].map((series) => [series, "surface", 3, 3]),
];

/** The colours as the browser paints them: what it makes of a colour that the screen cannot show counts as well. */
async function measured(page, brand, scheme, contrast) {
  return page.evaluate(
    ([colour, light, more, wanted]) => {
      const root = document.documentElement;
      root.dataset.scheme = light;
      if (more) root.dataset.contrast = "more";
      else delete root.dataset.contrast;
      root.style.setProperty("--municipality-brand", colour);
      const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
      const probe = document.body.appendChild(document.createElement("span"));
      const painted = (name) => {
        probe.style.color = name === "white" ? "#fff" : `var(--${name})`;
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = getComputedStyle(probe).color;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
      };
      const luminance = ([red, green, blue]) => {
        const linear = [red, green, blue].map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
      };
      const found = wanted.map(([over, under]) => {
        const [one, other] = [painted(over), painted(under)];
        if (one[3] !== 255 || other[3] !== 255) return 0;
        const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
        return (high + 0.05) / (low + 0.05);
      });
      probe.remove();
      return found;
    },
    [brand, scheme, contrast, pairs],
  );
}

browserTest("every text can be read in every colour that a municipality can choose, light, dark and with high contrast", async ({ town, desk: page }) => {
  await page.goto(town.url("/inloggen"));
  const short = [];
  const least = {};
  for (const [name, brand] of Object.entries(brands)) {
    for (const scheme of ["light", "dark"]) {
      for (const more of [false, true]) {
        const found = await measured(page, brand, scheme, more);
        found.forEach((ratio, at) => {
          const [over, under, usually, high] = pairs[at];
          const needs = more ? high : usually;
          const mode = `${scheme}${more ? ", high contrast" : ""}`;
          least[mode] = Math.min(least[mode] ?? 99, needs >= 4.5 && !/line|focus/.test(over) ? ratio : 99);
          if (ratio < needs) short.push(`${name} ${mode}: ${over} on ${under} is ${ratio.toFixed(2)}, needs ${needs}`);
        });
      }
    }
  }
  console.log(`least contrast of text: ${JSON.stringify(least, (_, value) => (typeof value === "number" ? Number(value.toFixed(2)) : value))}`);
  assert.deepEqual(short, [], "colours that cannot be told apart");
});

browserTest("the log-in page is that of the municipality whose host it is", async ({ town, desk: page }) => {
  const at = (host, where) => town.url(where).replace("127.0.0.1", host);
  for (const [host, name, brand] of [["zwanendam.localhost", "Gemeente Zwanendam", "rgb(20, 96, 110)"], ["lindeveld.localhost", "Gemeente Lindeveld", "rgb(140, 198, 63)"]]) {
    const own = await openPage({ origin: new URL(at(host, "/")).origin, size: "desk" });
    await own.goto(at(host, "/inloggen"));
    await own.getByText(name).waitFor();
    assert.equal(await own.evaluate(() => getComputedStyle(document.body).borderBlockStartColor), brand);
    const logo = await own.locator(".nav__logo").evaluate((mark) => getComputedStyle(mark).backgroundImage);
    assert.match(logo, /\/huisstijl\/[0-9a-f]{32}\.svg/);
    await axe(own);
    await screenshot(own, `log-in-${host.split(".")[0]}`);
    await closePage(own);
  }
  await page.goto(town.url("/inloggen"));
  assert.equal(await page.getByText(/Gemeente (Zwanendam|Lindeveld)/).count(), 0, "a host of neither tells neither");
});

browserTest("who chooses dark and high contrast without script has it on every page, on a phone and at a desk", async ({ town, deskWithoutScript, phoneWithoutScript }) => {
  for (const page of [deskWithoutScript, phoneWithoutScript]) {
    await logIn(page, town, "administrator");
    for (const [scheme, label] of [["light", "Licht"], ["dark", "Donker"]]) {
      await page.goto(town.url("/profiel"));
      await page.getByLabel(label, { exact: true }).check();
      await page.getByLabel("Hoog contrast").check();
      await page.getByRole("button", { name: "Bewaar de weergave" }).click();
      await page.getByText("De weergave is bewaard").waitFor();
      for (const where of ["/profiel", "/beheer/huisstijl", "/gesprekken", "/beheer/kanalen"]) {
        await page.goto(town.url(where));
        const root = await page.evaluate(() => ({ ...document.documentElement.dataset, paint: getComputedStyle(document.body).backgroundColor }));
        assert.equal(`${root.scheme} ${root.contrast}`, `${scheme} more`);
        await axe(page);
        await fitsTheScreen(page);
        await screenshot(page, `high-contrast-${scheme}${where.replaceAll("/", "-")}`);
      }
    }
  }
});

browserTest("what a device asks for is followed without a choice", async ({ town, deskWithoutScript: page }) => {
  await logIn(page, town, "agent");
  const paint = () => page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue("color-scheme") + getComputedStyle(document.body).backgroundColor + getComputedStyle(document.querySelector("h1")).color);
  const usual = await paint();
  await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
  const dark = await paint();
  assert.notEqual(dark, usual);
  await page.emulateMedia({ colorScheme: "dark", contrast: "more" });
  assert.notEqual(await paint(), dark);
  await page.emulateMedia({ colorScheme: "light", contrast: null, forcedColors: "active" });
  await axe(page);
  const edge = await page.locator(".nav__link[aria-current=page]").first().evaluate((link) => getComputedStyle(link).outlineStyle);
  assert.equal(edge, "solid", "where colours are forced, the page one is on has an edge");
  await page.emulateMedia({ media: "print", colorScheme: "dark", forcedColors: null });
  assert.equal(await page.locator(".nav").isVisible(), false);
  assert.match(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme), /^light/);
});
