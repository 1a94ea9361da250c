// Runs jsforce, a Salesforce client that knows nothing of this project, against the simulator.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import jsforce from 'jsforce';

const url = process.env.SALESFORCE_SIMULATOR_URL;
if (!url) {
  throw new Error('SALESFORCE_SIMULATOR_URL is not set');
}

const credentials = { loginUrl: url, clientId: 'local-client-id', clientSecret: 'local-client-secret' };

/** @returns A connection that is logged in, and logs in again by itself when its session ends. */
async function connect() {
  const connection = new jsforce.Connection({
    instanceUrl: url,
    version: '67.0',
    oauth2: credentials,
    refreshFn: async (current, callback) => {
      try {
        const token = await current.oauth2.requestToken({ grant_type: 'client_credentials' });
        callback(null, token.access_token, token);
      } catch (error) {
        callback(error);
      }
    },
  });
  await connection.authorize({ grant_type: 'client_credentials' });
  return connection;
}

async function blob(path) {
  const response = await fetch(url + path, { headers: { Authorization: `Bearer ${connection.accessToken}` } });
  assert.equal(response.headers.get('content-type'), 'application/octetstream');
  return response.arrayBuffer();
}

async function admin(door, body) {
  const response = await fetch(`${url}/__admin/${door}`, { method: 'POST', body: body && JSON.stringify(body) });
  assert.equal(response.status, 204, await response.text());
}

const fails = (errorCode, fields) => error => {
  assert.equal(error.errorCode, errorCode);
  if (fields) {
    assert.deepEqual(error.data.fields, fields);
  }
  return true;
};

let connection;

before(async () => {
  connection = await connect();
});

test('a login by client credentials names the org and the user', async () => {
  assert.match(connection.userInfo.id, /^005\w{15}$/);
  assert.match(connection.userInfo.organizationId, /^00D\w{15}$/);
  assert.equal((await connection.identity()).username, 'irene.integration@example.com');
});

test('a wrong secret is refused', async () => {
  const wrong = new jsforce.Connection({ oauth2: { ...credentials, clientSecret: 'wrong' } });
  await assert.rejects(wrong.authorize({ grant_type: 'client_credentials' }), { name: 'invalid_client', message: 'invalid client credentials' });
});

test('a record is created, read, changed and deleted', async () => {
  const created = await connection.sobject('Account').create({ Name: 'Jäger & Co', AnnualRevenue: 12.5 });
  assert.equal(created.success, true);

  const account = await connection.sobject('Account').retrieve(created.id);
  assert.equal(account.Name, 'Jäger & Co');
  assert.equal(account.AnnualRevenue, 12.5);
  assert.equal(account.attributes.url, `/services/data/v67.0/sobjects/Account/${created.id}`);

  assert.equal((await connection.sobject('Account').update({ Id: created.id, BillingCity: 'Wien' })).success, true);
  assert.equal((await connection.sobject('Account').retrieve(created.id, { fields: ['BillingCity'] })).BillingCity, 'Wien');

  assert.equal((await connection.sobject('Account').destroy(created.id)).success, true);
  await assert.rejects(connection.sobject('Account').retrieve(created.id), fails('ENTITY_IS_DELETED'));
});

test('an upsert creates, then changes', async () => {
  const first = await connection.sobject('Account').upsert({ External_Id__c: 'js-1', Name: 'First' }, 'External_Id__c');
  const second = await connection.sobject('Account').upsert({ External_Id__c: 'js-1', Name: 'Second' }, 'External_Id__c');
  assert.deepEqual([first.created, second.created, second.id], [true, false, first.id]);
  await assert.rejects(
    connection.sobject('Account').upsert({ Legacy_Code__c: 'SHARED', Name: 'X' }, 'Legacy_Code__c'),
    fails('MULTIPLE_CHOICES'));
});

