// Runs salesforce-pubsub-api-client, a client of the Pub/Sub API that knows nothing of this project, against the simulator.
// Its avro-js needs underscore, which it does not name. Its undici needs Node 22, so an older one is in its place; the client
// calls it only for logins of its own.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import PubSubApiClient from 'salesforce-pubsub-api-client';

const { SALESFORCE_SIMULATOR_URL: url, SALESFORCE_PUBSUB_ENDPOINT: endpoint } = process.env;
if (!url || !endpoint) {
  throw new Error('SALESFORCE_SIMULATOR_URL and SALESFORCE_PUBSUB_ENDPOINT must be set');
}

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const accounts = '/data/AccountChangeEvent';
let token;

async function call(method, path, body) {
  const response = await fetch(`${url}/services/data/v67.0/${path}`, {
    method,
    headers: { Authorization: `Bearer ${token.access_token}`, 'Content-Type': 'application/json', 'Sforce-Call-Options': 'client=node' },
    body: body && JSON.stringify(body),
  });
  assert.ok(response.ok, `${response.status}`);
  return response.status === 204 ? undefined : response.json();
}

/** Subscribes with a client of its own, and waits for that many events: a client has one stream for each topic. */
async function receive(subscribe, count) {
  const client = new PubSubApiClient({
    authType: 'user-supplied',
    accessToken: token.access_token,
    instanceUrl: token.instance_url,
    organizationId: token.id.split('/').at(-2),
    pubSubEndpoint: endpoint,
    rejectUnauthorizedSsl: false,
  }, quiet);
  await client.connect();
  return new Promise((resolve, reject) => {
    const events = [];
    subscribe(client, (subscription, kind, data) => {
      if (kind === 'event') {
        events.push(data);
        if (events.length === count) {
          resolve(events);
        }
      } else if (kind === 'error') {
        reject(data);
      }
    });
  });
}

before(async () => {
  const response = await fetch(`${url}/services/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'client_credentials', client_id: 'local-client-id', client_secret: 'local-client-secret' }),
  });
  token = await response.json();
});

test('it decodes change events, their bitmaps and compound fields', async () => {
  const { id } = await call('POST', 'sobjects/Account', { Name: 'Acme', Phone: '1', BillingCity: 'Berlin', AnnualRevenue: 10.5 });
  await call('PATCH', `sobjects/Account/${id}`, { Phone: null, Industry: 'Energy', BillingCity: 'Bonn' });
  await call('DELETE', `sobjects/Account/${id}`);

  const [created, updated, deleted] = await receive((client, callback) => client.subscribeFromEarliestEvent(accounts, callback, 3), 3);

  assert.equal(created.payload.ChangeEventHeader.changeType, 'CREATE');
  assert.deepEqual(created.payload.ChangeEventHeader.recordIds, [id]);
  assert.equal(created.payload.Name, 'Acme');
  assert.equal(created.payload.AnnualRevenue, 10.5);
  assert.equal(created.payload.BillingAddress.City, 'Berlin');

  const { changeOrigin, changedFields, nulledFields } = updated.payload.ChangeEventHeader;
  assert.equal(changeOrigin, 'com/salesforce/api/rest/67.0;client=node');
  assert.deepEqual(changedFields.toSorted(), ['BillingAddress.City', 'Industry', 'LastModifiedDate', 'Phone']);
  assert.deepEqual(nulledFields, ['Phone']);
  assert.equal(updated.payload.Name, null);
  assert.equal(updated.payload.Industry, 'Energy');
  assert.equal(deleted.payload.ChangeEventHeader.changeType, 'DELETE');
});

test('it goes on after a replay id', async () => {
  const all = await receive((client, callback) => client.subscribeFromEarliestEvent(accounts, callback, 3), 3);
  const rest = await receive((client, callback) => client.subscribeFromReplayId(accounts, callback, 2, all[0].replayId), 2);

  assert.deepEqual(rest.map((event) => event.id), all.slice(1).map((event) => event.id));
});

test('it receives what is published while it listens', async () => {
  const received = receive((client, callback) => client.subscribeFromEarliestEvent('/event/Orders__chn', callback), 2);
  await call('POST', 'sobjects/Order__e', { Order_Number__c: 'A-1', Amount__c: 3 });
  await call('POST', 'sobjects/Shipment__e', { Carrier__c: 'DHL' });

  const [order, shipment] = await received;
  assert.equal(order.payload.Order_Number__c, 'A-1');
  assert.equal(shipment.payload.Carrier__c, 'DHL');
});

test('it is told of a topic that does not exist', async () => {
  await assert.rejects(
    receive((client, callback) => client.subscribe('/data/NothingChangeEvent', callback, 1), 1),
    (error) => error.code === 5 && error.metadata.get('error-code')[0] === 'sfdc.platform.eventbus.grpc.topic.not.found');
});
