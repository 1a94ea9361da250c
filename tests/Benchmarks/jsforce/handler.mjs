// What one would write instead of the connector: an HTTP server that takes the same payload and calls Salesforce with
// jsforce. It logs in once by client credentials and shares the connection; the org's address is its one argument.
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import jsforce from 'jsforce';

const [instanceUrl] = process.argv.slice(2);
const credentials = { loginUrl: instanceUrl, clientId: process.env.CLIENT_ID, clientSecret: process.env.CLIENT_SECRET };

const connection = new jsforce.Connection({ instanceUrl, version: '67.0', oauth2: credentials });
await connection.authorize({ grant_type: 'client_credentials' });

// Without this header jsforce makes a new connection for every call.
const headers = { Connection: 'keep-alive' };

const operations = {
  '/api/records/get': async ({ objectType, objectId, queryParameters }) =>
    [200, await connection.sobject(objectType).retrieve(objectId, { fields: queryParameters.fields.split(','), headers })],
  '/api/records/create': async ({ objectType, fields }) =>
    [201, await connection.sobject(objectType).create(fields, { headers })],
};

const server = createServer(async (request, response) => {
  let status, reply;
  try {
    const operation = operations[request.url];
    [status, reply] = operation ? await operation(JSON.parse(await text(request))) : [404, { errorCode: 'NOT_FOUND' }];
  } catch (error) {
    [status, reply] = [502, { errorCode: error.errorCode ?? error.name, detail: error.message }];
  }
  response.writeHead(status, { 'Content-Type': 'application/json;charset=UTF-8' }).end(JSON.stringify(reply));
});

server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/`));

// Like the other peers: each line is answered, and the end of the input is the end.
createInterface({ input: process.stdin })
  .on('line', () => console.log(JSON.stringify({ heapBytes: process.memoryUsage().heapUsed })))
  .on('close', () => process.exit());