test('a query with autoFetch reads every page', async () => {
  await admin('fill', { objectType: 'Lead', count: 4500 });
  const leads = await connection.query('SELECT Id FROM Lead', { autoFetch: true, maxFetch: 10000 });
  assert.equal(leads.totalSize, 4512);
  assert.equal(leads.records.length, 4512);
  assert.equal(new Set(leads.records.map(lead => lead.Id)).size, 4512);
});

test('queryMore follows a locator, and queryAll sees deleted records', async () => {
  const first = await connection.query('SELECT Id FROM Lead', { headers: { 'Sforce-Query-Options': 'batchSize=200' } });
  assert.equal(first.records.length, 200);
  const next = await connection.queryMore(first.nextRecordsUrl);
  assert.equal(next.records.length, 200);
  assert.notEqual(next.records[0].Id, first.records[0].Id);

  const { id } = await connection.sobject('Account').create({ Name: 'Gone' });
  await connection.sobject('Account').destroy(id);
  const deleted = await connection.query(`SELECT IsDeleted FROM Account WHERE Id = '${id}'`, { scanAll: true });
  assert.equal(deleted.records[0].IsDeleted, true);
});

test('the query builder with parents, children, conditions and dates', async () => {
  const accounts = await connection
    .sobject('Account')
    .find({ Name: { $like: 'E%' }, CreatedDate: { $gt: jsforce.SfDate.toDateTimeLiteral('2024-01-01T00:00:00Z') } }, 'Id, Name, Owner.Name')
    .include('Contacts')
    .select('Id, LastName')
    .orderby('LastName')
    .end()
    .sort({ Name: 1 })
    .limit(5)
    .execute();
  assert.deepEqual(accounts.map(account => account.Name), ['Edge Communications', 'Express Logistics and Transport']);
  assert.equal(accounts[0].Owner.Name, 'Mei Tanaka');
  assert.deepEqual(accounts[0].Contacts.records.map(contact => contact.LastName), ['Forbes', 'Gonzalez']);
  assert.equal(await connection.sobject('Account').count({ Industry: 'Energy' }), 1);
});

test('aggregates', async () => {
  const result = await connection.query('SELECT Industry, COUNT(Id) n FROM Account WHERE Industry = \'Apparel\' GROUP BY Industry');
  assert.deepEqual(result.records, [{ attributes: { type: 'AggregateResult' }, Industry: 'Apparel', n: 2 }]);
});

test('a file is inserted as multipart/form-data, and comes back', async () => {
  const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, i) => i % 251));
  const account = await connection.sobject('Account').create({ Name: 'With a file' });
  const file = await connection.sobject('ContentVersion').create(
    { Title: 'Report', PathOnClient: 'report.bin', FirstPublishLocationId: account.id, VersionData: bytes.toString('base64') },
    { multipartFileFields: { VersionData: { filename: 'report.bin', contentType: 'application/octet-stream' } } });
  assert.equal(file.success, true);

  const version = await connection.sobject('ContentVersion').retrieve(file.id);
  assert.deepEqual([version.ContentSize, version.FileExtension, version.IsLatest], [bytes.length, 'bin', true]);
  assert.deepEqual(Buffer.from(await blob(version.VersionData)), bytes);
  const links = await connection.query(`SELECT LinkedEntityId FROM ContentDocumentLink WHERE ContentDocumentId = '${version.ContentDocumentId}'`);
  assert.deepEqual(links.records.map(link => link.LinkedEntityId), [account.id]);

  const next = await connection.sobject('ContentVersion').create(
    { PathOnClient: 'report.bin', ContentDocumentId: version.ContentDocumentId, VersionData: Buffer.from('two').toString('base64') });
  const document = await connection.sobject('ContentDocument').retrieve(version.ContentDocumentId);
  assert.deepEqual([document.LatestPublishedVersionId, document.ContentSize], [next.id, 3]);
  await assert.rejects(connection.sobject('ContentVersion').create({ Title: 'Nothing' }), fails('REQUIRED_FIELD_MISSING', ['PathOnClient', 'VersionData']));
});

