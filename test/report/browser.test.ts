import axeCore from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { html } from '../../src/report/html.ts';
import { executablePath, launch, open } from './browser.ts';
import { pictured } from './pictured.ts';
import { big, cascade, hostile } from './results.ts';

if (executablePath === undefined)
  process.stdout.write('No Chromium found (apt-get install chromium, or set CHROMIUM): browser tests are skipped.\n');

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** What axe finds, as short sentences. */
async function axe(page: Page): Promise<string[]> {
  await page.evaluate(axeCore.source);
  const found = await page.evaluate<Violation[]>(
    `axe.run(document, { resultTypes: ['violations'] }).then((done) => done.violations)`,
  );
  return found.flatMap(({ id, nodes }) =>
    nodes.slice(0, 3).map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary ?? ''}`),
  );
}

const shown = (page: Page): Promise<string[]> =>
  page.evaluate<string[]>(`[...document.querySelectorAll('.f')].filter((f) => !f.hidden).map((f) => f.id)`);

describe.skipIf(executablePath === undefined)('the page in a browser', { timeout: 60_000 }, () => {
  let browser: Browser;
  const example = html(pictured());
  beforeAll(async () => {
    browser = await launch();
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
  });

  test.each([
    ['with scripts', true],
    ['without scripts', false],
  ])('%s: says what is wrong, asks for nothing but itself, has no error', async (_, javaScriptEnabled) => {
    const { page, requests, errors } = await open(browser, example, { javaScriptEnabled });
    expect(await page.locator('h1').innerText()).toBe('The disk is full: Node node-a');
    expect(await page.locator('.story').innerText()).toContain('Free space on the disk');
    expect(await page.locator('.filter').isVisible()).toBe(javaScriptEnabled);
    expect(await page.locator('.copy').count()).toBe(javaScriptEnabled ? await page.locator('.cmd').count() : 0);
    expect(requests).toHaveLength(1);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test('without scripts every link leads to a place of the page', async () => {
    const { page } = await open(browser, example, { javaScriptEnabled: false });
    const links = await page.locator('a').evaluateAll((all) => all.map((a) => a.getAttribute('href') ?? ''));
    expect(links.length).toBeGreaterThan(20);
    const ids = new Set(await page.locator('[id]').evaluateAll((all) => all.map((one) => one.id)));
    expect(links.filter((href) => !href.startsWith('#') || !ids.has(href.slice(1)))).toEqual([]);
    await page.context().close();
  });

  test('the policy stops a planted script, handler, style and image', async () => {
    const planted = example.replace(
      '</main>',
      '<script>window.owned = 1</script><p id="p" style="color: rgb(1, 2, 3)">x</p><img src="https://evil.invalid/x.png" onerror="window.owned = 1"></main>',
    );
    const { page, blocked, errors } = await open(browser, planted);
    expect(await page.evaluate('window.owned')).toBeUndefined();
    expect(await page.evaluate(`getComputedStyle(document.getElementById('p')).color`)).not.toBe('rgb(1, 2, 3)');
    expect(blocked).toEqual(['https://evil.invalid/x.png csp']);
    expect(errors.join('\n')).toMatch(/Content Security Policy/);
    await page.context().close();
  });

  test('hostile names do nothing', async () => {
    const { page, requests, errors } = await open(browser, html(hostile()));
    expect(await page.locator('main script').count()).toBe(0);
    expect(requests).toHaveLength(1);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 375],
  ] as const)('axe finds nothing (%s, %i px), folded or not', async (colorScheme, width) => {
    const { page } = await open(browser, example, { colorScheme, viewport: { width, height: 800 } });
    expect(await axe(page)).toEqual([]);
    await page.evaluate(`document.querySelectorAll('details').forEach((d) => { d.open = true; })`);
    expect(await axe(page)).toEqual([]);
    await page.context().close();
  });

  test.each([320, 375, 768, 1280])(
    'at %i px nothing sticks out, not even names of 300 letters or right-to-left ones',
    async (width) => {
      const result = cascade();
      const long = `${'a'.repeat(200)}-${'שלום'.repeat(25)}`;
      const text = html({
        ...result,
        findings: result.findings.map((one) => ({
          ...one,
          title: `${one.title} ${long}`,
          subject: { ...one.subject, name: long },
        })),
      });
      const { page } = await open(browser, text, { viewport: { width, height: 800 } });
      await page.evaluate(`document.querySelectorAll('details').forEach((d) => { d.open = true; })`);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      await page.context().close();
    },
  );

  test.each([320, 360, 1280])('at %i px the timeline is seen as a whole, in one picture', async (width) => {
    const { page } = await open(browser, example, { viewport: { width, height: 800 } });
    await page.evaluate(`document.querySelectorAll('details').forEach((d) => { d.open = true; })`);
    const wider = `[...document.querySelectorAll('#timeline, #timeline *')].filter((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX !== 'visible').length`;
    expect(await page.evaluate(wider)).toBe(0);
    expect(await page.locator('#timeline svg').filter({ visible: true }).count()).toBe(1);
    await page.context().close();
  });

  test('the filter shows what fits, keeps its state in the fragment, and reads it from there', async () => {
    const { page, url } = await open(browser, example);
    expect(await shown(page)).toHaveLength(4);
    await page.locator('[name=s]').selectOption('warning');
    await expect.poll(() => shown(page)).toEqual(['finding-svc-dead/shop/web']);
    expect(page.url()).toBe(`${url}#?s=warning`);
    await page.locator('[name=s]').selectOption('');
    await page.locator('[name=q]').fill('READINESS other');
    await expect.poll(() => shown(page)).toEqual(['finding-probe-missing/other/api']);
    expect(await page.locator('.found').innerText()).toBe('1 of 4 findings shown');
    await page.goto('about:blank');
    await page.goto(`${url}#?l=5`);
    expect(await shown(page)).toEqual(['finding-disk-full/node-a']);
    await page.locator('.filter [type=reset]').click();
    await expect.poll(() => shown(page)).toHaveLength(4);
    await page.context().close();
  });

  test('a deep link opens what is folded, even what the filter hides', async () => {
    const fragment = '#finding-svc-dead/shop/web';
    const { page, url } = await open(browser, example, { fragment });
    const target = page.locator('[id="finding-svc-dead/shop/web"]');
    expect(await target.evaluate((d) => (d as unknown as { open: boolean }).open)).toBe(true);
    await page.goto(`${url}#?l=5`);
    expect(await target.isVisible()).toBe(false);
    await page.evaluate(`location.hash = ${JSON.stringify(fragment)}`);
    await expect.poll(() => target.isVisible()).toBe(true);
    // The same place in a page of another analysis.
    expect(html({ ...cascade(), findings: cascade().findings.toReversed() })).toContain(
      'id="finding-svc-dead/shop/web"',
    );
    await page.context().close();
  });

  test('the lines round a quote are one click away, with their numbers, and stay folded on paper', async () => {
    const { page } = await open(browser, example, { javaScriptEnabled: false });
    const near = page.locator('#cause-1 .near').first();
    expect(await near.locator('pre').isVisible()).toBe(false);
    await near.locator('summary').click();
    expect(await near.locator('mark').innerText()).toBe('first line');
    expect(
      (await near.locator('pre').innerText())
        .trimEnd()
        .split('\n')
        .map((line) => line.trim()),
    ).toEqual(['5five', '6six', '7first line', '8eight', '9<nine>']);
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('#layer-1 .near pre').isVisible()).toBe(false);
    await page.context().close();
  });

  test.each([
    ['stand in a row on a screen', 1280, true],
    ['stand below each other on a phone', 375, false],
  ])('the stations of a connection %s', async (_, width, row) => {
    const { page } = await open(browser, example, { viewport: { width, height: 800 } });
    const stations = page.locator('#cause-1 .way > li');
    const boxes = await Promise.all((await stations.all()).map((one) => one.boundingBox()));
    expect(boxes).toHaveLength(5);
    const [first, second] = boxes;
    expect((second?.x ?? 0) > (first?.x ?? 0)).toBe(row);
    expect((second?.y ?? 0) >= (first?.y ?? 0) + (first?.height ?? 0)).toBe(!row);
    expect(await stations.nth(1).innerText()).toContain('dropped here');
    await page.context().close();
  });

  test('by keyboard: skip link first, a finding opens with Enter', async () => {
    const { page } = await open(browser, example);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the report');
    const finding = page.locator('[id="finding-disk-full/node-a"]');
    await finding.locator('> summary').focus();
    await page.keyboard.press('Enter');
    expect(await finding.evaluate((d) => (d as unknown as { open: boolean }).open)).toBe(true);
    await page.context().close();
  });

  test.each([true, false])(
    'on paper all stories are there, and the findings too when scripts run (%s)',
    async (javaScriptEnabled) => {
      const { page } = await open(browser, example, { javaScriptEnabled });
      await page.emulateMedia({ media: 'print' });
      for (const cause of cascade().rootCauses)
        expect(await page.locator(`#cause-${cause.rank}`).isVisible()).toBe(true);
      const pdf = await page.pdf({ format: 'A4' });
      expect(pdf.subarray(0, 5).toString('latin1')).toBe('%PDF-');
      expect(await page.locator('.bar').isVisible()).toBe(false);
      await page.context().close();
    },
  );

  test('10,000 findings: below 10 MB, open in two seconds, and what was cut is said', async () => {
    // As many lines round quotes as a result holds at most (src/diagnosis/excerpts.ts).
    const excerpts = Array.from({ length: 730 }, (_, i) => ({
      file: `logs/web-${i}.log`,
      line: 1,
      text: Array.from({ length: 7 }, () => '<'.repeat(100)).join('\n'),
    }));
    const text = html({ ...big(10_000), excerpts });
    expect(Buffer.byteLength(text)).toBeLessThan(10_000_000);
    const { page } = await open(browser, text);
    const ready = await page.evaluate<number>(`performance.getEntriesByType('navigation')[0].domComplete`);
    // Twice the promise: the machine of the tests is shared.
    expect(ready).toBeLessThan(4000);
    const cut = Number(/(\d+) of 10000 findings are left out/.exec(await page.locator('#findings').innerText())?.[1]);
    expect(cut + (await page.locator('.f').count())).toBe(10_000);
    await page.context().close();
  });
});
