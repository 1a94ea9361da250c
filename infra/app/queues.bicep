// Names of what the app keeps in storage, as in its code.

// One for each operation, by the app's rule: salesforce- and the operation's name in kebab case.
@export()
var operationQueues = [
  'salesforce-query'
  'salesforce-create-record'
  'salesforce-get-record'
  'salesforce-update-record'
  'salesforce-delete-record'
  'salesforce-upsert-record'
  'salesforce-query-page'
  'salesforce-search'
  'salesforce-create-records'
  'salesforce-get-records'
  'salesforce-update-records'
  'salesforce-upsert-records'
  'salesforce-delete-records'
  'salesforce-composite'
  'salesforce-describe'
  'salesforce-limits'
  'salesforce-check'
]

@export()
var resultsQueue = 'salesforce-results'

@export()
var poisonQueue = 'salesforce-poison'

@export()
var resultsContainer = 'salesforce-results'

@export()
var operationsTable = 'salesforceoperations'

@export()
var tokensTable = 'salesforcetokens'

@export()
var deploymentContainer = 'deployments'
