// Where the connector and the simulated org are that these tests run against.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

function required(name) {
  return process.env[name] ?? assert.fail(`${name} is not set: these tests are run by dotnet test`);
}

export const connectorUrl = required('CONNECTOR_URL');
export const connectorKey = required('CONNECTOR_KEY');
export const salesforceUrl = required('SALESFORCE_SIMULATOR_URL');

/** What a Camunda cluster would have as its secrets. */
export const secrets = {
  SALESFORCE_CONNECTOR_URL: connectorUrl,
  SALESFORCE_CONNECTOR_KEY: connectorKey,
  SALESFORCE_CLIENT_ID: 'local-client-id',
  SALESFORCE_CLIENT_SECRET: 'local-client-secret',
};

export const readJson = path => JSON.parse(readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8'));

export const elementTemplate = readJson('functions/Camunda/azure-salesforce-connector.json');

/** The operations as the form names them. */
export const operations = elementTemplate.properties.find(property => property.id === 'operation').choices.map(choice => choice.value);

/** The simulator's own door. */
export async function admin(method, door, body) {
  const response = await fetch(`${salesforceUrl}/__admin/${door}`, { method, body: body && JSON.stringify(body) });
  assert.ok(response.ok, await response.clone().text());
  return response.status === 204 ? undefined : response.json();
}

/** Runs something and tells what the org got meanwhile. */
export async function requestsDuring(run) {
  // The org remembers the last thousand only.
  await admin('DELETE', 'requests');
  const result = await run();
  const requests = await admin('GET', 'requests');
  return {
    result,
    logins: requests.filter(request => request.path === '/services/oauth2/token').length,
    calls: requests.filter(request => /^\/services\/(data|apexrest)\//.test(request.path)).map(({ method, path, query, body }) => ({
      method,
      path,
      query: Object.fromEntries(new URLSearchParams(query)),
      body: parsed(body),
    })),
  };
}

/** A body as JSON, or as the text that it is, such as CSV. */
function parsed(body) {
  return /^[[{]/.test(body) ? JSON.parse(body) : body;
}

/** A session of the org, without the connector. */
export async function logIn() {
  const response = await fetch(`${salesforceUrl}/services/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials', client_id: secrets.SALESFORCE_CLIENT_ID, client_secret: secrets.SALESFORCE_CLIENT_SECRET,
    }),
  });
  return (await response.json()).access_token;
}

/** Calls the org's REST API, without the connector. */
export async function salesforce(method, path, body) {
  const response = await fetch(`${salesforceUrl}/services/data/v67.0/${path}`, {
    method,
    headers: { Authorization: `Bearer ${await logIn()}`, 'Content-Type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  return text && JSON.parse(text);
}

/** Waits for the result of an operation that was accepted only; of any other, it is its reply. */
export async function finish({ status, headers, body }) {
  while (status === 202) {
    await wait(100);
    const response = await fetch(new URL(headers.Location, connectorUrl), { headers: { 'x-functions-key': connectorKey } });
    [status, body] = [response.status, await response.json()];
  }
  return { status, body };
}

/** Calls an operation of the connector. */
export async function connector(route, payload) {
  const response = await fetch(`${connectorUrl}/api/${route}`, {
    method: 'POST', headers: { 'x-functions-key': connectorKey }, body: JSON.stringify(payload),
  });
  assert.ok(response.ok, await response.clone().text());
  return response.json();
}
