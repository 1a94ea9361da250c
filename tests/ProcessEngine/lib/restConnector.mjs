// Camunda's REST connector (io.camunda:http-json:1), as far as its callers see it.
import http from 'node:http';
import https from 'node:https';
import { multipart } from './documents.mjs';

/** A reply of 400 or more, or none: what the error expression gets as `error`. */
export class ConnectorError extends Error {
  constructor(code, message, variables = {}) {
    super(message);
    this.code = code;
    this.variables = variables;
  }
}

/**
 * @param variables The task's variables and, where it has none of a name, the process's.
 * @param secrets What `{{secrets.X}}` and `secrets.X` stand for, everywhere.
 * @param pause Waits before the second attempt; tests need not.
 * @param documents The store of documents.
 * @returns What the result expression gets.
 */
export async function callRest(variables, secrets = {}, pause = async () => {}, documents = undefined) {
  const request = replaceSecrets(variables, secrets);
  const { url, headers } = await authenticate(request);
  for (const [name, value] of Object.entries(request.queryParameters ?? {})) {
    url.searchParams.append(name, value);
  }

  const method = request.method.toUpperCase();
  const isForm = request.headers?.['Content-Type'] === 'multipart/form-data';
  const form = isForm ? multipart(request.body, documents) : undefined;
  const body = request.body === undefined || request.body === null || method === 'GET' ? undefined
    : form?.body ?? (typeof request.body === 'string' ? request.body : JSON.stringify(request.body));
  const message = {
    method, body, timeout: 1000 * (request.readTimeoutInSeconds ?? 20),
    headers: { ...(body && { 'Content-Type': 'application/json' }), ...request.headers, ...headers, ...(isForm && { 'Content-Type': form.type }) },
  };

  let reply = await send(url, message);
  // Its HTTP client sends these two again by itself, whatever the method, unless the pause would be longer than its timeout.
  const seconds = Number(reply.headers['Retry-After'] ?? 1);
  if ((reply.status === 429 || reply.status === 503) && 1000 * seconds <= message.timeout) {
    await pause(seconds);
    reply = await send(url, message);
  }

  if (reply.status >= 400) {
    throw new ConnectorError(String(reply.status), reply.reason, { response: { headers: reply.headers, body: errorBody(reply.body) } });
  }
  const { bytes, ...result } = reply;
  return request.storeResponse === true
    ? { ...result, body: null, document: documents.create(bytes, { contentType: reply.headers['Content-Type'] }) }
    : result;
}

async function authenticate({ url: address, authentication = { type: 'noAuth' } }) {
  const url = new URL(address);
  switch (authentication.type) {
    case 'apiKey':
      if (authentication.apiKeyLocation === 'query') {
        url.searchParams.append(authentication.name, authentication.value);
        return { url, headers: {} };
      }
      return { url, headers: { [authentication.name]: authentication.value } };
    case 'bearer':
      return { url, headers: { Authorization: `Bearer ${authentication.token}` } };
    case 'oauth-client-credentials-flow': {
      // A token for every call: nothing is kept.
      const form = new URLSearchParams({
        grant_type: 'client_credentials', client_id: authentication.clientId, client_secret: authentication.clientSecret,
      });
      const token = await send(new URL(authentication.oauthTokenEndpoint), {
        method: 'POST', body: form.toString(), headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      });
      if (token.status >= 400) {
        throw new ConnectorError(String(token.status), token.reason, { response: { headers: token.headers, body: errorBody(token.body) } });
      }
      return { url, headers: { Authorization: `Bearer ${token.body.access_token}` } };
    }
    default:
      return { url, headers: {} };
  }
}

function send(url, { method, headers, body, timeout }) {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? https : http).request(url, { method, headers, timeout }, response => {
      const chunks = [];
      response.on('data', chunk => chunks.push(chunk));
      response.on('error', fail);
      response.on('end', () => resolve({
        status: response.statusCode,
        reason: response.statusMessage,
        headers: collect(response.rawHeaders),
        body: parse(Buffer.concat(chunks).toString('utf8')),
        bytes: Buffer.concat(chunks),
      }));
    });
    // A timeout, a refusal and a reset look the same.
    const fail = error => reject(new ConnectorError('408', `An error occurred while executing the request: ${error.message}`));
    request.on('timeout', () => request.destroy(new Error('read timeout')));
    request.on('error', fail);
    request.end(body);
  });
}

// The server's own spelling; repeated ones become a list.
function collect(rawHeaders) {
  const headers = {};
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i];
    headers[name] = name in headers ? [headers[name], rawHeaders[i + 1]].flat() : rawHeaders[i + 1];
  }
  return headers;
}

// JSON objects and arrays are parsed, whatever the type; anything else stays text, and nothing is null.
function parse(text) {
  if (text === '') {
    return null;
  }
  try {
    const value = JSON.parse(text);
    return value !== null && typeof value === 'object' ? value : text;
  } catch {
    return text;
  }
}

// Of an error only an object is kept, or the only one of an array.
function errorBody(body) {
  const value = Array.isArray(body) && body.length === 1 ? body[0] : body;
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : null;
}

function replaceSecrets(variables, secrets) {
  const text = JSON.stringify(variables).replace(
    /\{\{\s*secrets\.([A-Za-z0-9_./-]+)\s*\}\}|\bsecrets\.([A-Za-z0-9_./-]+)/g,
    (whole, braced, bare) => {
      const value = secrets[braced ?? bare];
      if (value === undefined) {
        throw new Error(`There is no secret ${braced ?? bare}.`);
      }
      return JSON.stringify(value).slice(1, -1);
    });
  return JSON.parse(text);
}
