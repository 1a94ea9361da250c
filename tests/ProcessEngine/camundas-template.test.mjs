// Camunda's own Salesforce Connector, from npm, beside this one: the same values must lead Salesforce to do the same, and
// where the two differ, they differ on purpose.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, beforeEach, test } from 'node:test';
import { admin, elementTemplate, logIn, operations, requestsDuring, salesforce, salesforceUrl, secrets } from './lib/environment.mjs';
import { forms, toCamundas } from './lib/forms.mjs';
import { runJob } from './lib/job.mjs';
import { applyTemplate } from './lib/modeler.mjs';

const camundasTemplate = JSON.parse(readFileSync(new URL(
  import.meta.resolve('@camunda/connectors-element-templates/src/element-templates/salesforce-connector.json'))));

const credentials = {
  baseUrl: salesforceUrl,
  'authentication.type': 'oauth-client-credentials-flow',
  'authentication.clientId': '{{secrets.SALESFORCE_CLIENT_ID}}',
  'authentication.clientSecret': '{{secrets.SALESFORCE_CLIENT_SECRET}}',
};

const ours = (operation, values) => applyTemplate(elementTemplate, { operation, ...values });
const camundas = values => applyTemplate(camundasTemplate, { ...credentials, ...values });
const run = (task, variables = {}) => requestsDuring(() => runJob(task, variables, { secrets }));

// What Salesforce answers to a request that only Camunda's form sends.
const refuse = (method, path) => admin('POST', 'faults', [
  { method, path: `/services/data/v67.0/sobjects/${path}`, status: 405, errorCode: 'METHOD_NOT_ALLOWED' },
]);

let record;

before(async () => {
  // So that this connector has its token.
  await runJob(await ours('query', { soqlQuery: 'SELECT Id FROM Account LIMIT 1' }), {}, { secrets });
});

beforeEach(async () => {
  await admin('DELETE', 'faults');
  record = (await salesforce('POST', 'sobjects/Account', { Name: 'Comparison' })).id;
});

// Those that Camunda's connector has.
for (const operation of operations.filter(operation => forms(record)[operation].camundas)) {
  test(`${operation}: Salesforce gets the same from both`, async () => {
    const form = forms(record)[operation];
    const theirs = await run(await camundas(toCamundas(form)), form.variables);
    const own = await run(await ours(operation, form.ours), form.variables);

    assert.deepEqual(theirs.calls, [form.expected]);
    assert.deepEqual(own.calls, theirs.calls);
  });
}

test('query, createRecord and getRecord: the result expression sees the same', async () => {
  for (const operation of ['query', 'createRecord', 'getRecord']) {
    const form = forms(record)[operation];
    const theirs = await runJob(await camundas(toCamundas(form)), form.variables, { secrets });
    const own = await runJob(await ours(operation, form.ours), form.variables, { secrets });
    assert.equal(own.response.status, theirs.response.status);
    assert.deepEqual({ ...own.response.body, id: null }, { ...theirs.response.body, id: null });
  }
});

const bothForms = {
  apex: {
    camundas: { salesforceOperationType: 'apexRest', apexRestMethod: 'post', apexRestPath: 'echo/orders', bodyApexRest: '={customer: name}' },
    ours: ['callApex', { 'request.method': 'POST', 'request.apexPath': 'echo/orders', 'request.body': '={customer: name}' }],
    expected: { method: 'POST', path: '/services/apexrest/echo/orders', query: {}, body: { customer: 'Jäger' } },
  },
  composite: composite('[{method: "POST", url: "/services/data/v67.0/sobjects/Account", referenceId: "a", body: {Name: name}}]', [
    { method: 'POST', url: '/services/data/v67.0/sobjects/Account', referenceId: 'a', body: { Name: 'Jäger' } },
  ]),
  'composite of several methods, with references': composite(
    `[{method: "POST", url: "/services/data/v67.0/sobjects/Account", referenceId: "a", body: {Name: name}},
      {method: "PATCH", url: "/services/data/v67.0/sobjects/Account/@{a.id}", referenceId: "b", body: {BillingCity: "Linz"}},
      {method: "GET", url: "/services/data/v67.0/sobjects/Account/@{a.id}?fields=Name,BillingCity", referenceId: "c"},
      {method: "DELETE", url: "/services/data/v67.0/sobjects/Account/@{a.id}", referenceId: "d"}]`,
    [
      { method: 'POST', url: '/services/data/v67.0/sobjects/Account', referenceId: 'a', body: { Name: 'Jäger' } },
      { method: 'PATCH', url: '/services/data/v67.0/sobjects/Account/@{a.id}', referenceId: 'b', body: { BillingCity: 'Linz' } },
      { method: 'GET', url: '/services/data/v67.0/sobjects/Account/@{a.id}?fields=Name,BillingCity', referenceId: 'c' },
      { method: 'DELETE', url: '/services/data/v67.0/sobjects/Account/@{a.id}', referenceId: 'd' },
    ]),
};

