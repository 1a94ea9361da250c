// The same task, filled into the form of this connector and into that of Camunda's own Salesforce Connector.

/**
 * @param record An account that is there.
 * @returns By operation: the process's variables, what goes into either form, and what Salesforce gets.
 */
export function forms(record) {
  const path = '/services/data/v67.0/sobjects/Account';
  return {
    query: {
      variables: { city: 'Wien' },
      ours: { soqlQuery: '="SELECT Id, Name FROM Account WHERE BillingCity = \'" + city + "\' AND Name LIKE \'%&+%\'"' },
      camundas: { salesforceOperationType: 'soqlQuery' },
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
      expected: { method: 'POST', path, query: {}, body: { Name: 'Jäger & "Söhne"', AnnualRevenue: 1234567.5, Website: null } },
      status: 201,
    },
    getRecord: {
      variables: { account: record },
      ours: { objectType: 'Account', objectId: '=account', queryParameters: '={fields: "Name,Industry"}' },
      camundas: { salesforceOperationType: 'sObject', interactionType: 'get' },
      expected: { method: 'GET', path: `${path}/${record}`, query: { fields: 'Name,Industry' }, body: '' },
      status: 200,
    },
    updateRecord: {
      variables: { city: 'Graz' },
      ours: { objectType: 'Account', objectId: record, fields: '={BillingCity: city}' },
      camundas: { salesforceOperationType: 'sObject', interactionType: 'patch' },
      expected: { method: 'PATCH', path: `${path}/${record}`, query: {}, body: { BillingCity: 'Graz' } },
      status: 200,
    },
    deleteRecord: {
      variables: { account: record },
      ours: { objectType: 'Account', objectId: '=account' },
      camundas: { salesforceOperationType: 'sObject', interactionType: 'delete' },
      expected: { method: 'DELETE', path: `${path}/${record}`, query: {}, body: '' },
      status: 200,
    },
  };
}

// Camunda's form names the same fields as ours does, but for the record's.
export const toCamundas = ({ ours, camundas }) => ({
  ...camundas,
  ...Object.fromEntries(Object.entries(ours).map(([name, value]) => [name === 'fields' ? 'body' : name, value])),
});
