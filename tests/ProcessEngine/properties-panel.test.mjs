// The form as people see it: Camunda Modeler's properties panel in a real browser, for every operation.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { launch, options, screenshots } from './lib/browser.mjs';
import { elementTemplate, operations } from './lib/environment.mjs';
import { forms } from './lib/forms.mjs';
import { openPanel, show } from './lib/panel.mjs';

const properties = elementTemplate.properties;
const allForms = forms('001Dn0000070000IAA', '/services/data/v67.0/query/01gR00000000001IAA-2000');

/** The fields that this operation shows, other choices being as they are at first. */
function shown(operation, values = {}) {
  const chosen = id => id === 'operation' ? operation : id in values ? values[id] : properties.find(one => one.id === id)?.value;
  const holds = condition => !condition
    || (condition.allMatch ? condition.allMatch.every(holds)
      : condition.oneOf ? condition.oneOf.includes(chosen(condition.property))
        : 'isEmpty' in condition ? condition.isEmpty === !chosen(condition.property) : chosen(condition.property) === condition.equals);
  return properties.filter(property => property.type !== 'Hidden' && holds(property.condition));
}

let browser;
let page;
let complaints;

before(async () => {
  browser = await launch();
  if (browser) {
    ({ page, complaints } = await openPanel(browser));
  }
});

after(() => browser?.close());

for (const operation of operations) {
  describe(operation, () => {
    test('with its required fields filled in, nothing is red', options, async () => {
      const errors = await show(page, elementTemplate, { operation, ...allForms[operation].ours });
      const labels = await page.evaluate(() => window.labels());
      assert.deepEqual(errors, []);
      for (const { label } of shown(operation, allForms[operation].ours)) {
        assert.ok(labels.includes(label), `${label} is not among ${labels.join(', ')}`);
      }
      assert.deepEqual(complaints, []);
    });

    test('freshly applied, only the required fields are red', options, async () => {
      const required = shown(operation).filter(({ constraints, value }) => constraints?.notEmpty && value === undefined);
      assert.deepEqual((await show(page, elementTemplate, { operation })).sort(), required.map(({ label }) => `${label} must not be empty.`).sort());
    });

    test('what is wrong is told in words that read on from the label', options, async () => {
      const patterned = shown(operation).filter(({ constraints }) => constraints?.pattern);
      const errors = await show(page, elementTemplate, {
        operation, ...allForms[operation].ours, ...Object.fromEntries(patterned.map(({ id }) => [id, id.startsWith('externalId') && id !== 'externalIdField' ? '4711' : '! x'])),
      });
      const expected = patterned.map(({ label, constraints }) => `${label} ${constraints.pattern.message}`);
      assert.deepEqual(errors.sort(), expected.sort());
      for (const { constraints } of patterned) {
        assert.match(constraints.pattern.message, /^must .+\.$/);
      }
    });
  });
}

test('Camunda\'s own secrets: where they would not be resolved, the form says so', options, async () => {
  const values = { operation: 'query', ...allForms.query.ours };
  const [error] = await show(page, elementTemplate, { ...values, functionsBaseUrl: '=camunda.secrets.SALESFORCE_CONNECTOR_URL' });
  assert.match(error, /^Functions base URL must .* without camunda\.secrets/);
  for (const functionsBaseUrl of ['=camunda.vars.env.SALESFORCE_CONNECTOR_URL', '{{secrets.SALESFORCE_CONNECTOR_URL}}', 'https://app.azurewebsites.net']) {
    assert.deepEqual(await show(page, elementTemplate, { ...values, functionsBaseUrl, functionKey: '=camunda.secrets.SALESFORCE_CONNECTOR_KEY' }), []);
  }
  await page.screenshot({ path: join(screenshots, 'form.png') });
});
