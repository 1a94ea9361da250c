// Names of what the app keeps in storage, as in its code.

// One for each operation, by the app's rule: salesforce- and the operation's name in kebab case. The file is made from
// the operations: dotnet run --project tests/Documents
@export()
var operationQueues = loadJsonContent('operation-queues.json')

@export()
var resultsQueue = 'salesforce-results'

@export()
var poisonQueue = 'salesforce-poison'

@export()
var resultsContainer = 'salesforce-results'

// Files that were downloaded or are to be uploaded.
@export()
var filesContainer = 'salesforce-files'

// Rows for bulk jobs, and their results.
@export()
var bulkContainer = 'salesforce-bulk'

@export()
var operationsTable = 'salesforceoperations'

@export()
var tokensTable = 'salesforcetokens'

// Of Salesforce's events, and how far each subscription has come.
@export()
var eventsQueue = 'salesforce-events'

// Of events that are delivered, not in order or sent again.
@export()
var deliveriesQueue = 'salesforce-deliver-event'

@export()
var eventsTable = 'salesforceevents'

@export()
var deploymentContainer = 'deployments'
