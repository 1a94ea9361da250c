// The connector by its OpenAPI document alone, as a generated client sees it.
import assert from 'node:assert/strict';
import Ajv from 'ajv/dist/2020.js';
import { admin, connector, connectorKey, connectorUrl, readJson, salesforce } from './environment.mjs';
import { exampleOf } from './example-form.mjs';

export const document = readJson('functions/OpenApi/openapi.json');

const ajv = new Ajv({ strict: false, validateFormats: false });
ajv.addSchema(document, 'openapi');

const account = async () => ({ objectType: 'Account', objectId: (await salesforce('POST', 'sobjects/Account', { Name: 'OpenAPI' })).id });

const examples = Object.fromEntries(Object.values(document.paths).flatMap(({ post }) => post ? [[post.operationId, async () => exampleOf(post.operationId)]] : []));

/** A payload that each operation takes: the document's example, or one that asks for more. */
export const payloads = {
  ...examples,
  Query: async () => ({ soqlQuery: 'SELECT Id, Name FROM Account WHERE Name LIKE :name LIMIT 2', soqlParameters: { name: { contains: 'e' } } }),
  CreateRecord: async () => ({ objectType: 'Account', fields: { Name: 'OpenAPI' } }),
  GetRecord: async () => ({ ...await account(), queryParameters: { fields: ['Name'] } }),
  UpdateRecord: async () => ({ ...await account(), fields: { BillingCity: 'Wien' } }),
  DeleteRecord: account,
  UpsertRecord: async () => ({ objectType: 'Account', externalIdField: 'External_Id__c', externalId: '4711', fields: { Name: 'OpenAPI' }, assignmentRule: false }),
  QueryPage: async () => {
    await admin('POST', 'fill', { objectType: 'Case', count: 200 });
    // A cursor belongs to the session that opened it: the connector's.
    const { nextRecordsUrl } = await connector('query', { soqlQuery: 'SELECT Id FROM Case', pageSize: 200 });
    return { nextRecordsUrl };
  },
  Search: async () => ({ soslSearch: 'FIND :text IN NAME FIELDS RETURNING Account(Id, Name)', soslParameters: { text: 'Burlington' } }),
  CreateRecords: async () => ({ objectType: 'Contact', records: [{ LastName: 'OpenAPI' }, {}], duplicateRule: { allowSave: true } }),
  GetRecords: async () => ({ objectType: 'Account', objectIds: [(await account()).objectId, '001000000000000AAA'], fields: ['Name'] }),
  UpdateRecords: async () => ({ records: [{ attributes: { type: 'Account' }, id: (await account()).objectId, BillingCity: 'Wien' }], allOrNone: true }),
  UpsertRecords: async () => ({ objectType: 'Account', externalIdField: 'External_Id__c', records: [{ External_Id__c: 'openapi/1', Name: 'OpenAPI' }] }),
  DeleteRecords: async () => ({ objectIds: [(await account()).objectId] }),
  Composite: async () => ({
    compositeRequest: [
      { method: 'GET', url: '/services/data/v67.0/limits', referenceId: 'limits' },
      { method: 'POST', url: '/services/data/v67.0/sobjects/Account', referenceId: 'refused', body: {} },
    ],
  }),
  BulkJob: async () => ({ jobId: (await salesforce('POST', 'jobs/ingest', { object: 'Account', operation: 'insert' })).id }),
  Describe: async () => ({ objectType: 'Account' }),
  Limits: async () => ({}),
};

/** Whether a payload is what the document wants. */
export const accepts = (operation, payload) => ajv.validate({ $ref: `openapi#/components/schemas/${operation}Payload` }, payload);

export async function call(operation, payload, headers = {}) {
  const [path, methods] = Object.entries(document.paths).find(([, { post }]) => post?.operationId === operation);
  return read(methods.post, await fetch(`${connectorUrl}${document.servers[0].url}${path}`, {
    method: 'POST', headers: { 'x-functions-key': connectorKey, ...headers }, body: JSON.stringify(payload),
  }));
}

/** Uploads a file by another body than JSON. */
export async function upload(query, body, headers = {}) {
  const path = '/files/upload';
  return read(document.paths[path].post, await fetch(`${connectorUrl}${document.servers[0].url}${path}?${new URLSearchParams(query)}`, {
    method: 'POST', headers: { 'x-functions-key': connectorKey, ...headers }, body,
  }));
}

export async function getResult(location) {
  return read(
    document.paths['/results/{correlationId}'].get,
    await fetch(new URL(location, connectorUrl), { headers: { 'x-functions-key': connectorKey } }));
}

/** That the document has such a reply, with these headers and this body. */
export function described({ status, headers, reply, type, body }) {
  assert.ok(reply, `${status} is not described`);
  for (const [name, header] of Object.entries(reply.headers ?? {})) {
    assert.ok(headers.has(name) || resolve(header).required === false, `${status} without ${name}`);
  }

  if (body === '') {
    assert.equal(reply.content, undefined);
  } else {
    assert.ok(type in (reply.content ?? {}), `${status} ${type}`);
    const { schema } = reply.content[type];
    assert.ok(ajv.validate(fromOutside(schema), body), `${JSON.stringify(body)}: ${ajv.errorsText()}`);
  }
}

async function read({ responses }, response) {
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    reply: resolve(responses[response.status] ?? responses.default),
    type: response.headers.get('content-type')?.split(';')[0],
    body: text && JSON.parse(text),
  };
}

/** The schema with references that lead into the document from outside it. */
const fromOutside = schema => JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"openapi#/'));

const resolve = node => node?.$ref ? node.$ref.split('/').slice(1).reduce((at, name) => at[name], document) : node;
