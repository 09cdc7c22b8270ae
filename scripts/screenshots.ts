/**
 * `npm run screenshots -- FOLDER`: the report of every sample at three widths in both themes, for looking at.
 * `npm run screenshots -- --docs`: the pictures of docs/report.md.
 */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium, type Browser } from 'playwright-core';
import { analyze } from '../src/analyze.ts';
import { html } from '../src/report/html.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const WIDTHS = [375, 768, 1280] as const;
const THEMES = ['light', 'dark'] as const;

/** Writes the report of a sample and gives its address. */
async function page(sample: string, folder: string): Promise<string> {
  const { result } = await analyze([join(root, 'samples', sample, 'bundle')], { version: 'golden' });
  const file = join(folder, `${sample}.html`);
  writeFileSync(file, html(result));
  return pathToFileURL(file).href;
}

async function everySample(browser: Browser, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const sample of readdirSync(join(root, 'samples')).sort()) {
    const url = await page(sample, folder);
    for (const width of WIDTHS)
      for (const colorScheme of THEMES) {
        const tab = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
        await tab.goto(url);
        await tab.screenshot({ path: join(folder, `${sample}-${width}-${colorScheme}.png`), fullPage: true });
        await tab.close();
      }
    console.log(sample);
  }
}

async function pictures(browser: Browser): Promise<void> {
  const folder = join(root, 'docs', 'pictures');
  mkdirSync(folder, { recursive: true });
  mkdirSync(join(root, 'dist'), { recursive: true });
  const url = await page('cascade-disk-full', join(root, 'dist'));
  const light = await browser.newPage({ viewport: { width: 1180, height: 1000 }, colorScheme: 'light' });
  await light.goto(url);
  await light.screenshot({ path: join(folder, 'report.png') });
  const dark = await browser.newPage({ viewport: { width: 1180, height: 1800 }, colorScheme: 'dark' });
  await dark.goto(url);
  await dark.locator('.graph').screenshot({ path: join(folder, 'graph.png') });
  const policies = await browser.newPage({ viewport: { width: 1180, height: 2200 }, colorScheme: 'light' });
  await policies.goto(await page('network-policy-blocks-dns', join(root, 'dist')));
  await policies.locator('#cause-1 .way').screenshot({ path: join(folder, 'way.png') });
}

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
const [target] = process.argv.slice(2);
if (target === '--docs') await pictures(browser);
else await everySample(browser, target ?? join(root, 'dist', 'screenshots'));
await browser.close();
