// The same task, filled into the form of this connector and, where it has one, into that of Camunda's own Salesforce
// Connector.
import { operations } from './environment.mjs';
import { exampleForm } from './example-form.mjs';

/**
 * @param record An account that is there.
 * @param next Where the next page of a query's result is.
 * @param opportunity One that is in no approval.
 * @param job A bulk job.
 * @returns By operation: the process's variables, what goes into either form, what Salesforce gets, and for a refusal
 *   what else is filled in and the code that comes of it. `later`: the reply comes before Salesforce is called.
 */
export function forms(record, next, opportunity, job) {
  const path = '/services/data/v67.0/sobjects/Account';
  const composite = '/services/data/v67.0/composite';
  const examples = Object.fromEntries(operations.map(operation => [operation, exampleForm(operation)]));
  const nothing = { wrong: { objectType: 'Nonsense__c' }, code: 'NOT_FOUND' };
  return {
    // What is not below is filled in as the documents' example is.
    ...examples,
    query: {
      variables: { city: 'Wien' },
      ours: { soqlQuery: '="SELECT Id, Name FROM Account WHERE BillingCity = \'" + city + "\' AND Name LIKE \'%&+%\'"' },
      camundas: { salesforceOperationType: 'soqlQuery' },
      wrong: { soqlQuery: 'SELECT Nonsense FROM Account' }, code: 'INVALID_FIELD',
      expected: {
        method: 'GET', path: '/services/data/v67.0/query', body: '',
        query: { q: 'SELECT Id, Name FROM Account WHERE BillingCity = \'Wien\' AND Name LIKE \'%&+%\'' },
      },
      status: 200,
    },
    createRecord: {
      variables: { customer: { name: 'Jäger & "Söhne"', revenue: 1234567.5 } },
      ours: { objectType: 'Account', fields: '={Name: customer.name, AnnualRevenue: customer.revenue, Website: null}' },
      camundas: { salesforceOperationType: 'sObject', interactionType: 'post' },
      ...nothing,
      expected: { method: 'POST', path, query: {}, body: { Name: 'Jäger & "Söhne"', AnnualRevenue: 1234567.5, Website: null } },
      status: 201,
    },
    getRecord: {
      variables: { account: record },
      ours: { objectType: 'Account', objectId: '=account', queryParameters: '={fields: "Name,Industry"}' },
      camundas: { salesforceOperationType: 'sObject', interactionType: 'get' },
      ...nothing,
      expected: { method: 'GET', path: `${path}/${record}`, query: { fields: 'Name,Industry' }, body: '' },
      status: 200,
    },
    updateRecord: {
      variables: { city: 'Graz' },
      ours: { objectType: 'Account', objectId: record, fields: '={BillingCity: city}' },
      camundas: { salesforceOperationType: 'sObject', interactionType: 'patch' },
      ...nothing,
      expected: { method: 'PATCH', path: `${path}/${record}`, query: {}, body: { BillingCity: 'Graz' } },
      status: 200,
    },
    deleteRecord: {
      variables: { account: record },
      ours: { objectType: 'Account', objectId: '=account' },
      camundas: { salesforceOperationType: 'sObject', interactionType: 'delete' },
      ...nothing,
      expected: { method: 'DELETE', path: `${path}/${record}`, query: {}, body: '' },
      status: 200,
    },
    queryPage: {
      variables: { page: { nextRecordsUrl: next } },
      ours: { nextRecordsUrl: '=page.nextRecordsUrl' },
      expected: { method: 'GET', path: next, query: {}, body: '' },
      status: 200,
      wrong: { nextRecordsUrl: '/services/data/v67.0/query/01gNonsense' }, code: 'INVALID_QUERY_LOCATOR',
    },
    search: {
      variables: { city: 'Burlington' },
      ours: { soslSearch: 'FIND :text IN NAME FIELDS RETURNING Account(Id, Name)', soslParameters: '={text: city}' },
      expected: {
        method: 'GET', path: '/services/data/v67.0/search', body: '',
        query: { q: 'FIND {Burlington} IN NAME FIELDS RETURNING Account(Id, Name)' },
      },
      status: 200,
      wrong: { soslSearch: 'FIND :text RETURNING Nonsense__c(Id)' }, code: 'INVALID_TYPE',
    },
    upsertRecord: {
      variables: { customer: { number: 'a/b&c=ü', name: 'Upsert' } },
      ours: { objectType: 'Account', 'externalIdField.upsert': 'External_Id__c', externalId: '=customer.number', fields: '={Name: customer.name}' },
      expected: { method: 'PATCH', path: `${path}/External_Id__c/a%2Fb%26c%3D%C3%BC`, query: {}, body: { Name: 'Upsert' } },
      status: 201,
      ...nothing,
    },
    createRecords: {
      variables: { names: ['Levy', 'Davis'] },
      ours: { 'objectType.records': 'Contact', records: '=for name in names return {LastName: name}' },
      expected: {
        method: 'POST', path: `${composite}/sobjects`, query: {},
        body: { allOrNone: false, records: ['Levy', 'Davis'].map(LastName => ({ attributes: { type: 'Contact' }, LastName })) },
      },
      status: 200,
      ...unreadable('records'),
    },
    getRecords: {
      variables: { accounts: [record] },
      ours: { objectType: 'Account', objectIds: '=accounts', 'fields.names': '=["Name"]' },
      expected: { method: 'POST', path: `${composite}/sobjects/Account`, query: {}, body: { ids: [record], fields: ['Name'] } },
      status: 200,
      ...nothing,
    },
    updateRecords: {
      variables: { accounts: [record] },
      ours: { 'objectType.records': 'Account', 'records.update': '=for a in accounts return {id: a, BillingCity: "Linz"}' },
      expected: {
        method: 'PATCH', path: `${composite}/sobjects`, query: {},
        body: { allOrNone: false, records: [{ attributes: { type: 'Account' }, id: record, BillingCity: 'Linz' }] },
      },
      status: 200,
      ...unreadable('records.update'),
    },
    upsertRecords: {
      variables: { customers: [{ number: 'many/1', name: 'Many' }] },
      ours: {
        objectType: 'Account', 'externalIdField.upsert': 'External_Id__c',
        'records.upsert': '=for c in customers return {External_Id__c: c.number, Name: c.name}',
      },
      expected: {
        method: 'PATCH', path: `${composite}/sobjects/Account/External_Id__c`, query: {},
        body: { allOrNone: false, records: [{ attributes: { type: 'Account' }, External_Id__c: 'many/1', Name: 'Many' }] },
      },
      status: 200,
      ...nothing,
    },
    deleteRecords: {
      variables: { accounts: [record] },
      ours: { objectIds: '=accounts' },
      expected: { method: 'DELETE', path: `${composite}/sobjects`, query: { ids: record, allOrNone: 'false' }, body: '' },
      status: 200,
      ...unreadable('objectIds'),
    },
    composite: {
      variables: { name: 'Composite' },
      ours: {
        compositeRequest: '=[{method: "POST", url: "/services/data/v67.0/sobjects/Account", referenceId: "account", body: {Name: name}},'
          + ' {method: "GET", url: "/services/data/v67.0/sobjects/Account/@{account.id}", referenceId: "again"}]',
      },
      expected: {
        method: 'POST', path: composite, query: {},
        body: {
          allOrNone: false, collateSubrequests: false,
          compositeRequest: [
            { method: 'POST', url: path, referenceId: 'account', body: { Name: 'Composite' } },
            { method: 'GET', url: `${path}/@{account.id}`, referenceId: 'again' },
          ],
        },
      },
      status: 200,
      ...unreadable('compositeRequest'),
    },
    request: {
      variables: { city: 'Burlington' },
      ours: {
        'request.method': 'POST', 'request.path': 'parameterizedSearch',
        'request.body': '={q: city, in: "NAME", fields: ["Name"], sobjects: [{name: "Account"}]}',
      },
      expected: {
        method: 'POST', path: '/services/data/v67.0/parameterizedSearch', query: {},
        body: { q: 'Burlington', in: 'NAME', fields: ['Name'], sobjects: [{ name: 'Account' }] },
      },
      status: 200,
      wrong: { 'request.path': '../../apexrest/x' }, code: 'INVALID_MEMBER',
    },
    callApex: {
      variables: { order: 'ä/1' },
      ours: { 'request.method': 'PUT', 'request.apexPath': '=["echo", order]', 'request.query': '={status: "open"}', 'request.body': '={amount: 5}' },
      expected: { method: 'PUT', path: '/services/apexrest/echo/%C3%A4%2F1', query: { status: 'open' }, body: { amount: 5 } },
      status: 200,
      wrong: { 'request.apexPath': 'echo/../x' }, code: 'INVALID_MEMBER',
    },
    invokeAction: {
      variables: { account: record },
      ours: { actionType: 'flow', actionName: 'Create_Follow_Up_Case', inputs: '=[{accountId: account}]' },
      expected: {
        method: 'POST', path: '/services/data/v67.0/actions/custom/flow/Create_Follow_Up_Case', query: {}, body: { inputs: [{ accountId: record }] },
      },
      status: 200,
      wrong: { actionName: 'Nonsense' }, code: 'NOT_FOUND',
    },
    approvals: {
      variables: { opportunity },
      ours: { approvalRequests: '=[{actionType: "Submit", contextId: opportunity}]' },
      expected: {
        method: 'POST', path: '/services/data/v67.0/process/approvals/', query: {}, body: { requests: [{ actionType: 'Submit', contextId: opportunity }] },
      },
      status: 200,
      ...unreadable('approvalRequests'),
    },
    bulkJob: {
      variables: { job },
      ours: { jobId: '=job' },
      expected: { method: 'GET', path: `/services/data/v67.0/jobs/ingest/${job}`, query: {}, body: '' },
      status: 200,
      wrong: { jobId: '001000000000000AAA' }, code: 'INVALID_MEMBER',
    },
    bulkQuery: {
      ...examples.bulkQuery, status: 202, later: true,
      wrong: { 'soqlQuery.bulk': 'SELECT COUNT(Id) FROM Account' }, code: 'INVALID_MEMBER',
    },
    bulkWrite: { ...examples.bulkWrite, status: 202, later: true, ...unreadable('records.bulk') },
    describe: {
      variables: {},
      ours: { 'objectType.describe': 'Account' },
      expected: { method: 'GET', path: `${path}/describe`, query: {}, body: '' },
      status: 200,
      wrong: { 'objectType.describe': 'Nonsense__c' }, code: 'NOT_FOUND',
    },
    // What is wrong with the org is told in the reply.
    check: { ...examples.check, tells: true, wrong: { objectTypes: '=["../Case"]' }, code: 'INVALID_MEMBER' },
    limits: {
      variables: {},
      ours: {},
      expected: { method: 'GET', path: '/services/data/v67.0/limits', query: {}, body: '' },
      status: 200,
      wrong: { apiVersion: 'v99.0' }, code: 'NOT_FOUND',
    },
  };
}

// What is wrong with single records is told in the results; as a whole only what cannot be read is refused.
const unreadable = field => ({ wrong: { [field]: '=[]' }, code: 'INVALID_MEMBER' });

// Camunda's form names the same fields as ours does, but for the record's.
export const toCamundas = ({ ours, camundas }) => ({
  ...camundas,
  ...Object.fromEntries(Object.entries(ours).map(([name, value]) => [name === 'fields' ? 'body' : name, value])),
});
