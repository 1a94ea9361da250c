// What somebody writes against the types that openapi-typescript makes of openapi.json; compiled and run by clients.test.mjs.
import createClient from 'openapi-fetch';
import type { paths } from '../obj/openapi';

// Without respond-async there is no 202.
function done<T>(data: T): Exclude<NonNullable<T>, { correlationId: string }> {
  if (!data || (data as { correlationId?: string }).correlationId) {
    throw new Error(JSON.stringify(data));
  }
  return data as Exclude<NonNullable<T>, { correlationId: string }>;
}

export async function use(baseUrl: string, key: string): Promise<string[]> {
  const client = createClient<paths>({ baseUrl, headers: { 'x-functions-key': key } });
  const steps: string[] = [];

  const created = await client.POST('/records/create', {
    params: { header: { 'Idempotency-Key': crypto.randomUUID() } }, body: { objectType: 'Account', fields: { Name: 'TypeScript' } },
  });
  const { id, success } = done(created.data);
  steps.push(`created ${created.response.status} ${success}`);

  const updated = await client.POST('/records/update', {
    params: { header: { Prefer: 'return=representation' } }, body: { objectType: 'Account', objectId: id, fields: { BillingCity: 'Wien' } },
  });
  steps.push(`updated ${done(updated.data).id === id}`);

  const found = await client.POST('/query', {
    body: { soqlQuery: 'SELECT Id FROM Account WHERE Name IN :names', soqlParameters: { names: ['TypeScript'] }, fetchAll: true, maxRecords: null },
  });
  steps.push(`found ${done(found.data).totalSize}`);

  const got = await client.POST('/records/get', { body: { objectType: 'Account', objectId: id, queryParameters: { fields: ['Name'] } } });
  steps.push(`got ${done(got.data)['Name']}`);

  const deleted = await client.POST('/records/delete', { params: { header: { Prefer: 'return=representation' } }, body: { objectType: 'Account', objectId: id } });
  steps.push(`deleted ${done(deleted.data).success}`);

  const refused = await client.POST('/records/create', { body: { objectType: 'Account', fields: {}, assignmentRule: false } });
  steps.push(`refused ${refused.error!.errorCode} ${refused.error!.retryable}`);
  return steps;
}