test('describe, of one sObject and of all', async () => {
  const account = await connection.sobject('Account').describe();
  assert.equal(account.fields.find(field => field.name === 'OwnerId').referenceTo[0], 'User');
  assert.ok(account.childRelationships.some(child => child.relationshipName === 'Contacts'));
  const all = await connection.describeGlobal();
  assert.ok(all.sobjects.some(sobject => sobject.name === 'Invoice__c' && sobject.custom));
});

test('collections create, change, upsert, read and delete', async () => {
  const created = await connection.sobject('Contact').create([{ LastName: 'One' }, { LastName: 'Two' }, { FirstName: 'nobody' }]);
  assert.deepEqual(created.map(result => result.success), [true, true, false]);
  assert.equal(created[2].errors[0].statusCode, 'REQUIRED_FIELD_MISSING');
  const ids = created.slice(0, 2).map(result => result.id);

  const updated = await connection.sobject('Contact').update(ids.map(Id => ({ Id, Department: 'D' })));
  assert.ok(updated.every(result => result.success));

  const upserted = await connection.sobject('Contact').upsert(
    [{ External_Id__c: 'CON-Rose-Gonzalez', Title: 'T' }, { External_Id__c: 'js-new', LastName: 'New' }], 'External_Id__c');
  assert.deepEqual(upserted.map(result => result.created), [false, true]);

  const read = await connection.sobject('Contact').retrieve(ids);
  assert.deepEqual(read.map(contact => contact.Department), ['D', 'D']);

  const destroyed = await connection.sobject('Contact').destroy([...ids, upserted[1].id]);
  assert.ok(destroyed.every(result => result.success));
});

test('all or none in a collection', async () => {
  const results = await connection.sobject('Contact').create([{ LastName: 'One' }, {}], { allOrNone: true });
  assert.deepEqual(results.map(result => result.errors[0].statusCode), ['ALL_OR_NONE_OPERATION_ROLLED_BACK', 'REQUIRED_FIELD_MISSING']);
});

test('limits, and the usage that every reply tells', async () => {
  const limits = await connection.limits();
  assert.equal(limits.DailyApiRequests.Max, 5000);
  assert.equal(connection.limitInfo.apiUsage.limit, 5000);
  assert.equal(connection.limitInfo.apiUsage.used, 5000 - limits.DailyApiRequests.Remaining);
});

test('search', async () => {
  const { searchRecords } = await connection.search('FIND {generator*} IN ALL FIELDS RETURNING Opportunity(Id, Name LIMIT 3), Case(Subject LIMIT 1)');
  assert.deepEqual(searchRecords.map(record => record.attributes.type), ['Opportunity', 'Opportunity', 'Opportunity', 'Case']);
});

test('errors carry code, message and fields', async () => {
  await assert.rejects(connection.sobject('Account').create({}), fails('REQUIRED_FIELD_MISSING', ['Name']));
  await assert.rejects(connection.sobject('Account').create({ Name: 'A', Nonsense: 1 }), fails('INVALID_FIELD'));
  await assert.rejects(connection.query('SELECT Nonsense FROM Account'), fails('INVALID_FIELD'));
  await assert.rejects(connection.query('SELECT Id FROM Nonsense'), fails('INVALID_TYPE'));
  await assert.rejects(connection.query('SELECT FROM'), fails('MALFORMED_QUERY'));
  await assert.rejects(connection.sobject('Account').retrieve('nonsense'), fails('NOT_FOUND'));
});

test('composite requests', async () => {
  const { compositeResponse } = await connection.requestPost('/composite', {
    compositeRequest: [
      { method: 'POST', url: '/services/data/v67.0/sobjects/Account', referenceId: 'account', body: { Name: 'Composite' } },
      { method: 'POST', url: '/services/data/v67.0/sobjects/Contact', referenceId: 'contact', body: { LastName: 'C', AccountId: '@{account.id}' } },
    ],
  });
  assert.deepEqual(compositeResponse.map(result => result.httpStatusCode), [201, 201]);
});