function composite(requests, compositeRequest) {
  return {
    camundas: { salesforceOperationType: 'composite', allOrNone: true, compositeRequest: `=${requests}` },
    ours: ['composite', { 'allOrNone.composite': true, compositeRequest: `=${requests}` }],
    expected: {
      method: 'POST', path: '/services/data/v67.0/composite', query: {},
      body: { allOrNone: true, collateSubrequests: false, compositeRequest },
    },
    statuses: body => body.compositeResponse.map(({ httpStatusCode }) => httpStatusCode),
  };
}

for (const [name, form] of Object.entries(bothForms)) {
  test(`${name}: Salesforce gets the same from both, and the result expression sees the same`, async () => {
    const theirs = await run(await camundas(form.camundas), { name: 'Jäger' });
    const own = await run(await ours(...form.ours), { name: 'Jäger' });

    assert.deepEqual(theirs.calls, [form.expected]);
    assert.deepEqual(own.calls, theirs.calls);
    assert.equal(own.result.response.status, theirs.result.response.status);
    assert.deepEqual(Object.keys(own.result.response.body), Object.keys(theirs.result.response.body));
    if (form.statuses) {
      assert.deepEqual(form.statuses(own.result.response.body), form.statuses(theirs.result.response.body));
      assert.ok(form.statuses(own.result.response.body).every(status => status < 300), JSON.stringify(own.result.response.body));
    }
  });
}

for (const method of ['get', 'put', 'patch', 'delete']) {
  test(`apex: ${method} gets there the same from both`, async () => {
    const hasBody = method === 'put' || method === 'patch';
    const theirs = await run(await camundas({
      salesforceOperationType: 'apexRest', apexRestMethod: method, apexRestPath: 'echo/4711', resultVariable: 'answer', ...hasBody && { bodyApexRest: '={status: "closed"}' },
    }));
    const own = await run(await ours('callApex', {
      'request.method': method.toUpperCase(), 'request.apexPath': 'echo/4711', resultVariable: 'answer', ...hasBody && { 'request.body': '={status: "closed"}' },
    }));

    assert.deepEqual(own.calls, theirs.calls);
    assert.equal(own.calls[0].method, method.toUpperCase());
    // Version 9 of Camunda's template shows the result variable with every method.
    for (const { result } of [theirs, own]) {
      const { body } = result.variables.answer;
      assert.deepEqual([body.method, body.path, body.body], [method.toUpperCase(), ['4711'], hasBody ? JSON.stringify({ status: 'closed' }) : '']);
    }
  });
}

test('difference: a value in an Apex path stays a segment, and leads nowhere else', async () => {
  const variables = { number: 'A/1 ü' };
  const theirs = await run(await camundas({ salesforceOperationType: 'apexRest', apexRestMethod: 'get', apexRestPath: '="orders/" + number' }), variables);
  const own = await run(await ours('callApex', { 'request.method': 'GET', 'request.apexPath': '=["orders", number]' }), variables);
  assert.equal(theirs.result.failure.code, '404');
  assert.equal(own.result.response.body.number, 'A/1 ü');

  const out = { number: '../../data/v67.0/limits' };
  const led = await run(await camundas({ salesforceOperationType: 'apexRest', apexRestMethod: 'get', apexRestPath: '="orders/" + number' }), out);
  const kept = await run(await ours('callApex', { 'request.method': 'GET', 'request.apexPath': '=["orders", number]' }), out);
  assert.equal(led.calls[0].path, '/services/data/v67.0/limits');
  assert.deepEqual(kept.calls, []);
  assert.equal(kept.result.error.code, 'INVALID_MEMBER');
});

test('difference: what PATCH of Apex answers without a body can be mapped, and a question mark is no part of a path', async () => {
  const own = await runJob(await ours('callApex', {
    'request.method': 'PATCH', 'request.apexPath': 'orders/4711', 'request.body': '={status: "closed"}',
  }), {}, { secrets });
  assert.deepEqual(own.variables.salesforceResult, { success: true, errors: [] });

  const refused = await run(await ours('callApex', { 'request.method': 'GET', 'request.apexPath': 'echo?x=y' }));
  assert.deepEqual(refused.calls, []);
  assert.match(refused.result.error.message, /query/);
});

