// The example process with a document of Camunda's, in a real engine.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { beforeEach, test } from 'node:test';
import { admin, elementTemplate, requestsDuring, salesforce, secrets } from './lib/environment.mjs';
import { DocumentStore } from './lib/documents.mjs';
import { runProcess } from './lib/engine.mjs';
import { lint } from './lib/lint.mjs';

const example = readFileSync(new URL('../../functions/Camunda/account-contract.bpmn', import.meta.url), 'utf8');
const bytes = Buffer.from([...Array(100_000).keys()].map(i => i % 251));

let accountId;

beforeEach(async () => {
  await admin('DELETE', 'faults');
  accountId = (await salesforce('POST', 'sobjects/Account', { Name: 'Contract' })).id;
});

async function run(bytes, fileName, { asList = true } = {}) {
  const documents = new DocumentStore();
  const contract = documents.create(bytes, { contentType: 'application/pdf', fileName });
  const variables = { contract: asList ? [contract] : contract, accountId };
  const { result, calls } = await requestsDuring(() => runProcess(example, variables, { secrets, documents }));
  return { ...result, calls, variables, documents };
}

const versions = async () => (await salesforce(
  'GET', `query?q=${encodeURIComponent(`SELECT PathOnClient, ContentSize FROM ContentVersion WHERE FirstPublishLocationId = '${accountId}'`)}`)).records;

test('Camunda takes the example, whose errors are those of the template', async () => {
  assert.deepEqual(await lint(example, '8.8'), []);
  const unescaped = example.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(code));
  for (const id of ['errorExpression.create.uploadFile', 'errorExpression']) {
    assert.ok(unescaped.includes(elementTemplate.properties.find(property => property.id === id).value), id);
  }
});

// A file picker gives a list.
for (const asList of [true, false]) {
  test(`a document is attached to an account, and what is there is a document: ${asList ? 'of a list' : 'alone'}`, async () => {
    const { started, variables, documents } = await run(bytes, 'contract.pdf', { asList });

    assert.deepEqual(started, ['start', 'attach', 'fetch', 'stored']);
    const [{ PathOnClient, ContentSize }, ...others] = await versions();
    assert.deepEqual([PathOnClient, ContentSize, others], ['contract.pdf', bytes.length, []]);
    assert.equal(variables.copy.metadata.contentType, 'application/pdf');
    assert.deepEqual(documents.read(variables.copy), bytes);
    // The bytes are in no variable.
    assert.ok(JSON.stringify(variables).length < 2_000);
  });
}

test('a pause at Salesforce: the engine tries again, and one file is created', async () => {
  await admin('POST', 'faults', [{ method: 'POST', path: '/services/data/*', status: 503, errorCode: 'SERVER_UNAVAILABLE', times: 2 }]);
  const { attempts } = await run(bytes, 'contract.pdf');

  assert.equal(attempts.attach, 2);
  assert.equal((await versions()).length, 1);
});