test('Apex REST by every method', async () => {
  assert.equal((await connection.apex.get('/orders/4711')).status, 'open');
  const order = await connection.apex.post('/orders', { customer: 'Jäger & Co', amount: 12.5 });
  assert.deepEqual([order.customer, order.amount], ['Jäger & Co', 12.5]);
  assert.equal((await connection.apex.put(`/orders/${order.number}`, { customer: 'Other' })).customer, 'Other');
  await connection.apex.patch(`/orders/${order.number}`, { status: 'closed' });
  assert.equal((await connection.apex.get(`/orders/${order.number}`)).status, 'closed');
  assert.deepEqual(await connection.apex.delete(`/orders/${order.number}`), { deleted: order.number });
  await assert.rejects(connection.apex.get('/nothing/here'), fails('NOT_FOUND'));
  await assert.rejects(connection.apex.post('/orders', { nonsense: 1 }), fails('JSON_PARSER_ERROR'));
  await assert.rejects(connection.apex.post('/failing', {}), fails('APEX_ERROR'));
});

test('quick actions, of the org and of an sObject', async () => {
  assert.deepEqual((await connection.quickActions()).map(action => action.name), ['NewCase']);
  assert.ok((await connection.quickAction('NewCase').execute(undefined, { Subject: 'Quick' })).success);

  const account = await connection.sobject('Account').create({ Name: 'Quick' });
  const action = connection.sobject('Account').quickAction('New_Contact');
  assert.equal((await action.describe()).targetSobjectType, 'Contact');
  const { id, created, contextId } = await action.execute(account.id, { LastName: 'Levy' });
  assert.deepEqual([created, contextId], [true, account.id]);
  assert.equal((await connection.sobject('Contact').retrieve(id)).AccountId, account.id);
  await assert.rejects(action.execute(account.id, {}), fails('REQUIRED_FIELD_MISSING'));
});

test('approvals are submitted, approved and rejected', async () => {
  assert.ok((await connection.process.approval.list()).Opportunity);
  const opportunity = async () =>
    (await connection.sobject('Opportunity').create({ Name: 'Approve', StageName: 'Prospecting', CloseDate: '2026-12-24' })).id;
  for (const [step, status] of [['approve', 'Approved'], ['reject', 'Rejected']]) {
    const submitted = await connection.process.approval.submit(await opportunity(), 'please');
    assert.equal(submitted.instanceStatus, 'Pending');
    const ended = await connection.process.approval[step](submitted.newWorkitemIds[0], 'done');
    assert.deepEqual([ended.success, ended.instanceStatus], [true, status]);
  }

  const twice = await opportunity();
  const results = await connection.process.approval.request([
    connection.process.approval.submit(twice), connection.process.approval.submit(twice),
  ]);
  assert.deepEqual(results.map(result => result.success), [true, false]);
});