test('difference: a subrequest that leads out of the REST API is refused', async () => {
  const compositeRequest = '=[{method: "GET", url: "/services/data/v67.0/../../apexrest/x", referenceId: "x"}]';
  const theirs = await run(await camundas({ salesforceOperationType: 'composite', compositeRequest }));
  const own = await run(await ours('composite', { compositeRequest }));
  assert.equal(theirs.calls.length, 1);
  assert.deepEqual(own.calls, []);
});

test('difference: one login for all calls, not one for each', async () => {
  const form = forms(record).getRecord;
  const [theirTask, ownTask] = [await camundas(toCamundas(form)), await ours('getRecord', form.ours)];
  const count = async task => (await requestsDuring(async () => {
    for (let i = 0; i < 3; i++) {
      await runJob(task, form.variables, { secrets });
    }
  })).logins;

  assert.equal(await count(theirTask), 3);
  assert.equal(await count(ownTask), 0);
});

test('difference: a session that has ended is renewed, where a bearer token of Camunda\'s form stays what it is', async () => {
  const form = forms(record).getRecord;
  const bearer = { baseUrl: salesforceUrl, 'authentication.type': 'bearer', 'authentication.token': await logIn() };
  const theirTask = await applyTemplate(camundasTemplate, { ...bearer, ...toCamundas(form) });
  const ownTask = await ours('getRecord', form.ours);
  await admin('POST', 'expire-tokens');

  assert.equal((await runJob(theirTask, form.variables)).failure.code, '401');
  assert.equal((await runJob(ownTask, form.variables, { secrets })).response.status, 200);
});

test('difference: what is typed stays a record id, and becomes no path', async () => {
  const values = { objectType: 'Account', objectId: '=id' };
  const variables = { id: `${record}/../../Contact/describe` };
  const theirs = await run(await camundas({ salesforceOperationType: 'sObject', interactionType: 'get', ...values }), variables);
  const own = await run(await ours('getRecord', values), variables);

  assert.equal(theirs.calls[0].path, '/services/data/v67.0/sobjects/Contact/describe');
  assert.deepEqual(own.calls, []);
  assert.equal(own.result.error.code, 'INVALID_MEMBER');
});

test('difference: a missing record id deletes nothing and is named', async () => {
  await refuse('DELETE', 'Account');
  const values = { objectType: 'Account', objectId: '=missing' };
  const theirs = await run(await camundas({ salesforceOperationType: 'sObject', interactionType: 'delete', ...values }));
  const own = await run(await ours('deleteRecord', values));

  assert.equal(theirs.calls[0].path, '/services/data/v67.0/sobjects/Account');
  assert.deepEqual(own.calls, []);
  assert.equal(own.result.error.code, 'MISSING_MEMBER');
  assert.match(own.result.error.message, /objectId/);
});

test('difference: a variable of the process does not become part of a create', async () => {
  await refuse('POST', `Account/${record}`);
  const form = forms(record).createRecord;
  const variables = { ...form.variables, objectId: record };
  const theirs = await run(await camundas(toCamundas(form)), variables);
  const own = await run(await ours('createRecord', form.ours), variables);

  assert.equal(theirs.calls[0].path, `/services/data/v67.0/sobjects/Account/${record}`);
  assert.deepEqual(own.calls, [form.expected]);
});

test('difference: of several errors all are told', async () => {
  const errors = [
    { message: 'Required fields are missing: [Name]', errorCode: 'REQUIRED_FIELD_MISSING', fields: ['Name'] },
    { message: 'bad value for restricted picklist field: x', errorCode: 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', fields: ['Industry'] },
  ];
  const form = forms(record).createRecord;
  await admin('POST', 'faults', [{ method: 'POST', path: '/services/data/*', status: 400, body: JSON.stringify(errors) }]);
  const theirs = await runJob(await camundas(toCamundas(form)), form.variables, { secrets });
  const own = await runJob(await ours('createRecord', form.ours), form.variables, { secrets });

  assert.equal(theirs.failure.variables.response.body, null);
  assert.equal(own.error.code, 'REQUIRED_FIELD_MISSING');
  assert.deepEqual(own.error.variables.salesforceProblem.errors, errors);
});

test('difference: an update and a delete can be mapped', async () => {
  for (const operation of ['updateRecord', 'deleteRecord']) {
    const form = forms(record)[operation];
    const own = await runJob(await ours(operation, form.ours), form.variables, { secrets });
    assert.deepEqual(own.variables.salesforceResult, { id: record, success: true, errors: [] });
  }
});
