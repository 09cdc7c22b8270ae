/** The Chromium of the machine, for tests that look at the report as a reader does. */
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

/** Where Debian, Ubuntu, Alpine, Fedora and macOS put it. */
const PLACES = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Undefined where there is none. */
export const executablePath = PLACES.find((path) => path !== undefined && path !== '' && existsSync(path));

// Chromium's sandbox does not start for root in a container; the pages are our own.
export const launch = (): Promise<Browser> =>
  chromium.launch({ executablePath: executablePath as string, args: ['--no-sandbox'] });

const folder = mkdtempSync(join(tmpdir(), 'kubestrata-report-'));
let written = 0;

/** Opens a page of this text from a file, and notes every request and every error on the way. */
export async function open(
  browser: Browser,
  text: string,
  options: BrowserContextOptions & { readonly fragment?: string } = {},
): Promise<{ page: Page; requests: string[]; blocked: string[]; errors: string[]; url: string }> {
  const { fragment = '', ...context } = options;
  const file = join(folder, `${written++}.html`);
  writeFileSync(file, text);
  const page = await (await browser.newContext(context)).newPage();
  const requests: string[] = [];
  const errors: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  const blocked: string[] = [];
  page.on('requestfailed', (request) => blocked.push(`${request.url()} ${request.failure()?.errorText ?? ''}`));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(error.message));
  const url = pathToFileURL(file).href;
  await page.goto(`${url}${fragment}`);
  return { page, requests, blocked, errors, url };
}
