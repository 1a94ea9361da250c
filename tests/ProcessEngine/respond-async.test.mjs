// A caller that polls: 202 and Location, then Retry-After seconds again and again, as Logic Apps does by itself.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { call, described, getResult, payloads } from './lib/openapi.mjs';

async function poll(accepted) {
  let reply = accepted;
  while (reply.status === 202) {
    described(reply);
    await wait(1000 * Number(reply.headers.get('retry-after')));
    reply = await getResult(reply.headers.get('location') ?? accepted.headers.get('location'));
  }
  return reply;
}

// All at once, as most of the time is waiting.
describe('done later, with the same reply', { concurrency: true }, () => {
  for (const [operation, payload] of Object.entries(payloads)) {
    test(operation, async () => {
      const accepted = await call(operation, await payload(), { Prefer: 'respond-async, return=representation' });
      assert.equal(accepted.status, 202, JSON.stringify(accepted.body));
      const reply = await poll(accepted);
      assert.ok(reply.status === 200 || reply.status === 201, JSON.stringify(reply.body));
      described(reply);
    });
  }
});

test('the same key twice is done once, and a refusal is told at the end', async () => {
  const headers = { Prefer: 'respond-async', 'Idempotency-Key': crypto.randomUUID() };
  const first = await poll(await call('CreateRecord', await payloads.CreateRecord(), headers));
  const second = await poll(await call('CreateRecord', await payloads.CreateRecord(), headers));
  assert.equal(second.body.id, first.body.id);

  const refused = await poll(await call('CreateRecord', { objectType: 'Account', fields: {} }, { Prefer: 'respond-async' }));
  assert.equal(refused.body.errorCode, 'REQUIRED_FIELD_MISSING');
  described(refused);
  described(await getResult('/api/results/nothing'));
});
