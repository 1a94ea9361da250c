// The OpenAPI documents, by a linter and by a validator of what the connector really answers.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import Ajv from 'ajv/dist/2020.js';
import { admin, connectorKey, connectorUrl, readJson, salesforce } from './lib/environment.mjs';

const require = createRequire(import.meta.url);
const document = readJson('functions/OpenApi/openapi.json');
const ajv = new Ajv({ strict: false, validateFormats: false });
ajv.addSchema(document, 'openapi');

const conforms = (body, ref) => {
  const valid = ajv.validate({ $ref: `openapi#${ref}` }, body);
  assert.ok(valid, `${JSON.stringify(body)}: ${ajv.errorsText()}`);
};

async function call(operation, payload, headers = {}) {
  const [path, methods] = Object.entries(document.paths).find(([, { post }]) => post?.operationId === operation);
  const response = await fetch(`${connectorUrl}${document.servers[0].url}${path}`, {
    method: 'POST', headers: { 'x-functions-key': connectorKey, ...headers }, body: JSON.stringify(payload),
  });
  const reply = resolve(methods.post.responses[response.status] ?? methods.post.responses.default);
  const text = await response.text();
  return { status: response.status, reply, type: response.headers.get('content-type')?.split(';')[0], body: text && JSON.parse(text) };
}

const resolve = node => node.$ref ? node.$ref.split('/').slice(1).reduce((at, name) => at[name], document) : node;

/** That there is such a reply in the document, with this body. */
function described({ status, reply, type, body }) {
  if (status === 204) {
    assert.equal(reply.content, undefined);
  } else {
    assert.ok(type in reply.content, `${status} ${type}`);
    conforms(body, reply.content[type].schema.$ref.slice(1));
  }
}

for (const name of ['openapi.json', 'openapi-v2.json']) {
  test(`the linter has nothing to say of ${name}`, async () => {
    const run = promisify(execFile);
    const { stdout } = await run(
      process.execPath,
      [require.resolve('@redocly/cli/bin/cli.js'), 'lint', '--extends=recommended-strict', '--format=json', name],
      {
        cwd: fileURLToPath(new URL('../../functions/OpenApi', import.meta.url)),
        env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
      }).catch(failure => failure);
    const { totals, problems } = JSON.parse(stdout);
    assert.deepEqual({ ...totals, problems }, { errors: 0, warnings: 0, ignored: 0, problems: [] });
  });

  test(`${name} is served without a key`, async () => {
    const response = await fetch(`${connectorUrl}/api/${name}`);
    assert.deepEqual(await response.json(), readJson(`functions/OpenApi/${name}`));
  });
}

describe('what is answered is described', () => {
  let record;
  const payloads = {
    Query: () => ({ soqlQuery: 'SELECT Id, Name FROM Account LIMIT 2' }),
    CreateRecord: () => ({ objectType: 'Account', fields: { Name: 'OpenAPI' } }),
    GetRecord: () => ({ objectType: 'Account', objectId: record, queryParameters: { fields: ['Name'] } }),
    UpdateRecord: () => ({ objectType: 'Account', objectId: record, fields: { BillingCity: 'Wien' } }),
    DeleteRecord: () => ({ objectType: 'Account', objectId: record }),
  };

  before(async () => {
    await admin('DELETE', 'faults');
    record = (await salesforce('POST', 'sobjects/Account', { Name: 'OpenAPI' })).id;
  });

  test('every operation has its payload here', () => {
    const posts = Object.values(document.paths).flatMap(({ post }) => post?.operationId ?? []);
    assert.deepEqual(Object.keys(payloads).sort(), posts.sort());
  });

  for (const [operation, payload] of Object.entries(payloads)) {
    test(operation, async () => {
      conforms(payload(), `/components/schemas/${operation}Payload`);
      const prefer = operation === 'UpdateRecord' ? { Prefer: 'return=representation' } : {};
      const success = await call(operation, payload(), prefer);
      assert.ok(success.status < 300, JSON.stringify(success.body));
      described(success);

      const refused = { ...payload(), nonsense: true };
      assert.equal(ajv.validate({ $ref: `openapi#/components/schemas/${operation}Payload` }, refused), false);
      const problem = await call(operation, refused);
      assert.equal(problem.status, 400);
      described(problem);
    });
  }

  test('an upsert, a problem with errors of Salesforce and one that passes', async () => {
    const upsert = { objectType: 'Account', externalIdField: 'External_Id__c', fields: { External_Id__c: 'openapi', Name: 'A' } };
    for (const status of [201, 200]) {
      const reply = await call('CreateRecord', upsert);
      assert.equal(reply.status, status);
      described(reply);
    }

    described(await call('CreateRecord', { objectType: 'Account', fields: {} }));
    await admin('POST', 'faults', [{ path: '/services/data/*', status: 503, errorCode: 'SERVER_UNAVAILABLE', times: 10 }]);
    const passing = await call('Query', payloads.Query());
    await admin('DELETE', 'faults');
    assert.equal(passing.status, 503);
    described(passing);
  });
});
