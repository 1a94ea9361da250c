// Makes the pictures of the pages from the real thing: the example process, the form in the Modeler's properties panel, and the
// page at /api/docs. Needs a Chromium on the PATH and a local system that runs: dotnet run --project tests/LocalHost -- --no-pass
//   node tests/ProcessEngine/pictures.mjs [http://localhost:7071]
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

process.env.CONNECTOR_URL ??= process.argv[2] ?? 'http://localhost:7071';
process.env.CONNECTOR_KEY ??= '';
process.env.SALESFORCE_SIMULATOR_URL ??= 'http://localhost:7072';
const { launch } = await import('./lib/browser.mjs');
const { connectorUrl, elementTemplate } = await import('./lib/environment.mjs');
const { openPanel, show } = await import('./lib/panel.mjs');

const file = path => fileURLToPath(new URL(`../../functions/${path}`, import.meta.url));
const browser = await launch();
if (!browser) {
  throw new Error('There is no Chromium on the PATH.');
}

for (const folder of ['Camunda', 'OpenApi']) {
  mkdirSync(file(`${folder}/pictures`), { recursive: true });
}

try {
  const { page } = await openPanel(browser);
  const svg = await page.evaluate(xml => window.svg(xml), readFileSync(file('Camunda/new-customer.bpmn'), 'utf8'));
  writeFileSync(file('Camunda/pictures/new-customer.svg'), svg.replace(/<!--.*?-->\s*/gs, '').replace('<svg ', '<svg style="background: white" '));

  await page.setViewportSize({ width: 900, height: 1180 });
  await show(page, elementTemplate, {
    operation: 'createRecord',
    objectType: 'Account',
    fields: '={Name: customer.name, External_Id__c: customer.number}',
    externalIdField: 'External_Id__c',
    resultExpression: '={accountId: body.id}',
  });
  await page.evaluate(titles => window.openGroups(titles), ['Operation', 'Authentication', 'Response mapping']);
  await page.locator('#panel').screenshot({ path: file('Camunda/pictures/form.png') });

  const docs = await browser.newPage({ viewport: { width: 1000, height: 760 } });
  await docs.goto(`${connectorUrl}/api/docs`);
  await docs.waitForSelector('.opblock');
  await docs.screenshot({ path: file('OpenApi/pictures/docs.png') });
} finally {
  await browser.close();
}
