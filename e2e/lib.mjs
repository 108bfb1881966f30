// What a journey needs to read like a story: the program running with fresh data, visitors with
// browsers of their own, and checks that hold on every page.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { startGuiche } from './guiche.mjs';
import { violations } from './axe.mjs';
import { takePictures } from './pictures.mjs';
import { forbidScripts } from './scripts.mjs';
import { watch } from './watch.mjs';

const screens = fileURLToPath(new URL('screens', import.meta.url));

// people are the demo accounts; the key is the first name without accents.
export const people = {
  ana: '11144477735',
  bruno: '10020030088',
  carla: '20030040094',
  diego: '30040050009',
  elisa: '52998224725',
  fabio: '40050060007',
  gilda: '39053344705',
  heitor: '50060070013',
  ines: '12345678909',
  joao: '60070080020',
  katia: '98765432100',
};

// variants: every journey runs with and without JavaScript, on a phone and on a desk, and on the second engine.
const variants = [
  { engine: 'sqlite', width: 360, js: true },
  { engine: 'sqlite', width: 360, js: false },
  { engine: 'sqlite', width: 1280, js: true },
  { engine: 'sqlite', width: 1280, js: false },
  { engine: 'postgres', width: 360, js: false },
  { engine: 'postgres', width: 1280, js: true },
];

// story runs one journey in every variant, each with a program and data of its own.
// fn receives { visitor, site, variant }; only (optional) chooses variants, e.g. v => v.js.
export function story(name, fn, only = () => true) {
  const chosen = variants.filter(only);
  for (const variant of chosen) {
    // Both engines give the same pages: where a journey runs on both, how they look is judged on SQLite.
    const judged = variant.engine === 'sqlite' || chosen.every((v) => v.engine === variant.engine);
    const title = `${name} (${variant.width} px, ${variant.js ? 'with' : 'without'} JavaScript, ${variant.engine})`;
    test(title, { timeout: 300_000 }, async () => {
      const site = await startGuiche({ engine: variant.engine });
      try {
        await withBrowser(site.origin, { ...variant, judged }, (visitor) => fn({ visitor, site, variant }));
      } catch (error) {
        console.error(`what the program said last, at ${site.origin}:\n${site.log().slice(-2000)}`);
        throw error;
      } finally {
        await site.stop();
      }
    });
  }
}

// withBrowser starts Chromium and gives fn a function visitor(), which opens a window that shares nothing with others.
// It fails when the browser complained about any page, and keeps a screenshot of what was open when something failed.
export async function withBrowser(origin, { width = 1280, js = true, judged = true } = {}, fn) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-dev-shm-usage'],
  });
  const complaints = [];
  try {
    await fn(() => openWindow(browser, origin, { width, js, judged, complaints }));
    assert.deepEqual(complaints, [], 'what the browser complained about');
  } catch (error) {
    await keepWindows(browser);
    throw error;
  } finally {
    await browser.close();
  }
}

// unjudged are windows in which looksRight leaves out what another run of the same journey sees: axe and the screenshot.
const unjudged = new WeakSet();

async function openWindow(browser, origin, { width, js, judged, complaints }) {
  const context = await browser.newContext({
    baseURL: origin,
    viewport: { width, height: width < 600 ? 740 : 900 },
    locale: 'pt-BR',
    reducedMotion: 'reduce', // a screenshot shows no half-way colours
    timezoneId: 'America/Sao_Paulo',
  });
  const page = await context.newPage();
  if (!js) await forbidScripts(page);
  page.setDefaultTimeout(15_000);
  if (!judged) unjudged.add(page);
  watch(page, origin, complaints);
  return page;
}

async function keepWindows(browser) {
  const pages = browser.contexts().flatMap((context) => context.pages());
  for (const [n, page] of pages.entries()) await shot(page, `failed-${process.pid}-${n}`).catch(() => {});
}

// signIn goes through the demo provider as the person with this CPF and ends where the site sends them back.
export async function signIn(page, cpf) {
  const field = page.locator('input[name="cpf"]');
  if (!(await field.count())) await page.goto('/entrar');
  await field.fill(cpf);
  const provider = new URL(page.url()).pathname;
  await field.press('Enter');
  await page.waitForURL((url) => url.pathname !== provider);
}

// looksRight checks what must hold on every page: title and one h1, no sideways scrolling, axe clean; and keeps a screenshot.
export async function looksRight(page, name) {
  assert.match(await page.title(), /\S/, `${page.url()} has a title`);
  assert.equal(await page.locator('h1').count(), 1, `${page.url()} has one h1`);
  const { scroll, client } = await page.evaluate(() => ({
    scroll: document.documentElement.scrollWidth,
    client: document.documentElement.clientWidth,
  }));
  assert.ok(scroll <= client, `${page.url()} scrolls sideways: ${scroll} px of content in ${client}`);
  if (unjudged.has(page)) return;
  await shot(page, name);
  await axe(page);
}

// axe fails on any violation of WCAG 2.2 A/AA or best practice, and says which element and why.
export async function axe(page) {
  const found = await violations(page);
  assert.equal(found.length, 0, `${page.url()} is not accessible:\n${found.join('\n')}`);
}

// shot keeps a screenshot of the whole page under e2e/screens.
export async function shot(page, name) {
  mkdirSync(screens, { recursive: true });
  const { width } = page.viewportSize();
  await page.screenshot({ path: join(screens, `${name}-${width}.png`), fullPage: true });
  await takePictures(page, `${name}-${width}`);
}
