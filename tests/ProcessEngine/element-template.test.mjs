// The element template in Camunda Modeler's own parts, its FEEL evaluated and its calls made as a Camunda cluster does.
import assert from 'node:assert/strict';
import { before, beforeEach, describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { validateZeebe } from '@bpmn-io/element-templates-validator';
import { admin, connector, connectorKey, connectorUrl, elementTemplate, finish, logIn, operations, requestsDuring, salesforce, secrets } from './lib/environment.mjs';
import { directCall } from './lib/example-form.mjs';
import { feel, mapInputs, mapInputsAtOnce, mapInputsWithSecrets } from './lib/feel.mjs';
import { forms } from './lib/forms.mjs';
import { runJob } from './lib/job.mjs';
import { lint } from './lib/lint.mjs';
import { applyTemplate, applyToDiagram } from './lib/modeler.mjs';

let record;
let next;
let opportunity;
let job;

before(() => admin('POST', 'fill', { objectType: 'Opportunity', count: 300 }));

beforeEach(async () => {
  await admin('DELETE', 'faults');
  record = (await salesforce('POST', 'sobjects/Account', { Name: 'Template' })).id;
  opportunity = (await salesforce('POST', 'sobjects/Opportunity', { Name: 'Template', StageName: 'Prospecting', CloseDate: '2026-12-24' })).id;
  job = (await salesforce('POST', 'jobs/ingest', { object: 'Account', operation: 'insert' })).id;
  // A cursor belongs to the session that opened it: the connector's.
  next = (await connector('query', { soqlQuery: 'SELECT Id FROM Opportunity', pageSize: 200 })).nextRecordsUrl;
});

const writes = elementTemplate.properties.find(({ id }) => id === 'idempotencyKey').condition.oneOf;

// How each version names the function app and its key; what is missing is as the form has it.
const connection = {
  '8.8': {},
  '8.9': { functionsBaseUrl: '=camunda.vars.env.SALESFORCE_CONNECTOR_URL' },
  '8.10': { functionsBaseUrl: '=camunda.vars.env.SALESFORCE_CONNECTOR_URL', functionKey: '=camunda.secrets.SALESFORCE_CONNECTOR_KEY' },
};

// A key that is made anew is another one each time.
const keyless = ({ headers: { 'Idempotency-Key': _, ...headers }, salesforceConnectorIdempotencyKey, ...others }) => ({ ...others, headers });

const allForms = () => forms(record, next, opportunity, job);

// The ids differ from test to test and the task is the same but for them, so that it is made once.
const standIns = () => [[record, '001-RECORD'], [opportunity, '006-OPPORTUNITY'], [job, '750-JOB'], [next, '/NEXT-RECORDS-URL']];

async function apply(operation, values) {
  const general = value => typeof value === 'string' ? standIns().reduce((text, [id, standIn]) => text.replaceAll(id, standIn), value) : value;
  const task = await applyTemplate(
    elementTemplate, { operation, ...Object.fromEntries(Object.entries(values).map(([id, value]) => [id, general(value)])) });
  return JSON.parse(standIns().reduce((json, [id, standIn]) => json.replaceAll(standIn, id), JSON.stringify(task)));
}

test('the validator has nothing to say', () => {
  const { valid, errors, warnings } = validateZeebe(elementTemplate);
  assert.deepEqual({ valid, errors: errors ?? [], warnings: warnings ?? [] }, { valid: true, errors: [], warnings: [] });
});

/** What Salesforce gets: of a form that is the documents' example, what it gets of the example. */
const expectedCalls = async (operation, expected) => expected ? [expected] : (await callsDuring(() => send(operation))).calls;

async function send(operation) {
  const { route, payload } = directCall(operation);
  const response = await fetch(`${connectorUrl}/api/${route}`, {
    method: 'POST', headers: { 'x-functions-key': connectorKey }, body: JSON.stringify(payload),
  });
  return { response: { status: response.status, headers: { Location: response.headers.get('location') } } };
}

/** What Salesforce gets until the operation is done: jobs by another id each time, and looked at until they have ended. */
async function callsDuring(run) {
  const { result, calls } = await requestsDuring(async () => {
    const ran = await run();
    await finish(ran.response);
    return ran;
  });
  const alike = calls.map(call => ({ ...call, path: call.path === `/services/data/v67.0/jobs/ingest/${job}` ? call.path : call.path.replace(/\/750\w+/, '/JOB') }));
  return { result, calls: alike.filter((call, i) => !isDeepStrictEqual(call, alike[i - 1])) };
}

test('these are writes, among others that may come', () => {
  const known = ['createRecord', 'updateRecord', 'upsertRecord', 'deleteRecord', 'createRecords', 'updateRecords', 'upsertRecords', 'deleteRecords', 'composite'];
  assert.deepEqual(known.filter(operation => !writes.includes(operation)), []);
  assert.deepEqual(['query', 'queryPage', 'search', 'getRecord', 'getRecords', 'describe', 'limits'].filter(operation => writes.includes(operation)), []);
});

test('every operation has its form here', () => {
  assert.deepEqual(Object.keys(allForms()).sort(), [...operations].sort());
});

for (const operation of operations) {
  describe(operation, () => {
    const form = () => allForms()[operation];

    test('runs on the REST connector that every Camunda has, with retries', async () => {
      const task = await apply(operation, form().ours);
      assert.equal(task.type, 'io.camunda:http-json:1');
      assert.equal(task.retries, '3');
      assert.equal(task.headers.retryBackoff, 'PT30S');
      // A call, the pause that a 503 asks for, which the REST connector cuts off at its timeout, and the call again.
      const { readTimeoutInSeconds } = mapInputs(task.inputs, {});
      assert.ok(60 * Number(/^PT(\d+)M$/.exec(task.headers.jobTimeout)[1]) > 3 * readTimeoutInSeconds);
      assert.equal(task.headers.elementTemplateId, elementTemplate.id);
      assert.equal(task.headers.elementTemplateVersion, String(elementTemplate.version));
    });

    test('calls Salesforce with what was filled in, and maps the reply', async () => {
      const { ours, variables, expected, status } = form();
      const task = await apply(operation, { ...ours, resultVariable: 'reply' });
      if (operation === 'uploadFile') {
        // A file that is there is found by its checksum and not uploaded again: it is there for both calls.
        await expectedCalls(operation, expected);
      }

      const { result, calls } = await callsDuring(() => runJob(task, variables, { secrets }));

      assert.equal(result.error, null, JSON.stringify(result));
      assert.deepEqual(calls, await expectedCalls(operation, expected));
      assert.ok(status ? result.response.status === status : result.response.status < 300, `${result.response.status}`);
      assert.deepEqual(result.variables.reply.body, result.response.body);
      assert.deepEqual(result.variables.salesforceResult, result.response.body);
      const { body } = result.response;
      assert.ok(
        !expected || (body.id ?? body.records ?? body.searchRecords ?? body.attributes ?? body.compositeResponse ?? body.fields ?? body.DailyApiRequests ?? body.method ?? body[0].success ?? body[0].attributes));
    });

    test('lets no variable of the process in, and engines of either kind see the same', async () => {
      const { ours, variables, expected } = form();
      const task = await apply(operation, ours);
      const others = {
        objectType: 'Contact', objectId: '003000000000001AAA', fields: {}, soqlQuery: 'SELECT', soqlParameters: { x: 1 }, externalIdField: 'X__c', baseUrl: 'https://example.com',
        apiVersion: 'v1.0', relationshipFieldName: 'Contacts', queryParameters: { q: 'x' }, headers: { 'x-functions-key': 'wrong' }, body: {}, url: 'http://example.com',
        externalId: 'x', path: 'x', query: { x: 1 }, repeatable: true, type: 'quick', name: 'X', inputs: [{}], requests: [{}], actionType: 'flow', actionName: 'X', records: [{}], objectIds: [record], compositeRequest: [], nextRecordsUrl: '/', soslSearch: 'FIND {x}', soslParameters: { x: 1 }, fetchAll: true, maxRecords: 200, pageSize: 200,
        includeDeleted: true, updateOnly: true, allOrNone: true, collateSubrequests: true, ifModifiedSince: '2000-01-01T00:00:00Z', duplicateRule: {},
        assignmentRule: true, method: 'GET', authentication: { type: 'bearer', token: 'x' }, skipEncoding: 'true', ignoreNullValues: true, storeResponse: true, documentReturnFormat: { choice: 'TEXT' },
      };
      const { calls } = await callsDuring(() => runJob(task, { ...others, ...variables }, { secrets }));
      assert.deepEqual(calls, await expectedCalls(operation, expected));
      assert.deepEqual(keyless(mapInputsAtOnce(task.inputs, variables)), keyless(mapInputs(task.inputs, variables)));
    });

    test('a write has a key for all its attempts, and another for the next time', async () => {
      const { ours, variables } = form();
      const task = await apply(operation, ours);
      const [first, second] = [0, 1].map(() => mapInputs(task.inputs, variables).headers);
      assert.equal(first.Prefer, 'return=representation');
      if (writes.includes(operation)) {
        assert.match(first['Idempotency-Key'], /^[A-Za-z0-9._~-]{1,128}$/);
        assert.notEqual(second['Idempotency-Key'], first['Idempotency-Key']);
        for (const [idempotencyKey, expected] of [['=customer', 'C-1'], ['order-4711', 'order-4711'], ['4711', '4711'], [undefined, undefined], ['=nobody', undefined]]) {
          const { headers } = mapInputs((await apply(operation, { ...ours, idempotencyKey })).inputs, { ...variables, customer: 'C-1' });
          assert.deepEqual(headers, { Prefer: 'return=representation', ...(expected && { 'Idempotency-Key': expected }) });
        }
      } else {
        assert.deepEqual(first, { Prefer: 'return=representation' });
      }
    });

    test('Camunda\'s linter has nothing to say, for any version of its engine', async () => {
      const { ours } = form();
      for (const version of ['8.8', '8.9', '8.10']) {
        assert.deepEqual(await lint(await applyToDiagram(elementTemplate, { operation, ...ours, ...connection[version] }, `${version}.0`), version), [], version);
      }
    });

    if (writes.includes(operation)) {
      test('an attempt that another one is still at is tried again later, and a key of another write is told', async () => {
        const { headers: { errorExpression } } = await apply(operation, form().ours);
        const told = (status, body) => feel(errorExpression, {
          error: { code: status, message: '', variables: { response: { headers: { 'Retry-After': '7' }, body } } }, job: { retries: 3 },
        });
        const { errorType, retries, retryBackoff } = told('409', { errorCode: 'IN_PROGRESS', retryable: true, detail: '' });
        assert.deepEqual({ errorType, retries, retryBackoff }, { errorType: 'jobError', retries: 2, retryBackoff: 'PT7S' });
        assert.equal(told('422', { errorCode: 'CORRELATION_ID_REUSED', retryable: false, detail: '' }).code, 'CORRELATION_ID_REUSED');
      });
    }

    test('nothing that is typed gets into the URL', async () => {
      const { ours, variables } = form();
      const task = await apply(operation, ours);
      const { url, queryParameters } = mapInputs(task.inputs, variables);
      assert.match(url, /^\{\{secrets\.SALESFORCE_CONNECTOR_URL\}\}\/api\/[a-z/]+$/);
      assert.deepEqual(queryParameters, {});
    });

    test('a refusal is a BPMN error of its code', async () => {
      const { ours, variables, wrong, code } = form();
      const task = await apply(operation, { ...ours, ...wrong });
      const { error } = await runJob(task, variables, { secrets });
      assert.equal(error.errorType, 'bpmnError');
      assert.equal(error.code, code, error.message);
      assert.equal(error.variables.salesforceProblem.errorCode, error.code);
    });

    // What the connector answers before it calls Salesforce, it tries again by itself.
    if (!form().later) {
      test('what can be tried again is, after the pause that the connector asks for', async () => {
        const { ours, variables, tells } = form();
        const task = await apply(operation, ours);
        await admin('POST', 'faults', ['data', 'apexrest'].map(root => ({ path: `/services/${root}/**`, status: 503, errorCode: 'SERVER_UNAVAILABLE' })));
        const pauses = [];
        const { error, response } = await runJob(task, variables, { secrets, retries: 2, pauses });
        if (tells) {
          assert.equal(response.body.ok, false);
          return;
        }

        const { errorType, retries, retryBackoff, variables: { salesforceProblem } } = error;
        assert.equal(pauses.length, 1);
        assert.deepEqual({ errorType, retries, retryBackoff }, { errorType: 'jobError', retries: 1, retryBackoff: `PT${pauses[0]}S` });
        assert.equal(salesforceProblem.errorCode, 'SERVER_UNAVAILABLE');
      });
    }

    test('a key that is wrong ends in an incident at once, and says what to look at', async () => {
      const { ours, variables } = form();
      const task = await apply(operation, ours);
      const { error } = await runJob(task, variables, { secrets: { ...secrets, SALESFORCE_CONNECTOR_KEY: 'wrong' } });
      assert.equal(error.errorType, 'jobError');
      assert.equal(error.retries, 0);
      assert.match(error.message, /function key/);
    });
  });
}

test('every way to be authorised', async () => {
  const query = { soqlQuery: 'SELECT Id FROM Account LIMIT 1' };
  const ways = [
    { authentication: 'keyVault' },
    { authentication: 'bearer', 'authentication.token': '{{secrets.SALESFORCE_TOKEN}}' },
    { authentication: 'bearerKeyVault', 'authentication.tokenSecret': 'salesforce-token' },
    { authentication: 'oauth', 'authentication.clientId': '{{secrets.SALESFORCE_CLIENT_ID}}', 'authentication.clientSecret': '{{secrets.SALESFORCE_CLIENT_SECRET}}' },
  ];
  const choices = elementTemplate.properties.find(property => property.id === 'authentication').choices.map(choice => choice.value);
  assert.deepEqual(ways.map(way => way.authentication), choices);

  for (const way of ways) {
    const task = await apply('query', { ...query, ...way });
    const { error, response } = await runJob(task, {}, { secrets: { ...secrets, SALESFORCE_TOKEN: await logIn() } });
    if (way.authentication === 'bearerKeyVault') {
      // The vault of this test has no such secret; that it was asked for it is what is to be seen.
      assert.equal(error.variables.salesforceProblem.errorCode, 'SECRET_NOT_FOUND');
    } else {
      assert.equal(error, null, JSON.stringify(error));
      assert.equal(response.body.records.length, 1);
    }
  }
});

test('secrets of Camunda\'s own (8.10) are resolved wherever the form takes them', async () => {
  const camunda = {
    secrets: { ...secrets, SALESFORCE_TOKEN: await logIn() },
    vars: { SALESFORCE_CONNECTOR_URL: secrets.SALESFORCE_CONNECTOR_URL },
  };
  for (const way of [
    { authentication: 'bearer', 'authentication.token': '=camunda.secrets.SALESFORCE_TOKEN' },
    {
      authentication: 'oauth', 'authentication.clientId': '=camunda.secrets.SALESFORCE_CLIENT_ID',
      'authentication.clientSecret': '=camunda.secrets.SALESFORCE_CLIENT_SECRET',
    },
  ]) {
    const values = { soqlQuery: 'SELECT Id FROM Account LIMIT 1', ...connection['8.10'], ...way };
    const task = await apply('query', values);
    const { error, response } = await runJob(task, {}, { local: mapInputsWithSecrets(task.inputs, {}, camunda) });
    assert.equal(error, null, JSON.stringify(error));
    assert.equal(response.body.records.length, 1);
    assert.deepEqual(await lint(await applyToDiagram(elementTemplate, { operation: 'query', ...values }, '8.10.0'), '8.10'), []);
  }
});

test('a query\'s values go in as parameters, whatever they are', async () => {
  const name = 'O\'Neill\' OR Name != \'';
  const { id } = await salesforce('POST', 'sobjects/Account', { Name: name, NumberOfEmployees: 7 });
  const task = await apply('query', {
    soqlQuery: 'SELECT Id FROM Account WHERE Name IN :names AND Name LIKE :like AND NumberOfEmployees = :count AND CreatedDate > :since',
    soqlParameters: '={names: [customer.name, "nobody"], like: {startsWith: customer.name}, count: 3 + 4, '
      + 'since: {dateTime: string(date and time("2020-11-24T10:00:00+01:00"))}}',
  });
  const { result, calls } = await requestsDuring(() => runJob(task, { customer: { name } }, { secrets }));

  assert.equal(result.error, null, JSON.stringify(result));
  assert.deepEqual(result.response.body.records.map(record => record.Id), [id]);
  const literal = 'O\\\'Neill\\\' OR Name != \\\'';
  assert.equal(
    calls[0].query.q,
    `SELECT Id FROM Account WHERE Name IN ('${literal}','nobody') AND Name LIKE '${literal}%' AND NumberOfEmployees = 7 AND CreatedDate > 2020-11-24T09:00:00Z`);
});

test('a parameter that is missing is a BPMN error', async () => {
  const task = await apply('query', { soqlQuery: 'SELECT Id FROM Account WHERE Name = :name', soqlParameters: '={nam: "x"}' });
  const { error } = await runJob(task, {}, { secrets });
  assert.equal(error.errorType, 'bpmnError');
  assert.equal(error.code, 'MISSING_MEMBER');
  assert.deepEqual(error.variables.salesforceProblem.errors.map(one => one.fields), [['soqlParameters.name'], ['soqlParameters.nam']]);
});

test('a record can be named by an external id', async () => {
  const path = '/services/data/v67.0/sobjects/Account/External_Id__c/0815%2Fa';
  const byExternalId = { objectType: 'Account', recordBy: 'externalId', 'externalIdField.record': 'External_Id__c', 'externalId.record': '0815/a' };
  await salesforce('POST', 'sobjects/Account', { Name: 'Named', External_Id__c: '0815/a' });
  const forms = { getRecord: {}, updateRecord: { fields: '={BillingCity: "Enns"}' }, deleteRecord: {} };
  for (const [operation, values] of Object.entries(forms)) {
    const task = await apply(operation, { ...byExternalId, ...values });
    const { result, calls } = await requestsDuring(() => runJob(task, {}, { secrets }));
    assert.equal(result.error, null, JSON.stringify(result.error));
    assert.deepEqual(calls.map(call => call.path), [path]);
  }
});

test('the options of a query: its whole result, bounded', async () => {
  const values = { soqlQuery: 'SELECT Id FROM Opportunity', fetchAll: true, maxRecords: 200, includeDeleted: true };
  const task = await apply('query', values);
  const { result: { response, error }, calls } = await requestsDuring(() => runJob(task, {}, { secrets }));
  assert.equal(error, null, JSON.stringify(error));
  assert.deepEqual(calls.map(call => call.path), ['/services/data/v67.0/queryAll']);
  assert.deepEqual([response.body.records.length, response.body.done], [200, false]);

  const whole = await runJob(await apply('query', { ...values, maxRecords: undefined }), {}, { secrets });
  assert.equal(whole.response.body.records.length, whole.response.body.totalSize);
});

test('the options of a write: duplicates, and an assignment rule', async () => {
  const values = { objectType: 'Lead', fields: '={LastName: "Boxer", Company: "C", Email: "bertha.boxer@example.net"}' };
  const refused = await runJob(await apply('createRecord', values), {}, { secrets });
  assert.equal(refused.error.code, 'DUPLICATES_DETECTED');
  assert.equal(refused.error.variables.salesforceProblem.matches.length, 1);

  const allowed = await runJob(await apply('createRecord', { ...values, 'duplicateRule.allowSave': '=true', assignmentRule: '=false' }), {}, { secrets });
  assert.equal(allowed.error, null, JSON.stringify(allowed.error));
});

test('a description that has not changed is a success without a body', async () => {
  const { response, variables } = await runJob(
    await apply('describe', { 'objectType.describe': 'Account', ifModifiedSince: '2026-11-24T10:00:00Z' }), {}, { secrets });
  assert.equal(response.status, 304);
  assert.deepEqual(variables, { salesforceResult: null });
});

test('what a record was refused for is in its result', async () => {
  const values = { 'objectType.records': 'Contact', records: '=[{LastName: "Levy"}, {}]', resultExpression: '={refused: body[success = false].errors[1].statusCode}' };
  const { variables } = await runJob(await apply('createRecords', values), {}, { secrets });
  assert.deepEqual(variables, { refused: ['REQUIRED_FIELD_MISSING'] });
});

test('a bulk write can wait for its result, and rows that Salesforce refuses can be a BPMN error', async () => {
  const values = { 'objectType.bulk': 'Account', bulkOperation: 'insert', rows: 'csv', csv: 'Name,NumberOfEmployees\nA,1\nB,-1' };
  const told = await runJob(await apply('bulkWrite', { ...values, waitSeconds: '=60' }), {}, { secrets });
  assert.deepEqual([told.error, told.response.status, told.response.body.failed], [null, 200, 1]);

  const failing = await apply('bulkWrite', { ...values, waitSeconds: '=60', rowsFailed: 'error' });
  const { error } = await runJob(failing, {}, { secrets });
  assert.deepEqual([error.errorType, error.code, error.message], ['bpmnError', 'ROWS_FAILED', '1 of 2 rows failed.']);
  assert.equal(error.variables.salesforceResult.errors[0].errorCode, 'FIELD_CUSTOM_VALIDATION_EXCEPTION');

  const whole = await apply('bulkWrite', { ...values, csv: 'Name\nA', waitSeconds: '=60', rowsFailed: 'error' });
  assert.equal((await runJob(whole, {}, { secrets })).error, null);
  const later = await runJob(await apply('bulkWrite', { ...values, rowsFailed: 'error' }), {}, { secrets });
  assert.deepEqual([later.error, later.response.status], [null, 202]);
  await finish(later.response);
});

test('the org and the version can be given', async () => {
  const task = await apply('query', { soqlQuery: 'SELECT Id FROM Account', baseUrl: 'https://other.my.salesforce.com', apiVersion: 'v66.0' });
  const { error } = await runJob(task, {}, { secrets });
  assert.equal(error.code, 'UNKNOWN_ORG');
});

test('a create whose outcome is unknown is a BPMN error, not a second create', async () => {
  const { ours, variables } = allForms().createRecord;
  const task = await apply('createRecord', ours);
  await admin('POST', 'faults', [{ method: 'POST', path: '/services/data/**', reset: true, afterExecution: true }]);
  const { error } = await runJob(task, variables, { secrets });
  assert.equal(error.errorType, 'bpmnError');
  assert.equal(error.code, 'OUTCOME_UNKNOWN');
  assert.equal(error.variables.salesforceProblem.outcomeUnknown, true);
});

test('a create by an external id is tried again, and creates one record', async () => {
  const values = { objectType: 'Account', fields: '={Name: "Once", External_Id__c: "once"}', externalIdField: 'External_Id__c' };
  const task = await apply('createRecord', values);
  await admin('POST', 'faults', [{ method: 'PATCH', path: '/services/data/**', reset: true, afterExecution: true }]);
  const { error } = await runJob(task, {}, { secrets });
  assert.equal(error.errorType, 'jobError');
  assert.equal(error.retries, 2);

  await admin('DELETE', 'faults');
  assert.equal((await runJob(task, {}, { secrets })).error, null);
  assert.equal((await salesforce('GET', 'query?q=SELECT+Id+FROM+Account+WHERE+Name=\'Once\'')).totalSize, 1);
});

test('a pause longer than a call may take is left to the job, whose timeout would pass in it', async () => {
  const { ours, variables } = allForms().createRecord;
  const task = await apply('createRecord', ours);
  await admin('POST', 'faults', [{ path: '/services/data/**', status: 403, errorCode: 'REQUEST_LIMIT_EXCEEDED', message: 'TotalRequests Limit exceeded.' }]);
  const pauses = [];
  const { error } = await runJob(task, variables, { secrets, pauses });
  assert.deepEqual(pauses, []);
  assert.deepEqual([error.errorType, error.retryBackoff], ['jobError', 'PT900S']);
});

test('no answer from the connector at all', async () => {
  const nowhere = { ...secrets, SALESFORCE_CONNECTOR_URL: 'http://127.0.0.1:9' };
  const create = await runJob(await apply('createRecord', allForms().createRecord.ours), allForms().createRecord.variables, { secrets: nowhere });
  assert.equal(create.error.code, 'OUTCOME_UNKNOWN');
  const query = await runJob(await apply('query', { soqlQuery: 'SELECT Id FROM Account' }), {}, { secrets: nowhere });
  assert.deepEqual({ type: query.error.errorType, retries: query.error.retries, pause: query.error.retryBackoff }, { type: 'jobError', retries: 2, pause: 'PT30S' });
});