test('bulk2 inserts, updates, upserts, queries and deletes', async () => {
  const bulk = { pollInterval: 50, pollTimeout: 20_000 };
  const rows = [
    { External_Id__c: 'bulk-1', Name: 'One, "quoted"', Description: 'a\nb', NumberOfEmployees: 5 },
    { External_Id__c: 'bulk-2', Name: '', Description: 'no name', NumberOfEmployees: 6 },
    { External_Id__c: 'bulk-3', Name: 'Three 😀', Description: '=1+1', NumberOfEmployees: -1 },
  ];
  const inserted = await connection.bulk2.loadAndWaitForResults({ ...bulk, object: 'Account', operation: 'insert', input: rows });
  assert.deepEqual(inserted.successfulResults.map(row => [row.sf__Created, row.Name, row.Description]), [['true', 'One, "quoted"', 'a\nb']]);
  assert.deepEqual(
    Object.fromEntries(inserted.failedResults.map(row => [row.External_Id__c, row.sf__Error.split(':')[0]])),
    { 'bulk-2': 'REQUIRED_FIELD_MISSING', 'bulk-3': 'FIELD_CUSTOM_VALIDATION_EXCEPTION' });
  assert.deepEqual(inserted.unprocessedRecords, []);
  const { sf__Id: Id } = inserted.successfulResults[0];

  const updated = await connection.bulk2.loadAndWaitForResults({
    ...bulk, object: 'Account', operation: 'update', lineEnding: 'CRLF', columnDelimiter: 'PIPE', input: `Id|Phone|Description\r\n${Id}|0123|#N/A\r\n`,
  });
  assert.equal(updated.failedResults.length, 0);

  const upserted = await connection.bulk2.loadAndWaitForResults({
    ...bulk, object: 'Contact', operation: 'upsert', externalIdFieldName: 'External_Id__c',
    input: [{ External_Id__c: 'bulk-c', LastName: 'Bulk', 'Account.External_Id__c': 'bulk-1' }],
  });
  assert.equal(upserted.successfulResults[0].sf__Created, 'true');

  const stream = await connection.bulk2.query("SELECT LastName, Account.Phone, Account.Description FROM Contact WHERE External_Id__c = 'bulk-c'", bulk);
  assert.deepEqual(await stream.toArray(), [{ LastName: 'Bulk', 'Account.Phone': '0123', 'Account.Description': '' }]);

  await connection.bulk2.loadAndWaitForResults({ ...bulk, object: 'Account', operation: 'delete', input: [{ Id }] });
  const gone = await connection.bulk2.query("SELECT Id, IsDeleted FROM Account WHERE External_Id__c = 'bulk-1'", { ...bulk, scanAll: true });
  assert.deepEqual(await gone.toArray(), [{ Id, IsDeleted: 'true' }]);
});

test('bulk2 aborts jobs and says why one failed', async () => {
  const job = connection.bulk2.createJob({ object: 'Account', operation: 'insert' });
  await job.open();
  await job.uploadData('Name\nNever\n');
  await job.abort();
  assert.equal((await job.check()).state, 'Aborted');
  await job.delete();
  await assert.rejects(job.check(), fails('NOT_FOUND'));

  await assert.rejects(
    connection.bulk2.loadAndWaitForResults({ object: 'Account', operation: 'insert', input: 'Name\r\nX\r\n', pollInterval: 20, pollTimeout: 20_000 }),
    /LineEnding is invalid on user data/);
  await assert.rejects(
    Promise.resolve(connection.bulk2.query('SELECT COUNT(Id) FROM Account', { pollInterval: 20, pollTimeout: 20_000 })),
    fails('FEATURENOTENABLED'));
});

test('what was updated and deleted', async () => {
  const start = new Date(Date.now() - 60_000);
  const end = new Date(Date.now() + 120_000);
  const { id } = await connection.sobject('Case').create({ Subject: 'Changes' });
  assert.ok((await connection.sobject('Case').updated(start, end)).ids.includes(id));
  await connection.sobject('Case').destroy(id);
  const { deletedRecords } = await connection.sobject('Case').deleted(start, end);
  assert.ok(deletedRecords.some(record => record.id === id));
  await assert.rejects(connection.sobject('Case').updated('2020-01-01T00:00:00Z', '2020-01-02T00:00:00Z'), fails('INVALID_REPLICATION_DATE'));
});

test('a session that ends is refreshed, but its locators are lost', async () => {
  const own = await connect();
  const first = await own.query('SELECT Id FROM Lead');
  await admin('expire-tokens');
  assert.equal((await own.sobject('Account').find().limit(1)).length, 1);
  await assert.rejects(Promise.resolve(own.queryMore(first.nextRecordsUrl)), fails('INVALID_QUERY_LOCATOR'));
});

test('logout ends the session', async () => {
  const own = await connect();
  const token = own.accessToken;
  await own.logout();
  const late = new jsforce.Connection({ instanceUrl: url, accessToken: token, version: '67.0' });
  await assert.rejects(late.limits(), fails('INVALID_SESSION_ID'));
});
