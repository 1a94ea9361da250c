// What somebody writes against the client that openapi-typescript-codegen makes of openapi-v2.json; compiled and run by clients.test.mjs.
import {
  type Accepted, ApiError, CollectionsService, OpenAPI, type Problem, QueriesService, RecordsService,
} from '../obj/openapi-v2';

// Without respond-async there is no 202, and problems are thrown.
const done = <T>(reply: T) => reply as Exclude<T, Accepted | Problem>;

export async function use(baseUrl: string, key: string): Promise<string[]> {
  OpenAPI.BASE = baseUrl;
  OpenAPI.HEADERS = { 'x-functions-key': key };
  const steps: string[] = [];

  const created = done(await RecordsService.createRecord({ objectType: 'Account', fields: { Name: 'TypeScript 2' } }, undefined, crypto.randomUUID()));
  steps.push(`created ${created.success}`);

  const updated = done(await RecordsService.updateRecord(
    { objectType: 'Account', objectId: created.id, fields: { BillingCity: 'Wien' }, assignmentRule: false }, 'return=representation'));
  steps.push(`updated ${updated.id === created.id}`);

  const found = done(await QueriesService.query(
    { soqlQuery: 'SELECT Id FROM Account WHERE Name = :name', soqlParameters: { name: 'TypeScript 2' }, pageSize: null }));
  steps.push(`found ${found.totalSize}`);

  const many = done(await CollectionsService.getRecords({ objectType: 'Account', objectIds: [created.id], fields: ['Name'] }));
  steps.push(`got ${many[0].Name}`);

  const deleted = done(await RecordsService.deleteRecord({ objectType: 'Account', objectId: created.id }, 'return=representation'));
  steps.push(`deleted ${deleted.success}`);

  try {
    await RecordsService.createRecord({ objectType: 'Account', fields: {} });
  } catch (error) {
    steps.push(`refused ${(error as ApiError).status} ${(error as ApiError).body.errorCode}`);
  }
  return steps;
}
