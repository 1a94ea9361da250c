// Every operation tried on the page at /api/docs as it is opened: on a fresh local system each one succeeds.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { holdStill, launch, options, screenshots } from './lib/browser.mjs';
import { connectorUrl, readJson } from './lib/environment.mjs';

const operations = Object.values(readJson('functions/OpenApi/openapi.json').paths).flatMap(path => Object.values(path));

let browser;
let page;

before(async () => {
  browser = await launch();
  if (!browser) {
    return;
  }
  page = await browser.newPage({ viewport: { width: 1280, height: 1600 } });
  await page.goto(`${connectorUrl}/api/docs`);
  await page.waitForSelector('.opblock');
  await holdStill(page);
});

after(() => browser?.close());

/** Opens an operation, presses Execute, and tells what is shown. */
async function tryOut({ tags: [tag], operationId }, fill = async () => {}) {
  const block = page.locator(`#operations-${tag}-${operationId}`);
  await block.locator('.opblock-summary-control').click();
  await fill(block);
  const answered = page.waitForResponse(response => response.url().includes('/api/') && !response.url().includes('/docs'));
  await block.locator('.btn.execute').click();
  await answered;
  const answer = block.locator('.live-responses-table .response').first();
  await answer.waitFor();
  const shown = {
    status: Number((await answer.locator('.response-col_status').textContent()).trim()),
    text: await answer.locator('.response-col_description').textContent(),
  };
  // Or it would still be there at the next try; and what is open is rendered again with each further one.
  await block.locator('.btn-clear').click();
  await block.locator('.opblock-summary-control').click();
  return shown;
}

for (const operation of operations.filter(({ requestBody }) => requestBody)) {
  test(operation.operationId, options, async () => {
    const { status, text } = await tryOut(operation);
    assert.ok(status >= 200 && status < 300, `${status} ${text}`);
    // Of several records or requests each must have succeeded.
    assert.doesNotMatch(text, /"success": false|"httpStatusCode": [45]/);
  });
}

test('GetResult, of a request that was accepted on the page', options, async () => {
  const limits = operations.find(({ operationId }) => operationId === 'Limits');
  const accepted = await tryOut(limits, block => block.locator('tr[data-param-name="Prefer"] input').fill('respond-async'));
  assert.equal(accepted.status, 202);
  const id = /"correlationId": "([^"]+)"/.exec(accepted.text)[1];

  const getResult = operations.find(({ operationId }) => operationId === 'GetResult');
  let result;
  do {
    result = await tryOut(getResult, block => block.locator('tr[data-param-name="correlationId"] input').fill(id));
  } while (result.status === 202);
  assert.equal(result.status, 200);
  assert.match(result.text, /DailyApiRequests/);
  await page.screenshot({ path: join(screenshots, 'docs-tried-out.png'), fullPage: true });
});
