// The OpenAPI documents, by a linter and by a validator of what the connector really answers.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { admin, connectorUrl, readJson } from './lib/environment.mjs';
import { accepts, call, described, document, payloads, upload } from './lib/openapi.mjs';

const require = createRequire(import.meta.url);
const ruleset = fileURLToPath(new URL('lib/spectral.json', import.meta.url));
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

  test(`neither has Spectral, of ${name}`, async () => {
    const run = promisify(execFile);
    const { stdout } = await run(
      process.execPath,
      [require.resolve('@stoplight/spectral-cli/dist/index.js'), 'lint', '--format=json', '--quiet', `--ruleset=${ruleset}`, name],
      { cwd: fileURLToPath(new URL('../../functions/OpenApi', import.meta.url)) }).catch(failure => failure);
    assert.deepEqual(JSON.parse(stdout), []);
  });

  test(`${name} is served without a key`, async () => {
    const response = await fetch(`${connectorUrl}/api/${name}`);
    assert.deepEqual(await response.json(), readJson(`functions/OpenApi/${name}`));
  });
}

describe('what is answered is described', () => {
  before(() => admin('DELETE', 'faults'));

  test('every operation has its payload here', () => {
    const posts = Object.values(document.paths).flatMap(({ post }) => post?.operationId ?? []);
    assert.deepEqual(Object.keys(payloads).sort(), posts.sort());
  });

  for (const [operation, payload] of Object.entries(payloads)) {
    test(operation, async () => {
      const example = await payload();
      assert.ok(accepts(operation, example));
      const success = await call(operation, example, operation === 'UpdateRecord' ? { Prefer: 'return=representation' } : {});
      assert.ok(success.status < 300, JSON.stringify(success.body));
      described(success);

      const refused = { ...example, nonsense: true };
      assert.ok(!accepts(operation, refused));
      const problem = await call(operation, refused);
      assert.equal(problem.status, 400);
      described(problem);
    });
  }

  test('a file is taken as each body that the document has for it', async () => {
    const { parameters, requestBody } = document.paths['/files/upload'].post;
    assert.deepEqual(Object.keys(requestBody.content), ['application/json', 'multipart/form-data', 'application/octet-stream']);
    const members = { fileName: 'a.bin', title: 'A', apiVersion: 'v67.0' };
    assert.ok(Object.keys(members).every(name => parameters.some(parameter => parameter.in === 'query' && parameter.name === name)));

    const form = (fields = {}) => {
      const data = new FormData();
      Object.entries(fields).forEach(([name, value]) => data.set(name, value));
      data.set('file', new Blob(['Hello']), 'a.bin');
      return data;
    };
    for (const reply of [
      await upload(members, Buffer.from('Hello'), { 'Content-Type': 'application/octet-stream' }),
      await upload(members, form()),
      await upload({}, form({ title: 'A' })),
      await upload({}, form({ payload: JSON.stringify({ title: 'A' }) })),
    ]) {
      assert.equal(reply.status, 201, JSON.stringify(reply.body));
      described(reply);
    }
    described(await upload({ title: 'A' }, form({ title: 'B' })));
  });

  test('bind parameters: the document takes what the connector takes', async () => {
    const forms = [
      'O\'Neill', 5, 1.5e-7, true, null, { date: '2026-11-24' }, { dateTime: '2026-11-24T10:00:00.5+01:00' }, { dateTime: '2026-11-24T10:00:00Z' },
      { dateTime: '2026-11-24T10:00:00.123456+01:00[Europe/Berlin]' }, { dateTime: '2026-11-24T10:00Z' }, { time: '10:00:00.000Z' }, { time: '10:00' },
      { currency: 'USD', amount: 5000 }, { escapeLike: '%' }, { startsWith: '' }, { endsWith: 'x' }, { contains: 'x' }, ['a'], ['a', 5, null, { date: '2026-11-24' }, { contains: 'x' }],
    ];
    const others = [
      [], [['a']], {}, { Date: '2026-11-24' }, { date: '24.11.2026' }, { date: 20261124 }, { date: '2026-11-24', dateTime: '2026-11-24T10:00:00Z' },
      { dateTime: '2026-11-24T10:00:00' }, { dateTime: '2026-11-24T10:00:00.1234567890Z' }, { time: '10:00:00+01:00' }, { time: 10 },
      { currency: 'usd', amount: 5000 }, { currency: 'USD', amount: '5000' }, { currency: 'USD' }, { contains: null }, { name: 'x' }, [{}],
    ];
    for (const [values, taken] of [[forms, true], [others, false]]) {
      for (const value of values) {
        // Whatever the value, the field is another: what Salesforce says of it tells that it was asked.
        const payload = { soqlQuery: 'SELECT Id FROM Account WHERE Nonsense__c = :x', soqlParameters: { x: value } };
        const { status, body } = await call('Query', payload);
        assert.equal(status, 400);
        assert.equal(body.errorCode === 'INVALID_MEMBER', !taken, JSON.stringify({ value, body }));
        assert.equal(accepts('Query', payload), taken, JSON.stringify(value));
      }
    }
  });

  test('by external ids, unchanged, a problem with errors of Salesforce and one that passes', async () => {
    const upsert = { objectType: 'Account', externalIdField: 'External_Id__c', fields: { External_Id__c: 'openapi', Name: 'A' } };
    for (const status of [201, 200]) {
      const reply = await call('CreateRecord', upsert);
      assert.equal(reply.status, status);
      described(reply);
    }

    const known = { objectType: 'Account', externalIdField: 'External_Id__c', externalId: 'openapi' };
    for (const [operation, payload, status] of [
      ['GetRecord', { ...known, ifModifiedSince: '2100-01-01T00:00:00Z' }, 304],
      ['GetRecord', { ...known, externalIdField: 'Legacy_Code__c', externalId: 'SHARED' }, 409],
      ['UpsertRecord', { ...known, fields: { Name: 'B' } }, 200],
      ['UpdateRecord', { ...known, fields: { Name: 'C' } }, 200],
      ['DeleteRecord', known, 204],
      ['Describe', { ifModifiedSince: 'Fri, 01 Jan 2100 00:00:00 GMT' }, 304],
      ['Describe', {}, 200],
      ['Query', { soqlQuery: 'SELECT Id FROM Case', fetchAll: true, maxRecords: 200 }, 200],
    ]) {
      assert.ok(accepts(operation, payload), operation);
      const reply = await call(operation, payload);
      assert.equal(reply.status, status, operation);
      described(reply);
    }

    described(await call('CreateRecord', { objectType: 'Account', fields: {} }));
    await admin('POST', 'faults', [{ path: '/services/data/*', status: 503, errorCode: 'SERVER_UNAVAILABLE', times: 10 }]);
    const passing = await call('Query', await payloads.Query());
    await admin('DELETE', 'faults');
    assert.equal(passing.status, 503);
    described(passing);
  });
});
