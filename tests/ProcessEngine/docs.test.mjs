// The page at /api/docs in a real browser that reaches nothing but this machine.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { holdStill, launch, options, screenshots } from './lib/browser.mjs';
import { connectorKey, connectorUrl, readJson } from './lib/environment.mjs';

let browser;
let page;
const elsewhere = [];
const complaints = [];

before(async () => {
  browser = await launch();
  if (!browser) {
    return;
  }
  page = await browser.newPage({ viewport: { width: 1280, height: 1600 } });
  page.on('request', request => request.url().startsWith(connectorUrl) || request.url().startsWith('data:') || elsewhere.push(request.url()));
  page.on('console', message => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', error => complaints.push(error.message));
  await page.goto(`${connectorUrl}/api/docs`);
  await page.waitForSelector('.opblock');
  await holdStill(page);
});

after(() => browser?.close());

test('shows every operation, with nothing from elsewhere and no error', options, async () => {
  const expected = Object.values(readJson('functions/OpenApi/openapi.json').paths).flatMap(path => Object.values(path)).map(({ summary }) => summary);
  assert.deepEqual((await page.locator('.opblock-summary-description').allTextContents()).sort(), expected.sort());
  const picture = await page.screenshot({ path: join(screenshots, 'docs.png') });
  // Nothing but white would be a few kilobytes.
  assert.ok(picture.length > 20_000, `${picture.length} bytes`);
  assert.deepEqual(elsewhere, []);
  assert.deepEqual(complaints, []);
});

test('tries an operation with a function key', options, async () => {
  await page.click('.btn.authorize');
  await page.fill('.modal-ux input[type=text]', connectorKey);
  await page.click('.modal-ux .btn.authorize');
  await page.click('.modal-ux .btn-done');

  await page.click('#operations-Queries-Query .opblock-summary-control');
  await page.click('#operations-Queries-Query .btn.execute');
  const answer = page.locator('#operations-Queries-Query .live-responses-table .response').first();
  await answer.waitFor();
  assert.equal((await answer.locator('.response-col_status').textContent()).trim(), '200');
  assert.match(await answer.locator('.response-col_description').textContent(), /"totalSize"/);
  await page.screenshot({ path: join(screenshots, 'docs-tried.png'), fullPage: true });
});
