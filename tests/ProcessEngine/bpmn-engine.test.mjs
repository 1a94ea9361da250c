// The example process in a real engine, its tasks carried out by the connector.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { beforeEach, test } from 'node:test';
import { admin, elementTemplate, requestsDuring, salesforce, secrets } from './lib/environment.mjs';
import { runProcess } from './lib/engine.mjs';
import { lint } from './lib/lint.mjs';
import { reapplyTemplate } from './lib/modeler.mjs';

const read = name => readFileSync(new URL(`../../functions/Camunda/${name}`, import.meta.url), 'utf8');
const example = read('new-customer.bpmn');
const bulkExample = read('import-accounts.bpmn');

const run = customer => {
  const variables = { customer };
  return requestsDuring(() => runProcess(example, variables, { secrets })).then(({ result, calls }) => ({ ...result, calls, variables }));
};

beforeEach(() => admin('DELETE', 'faults'));

test('the example is as the template makes it, and has every operation on one record by its id', async () => {
  assert.equal(await reapplyTemplate(elementTemplate, example), example);
  const used = [...example.matchAll(/source="(\w+)" target="salesforceConnectorOperation"/g)].map(([, operation]) => operation);
  assert.deepEqual(used.sort(), ['createRecord', 'deleteRecord', 'getRecord', 'query', 'updateRecord']);
});

test('a trial: create, update, get and delete', async () => {
  const { started, calls, variables } = await run({ name: 'Trial & Error', number: 'trial-1', city: 'Linz', trial: true });

  assert.deepEqual(
    started,
    ['start', 'is-there', 'create-account', 'known', 'update-account', 'get-account', 'trial', 'delete-account', 'no-customer']);
  assert.deepEqual(calls.map(call => call.method), ['POST', 'PATCH', 'GET', 'DELETE']);
  assert.equal(variables.account.Name, 'Trial & Error');
  assert.equal(variables.account.BillingCity, 'Linz');
  assert.equal(variables.deletedId, variables.accountId);
  assert.equal((await salesforce('GET', 'query?q=SELECT+Id+FROM+Account+WHERE+External_Id__c=\'trial-1\'')).totalSize, 0);
});

test('a customer who is there already: the error boundary leads to a query', async () => {
  const { id } = await salesforce('POST', 'sobjects/Account', { Name: 'Known', External_Id__c: 'known-1' });
  const { started, calls, variables } = await run({ name: 'Known again', number: 'known-1', city: 'Graz', trial: false });

  assert.deepEqual(
    started,
    ['start', 'is-there', 'create-account', 'find-account', 'known', 'update-account', 'get-account', 'trial', 'customer']);
  assert.deepEqual(calls.map(call => call.method), ['POST', 'GET', 'PATCH', 'GET']);
  assert.equal(variables.salesforceProblem.errorCode, 'DUPLICATE_VALUE');
  assert.equal(variables.accountId, id);
  assert.equal(variables.account.Name, 'Known');
  assert.equal((await salesforce('GET', `sobjects/Account/${id}`)).BillingCity, 'Graz');
});

test('a pause at Salesforce: the engine tries again, and one record is created', async () => {
  await admin('POST', 'faults', [{ method: 'POST', path: '/services/data/*', status: 503, errorCode: 'SERVER_UNAVAILABLE', times: 2 }]);
  const { attempts } = await run({ name: 'Patient', number: 'patient-1', city: 'Wels', trial: false });

  assert.equal(attempts['create-account'], 2);
  assert.equal((await salesforce('GET', 'query?q=SELECT+Id+FROM+Account+WHERE+External_Id__c=\'patient-1\'')).totalSize, 1);
});

test('a value that nobody foresaw finds what has it, and nothing else', async () => {
  const number = 'x\' OR Name != \'';
  const { id } = await salesforce('POST', 'sobjects/Account', { Name: 'Quote', External_Id__c: number });
  const { variables } = await run({ name: 'Quote', number, city: 'Rust', trial: false });

  assert.equal(variables.accountId, id);
  assert.equal((await salesforce('GET', `sobjects/Account/${id}`)).BillingCity, 'Rust');
});

test('the example with a bulk write is as the template makes it, and its look has the same errors', async () => {
  assert.equal(await reapplyTemplate(elementTemplate, bulkExample), bulkExample);
  const { value } = elementTemplate.properties.find(({ id }) => id === 'errorExpression.rowsFailed');
  const unescaped = bulkExample.replace(/&#(\d+);|&([a-z]+);/g, (_, code, name) => code ? String.fromCharCode(code) : { lt: '<', gt: '>', amp: '&' }[name]);
  assert.ok(unescaped.includes(value));
  assert.deepEqual(await lint(bulkExample, '8.8'), []);
});

// The blobs are put there before these tests.
for (const [file, end, failed] of [['imports/accounts.csv', 'imported-all', 0], ['imports/refused.csv', 'imported-some', 1]]) {
  test(`${file} is imported by a bulk write, whose progress is looked at: ${end}`, async () => {
    const variables = { file };
    const { started } = await runProcess(bulkExample.replace('PT15S', 'PT0.2S'), variables, { secrets });

    // The engine begins the boundary event with its task.
    assert.deepEqual(started.slice(0, 6), ['start', 'import', 'look-again', 'pause', 'rows-failed', 'look']);
    assert.equal(started.at(-1), end);
    const result = variables.imported ?? variables.salesforceResult;
    assert.deepEqual([result.rowsSent, result.successful, result.failed], [2, 2 - failed, failed]);
    assert.equal(result.failedResults.length, failed);
  });
}
