// The example process that an event of Salesforce starts, in a real engine.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { BpmnModdle } from 'bpmn-moddle';
import { elementTemplate, requestsDuring, salesforce, secrets } from './lib/environment.mjs';
import { runProcess } from './lib/engine.mjs';
import { lint } from './lib/lint.mjs';
import { reapplyTemplate } from './lib/modeler.mjs';

const example = readFileSync(new URL('../../functions/Camunda/account-changed.bpmn', import.meta.url), 'utf8');
const page = readFileSync(new URL('../../functions/Triggers/Events/README.md', import.meta.url), 'utf8');
const documented = JSON.parse(page.match(/^\{"eventId".*\}$/m)[0]);

const run = salesforceEvent => {
  const variables = { salesforceEvent };
  return requestsDuring(() => runProcess(example, variables, { secrets, message: 'account-changed-message' }))
    .then(({ result, calls }) => ({ ...result, calls, variables }));
};

test('the example is as the template makes it, and Camunda takes it', async () => {
  assert.equal(await reapplyTemplate(elementTemplate, example), example);
  assert.deepEqual(await lint(example, '8.8'), []);
});

test('it starts by the message that the documentation sets', async () => {
  const { rootElement } = await new BpmnModdle().fromXML(example);
  const message = rootElement.rootElements.find(element => element.$type === 'bpmn:Message');
  const settings = readFileSync(new URL('../../functions/Triggers/Events/Deliveries/README.md', import.meta.url), 'utf8');
  assert.equal(settings.match(/Topics__accounts__Deliver__Message=([\w-]+)/)[1], message.name);
});

test('a change: the account is read as it is now', async () => {
  const { id } = await salesforce('POST', 'sobjects/Account', { Name: 'Changed', BillingCity: 'Oslo' });
  const { started, calls, variables } = await run(of(documented, { recordIds: [id], changeType: 'UPDATE' }));

  assert.deepEqual(started, ['start', 'kind', 'get-account', 'changed']);
  assert.deepEqual(calls.map(call => call.method), ['GET']);
  assert.equal(variables.account.BillingCity, 'Oslo');
});

test('a deletion reads nothing, and what may be missing is synchronised', async () => {
  assert.deepEqual((await run(of(documented, { changeType: 'DELETE' }))).started, ['start', 'kind', 'deleted']);
  for (const event of [of({ ...documented, type: 'overflow' }, { changeType: 'GAP_OVERFLOW' }), { type: 'lost', lost: {} }]) {
    const { started, calls } = await run(event);
    assert.deepEqual(started, ['start', 'kind', 'synchronise', 'in-step']);
    assert.deepEqual(calls, []);
  }
});

function of(event, header) {
  return { ...event, payload: { ...event.payload, ChangeEventHeader: { ...event.payload.ChangeEventHeader, ...header } } };
}
