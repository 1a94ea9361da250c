// Everything that the connector runs on. Parameters come from main.parameters.json, there from the azd environment.
targetScope = 'subscription'

@minLength(1)
@maxLength(64)
@description('Name of the azd environment; part of the resource group\'s name, and of what names are made from.')
param environmentName string

@minLength(1)
@description('Region of all resources.')
@metadata({ azd: { type: 'location' } })
param location string

@description('Object id of who runs azd: gets the right to put secrets in the vault, unless it is a service principal.')
param principalId string = ''

@allowed(['User', 'Group', 'ServicePrincipal'])
param principalType string = 'User'

@description('Base URL of the default org, https://MyDomainName.my.salesforce.com; empty: payloads name theirs.')
param salesforceBaseUrl string = ''
param salesforceApiVersion string = 'v67.0'

@description('More orgs, separated by commas: emea=https://Other.my.salesforce.com')
param salesforceOrgs string = ''

@description('More queues that a message may name in replyTo, separated by commas.')
param replyToQueues string = ''

@description('Storage and vaults reachable by private endpoints only; the app joins the network.')
param vnetEnabled bool = false
param vnetAddressPrefix string = '10.80.0.0/24'

@description('Addresses and ranges, separated by commas, that reach the queues and the vault past vnetEnabled: operators, engines.')
param dataIpRanges string = ''

@description('Addresses and ranges, separated by commas, that callers come from; empty: from anywhere, with a key.')
param callerIpRanges string = ''

@description('The same for deployments.')
param deploymentIpRanges string = ''

@description('Client id of an app registration: callers then need its token beside the function key.')
param entraClientId string = ''

@description('Audiences of the token, separated by commas; empty: api://{client id} and the client id.')
param entraAudiences string = ''

@description('Client ids of the callers, separated by commas; empty: any that gets a token.')
param entraAllowedApplications string = ''

@description('Three zones for the app (two always-ready instances at least are billed then) and for storage.')
param zoneRedundant bool = false

@allowed([512, 2048, 4096])
param instanceMemoryInMB int = 2048

@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Always-ready instances: http=1,function:QueryFromQueue=1')
param alwaysReady string = ''

@minValue(0)
@maxValue(1000)
@description('HTTP requests that one instance takes at a time; 0: as the platform sees fit.')
param httpConcurrency int = 0

@description('Once on, no vault of this environment can be purged, and azd up after azd down needs vaultRecover.')
param vaultPurgeProtection bool = true

@description('Takes up the vaults that azd down has left deleted and not purged.')
param vaultRecover bool = false

@minValue(1)
@maxValue(365)
@description('Days that bodies of results in blobs are kept.')
param resultRetentionInDays int = 14

@minValue(30)
@maxValue(730)
param logRetentionInDays int = 30

@minValue(-1)
@description('Gigabytes of logs, traces and metrics a day after which no more are taken in; -1: no cap.')
param logDailyCapInGb int = 1

@description('Log each read of a queue too.')
param queueReadLogs bool = false

@description('Where alerts and the budget\'s notices go; empty: alerts are only seen in the portal.')
param alertEmail string = ''

@description('Minutes a result may wait before an alert says so.')
param resultAgeAlertInMinutes int = 15

@description('Spending a month, in the subscription\'s currency, of which alertEmail hears at 80 and 100 %; 0: no budget.')
param monthlyBudget int = 0

@description('First day of the month that the budget begins with.')
param budgetStart string = utcNow('yyyy-MM-01')

@description('Locks on the storage of queues and the vault of credentials, which azd down does not overcome.')
param resourceLocks bool = false

param tags object = {}

var token = uniqueString(subscription().id, environmentName, location)
var allTags = union(tags, { 'azd-env-name': environmentName })

var names = {
  component: 'appi-${token}'
  dataAccount: 'stdata${token}'
  function: 'func-${token}'
  hostAccount: 'sthost${token}'
  identity: 'id-${token}'
  keysVault: 'kv-keys-${token}'
  network: 'vnet-${token}'
  plan: 'plan-${token}'
  vault: 'kv-${token}'
  workspace: 'log-${token}'
}

var deploymentContainer = 'deployments'
var resultsContainer = 'salesforce-results'
var operationsTable = 'salesforceoperations'
var tokensTable = 'salesforcetokens'

// One for each operation, by the app's rule: salesforce- and the operation's name in kebab case.
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
]
var resultsQueue = 'salesforce-results'
var poisonQueue = 'salesforce-poison'
var triggerQueues = flatten(map(operationQueues, queue => [queue, '${queue}-poison']))
var outputQueues = union([resultsQueue, poisonQueue], list(replyToQueues))

@description('The parts between commas.')
func list(text string) string[] => filter(map(split(text, ','), part => trim(part)), part => !empty(part))

var orgSettings = toObject(
  list(salesforceOrgs),
  org => 'Salesforce__Orgs__${split(org, '=')[0]}__BaseUrl',
  org => last(split(org, '='))
)

resource group 'Microsoft.Resources/resourceGroups@2024-11-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: allTags
}

module identity 'app/identity.bicep' = {
  scope: group
  params: {
    name: names.identity
    location: location
    tags: allTags
  }
}

module monitoring 'app/monitoring.bicep' = {
  scope: group
  params: {
    workspaceName: names.workspace
    componentName: names.component
    location: location
    tags: allTags
    retentionInDays: logRetentionInDays
    dailyCapInGb: logDailyCapInGb
  }
}

@description('The Functions host\'s own: the deployed package, locks, events.')
module hostAccount 'app/storage-account.bicep' = {
  scope: group
  params: {
    name: names.hostAccount
    location: location
    tags: allTags
    zoneRedundant: zoneRedundant
    private: vnetEnabled
    containers: [deploymentContainer]
    lock: false
    workspaceId: monitoring.outputs.workspaceId
  }
}

@description('What the connector and its callers share, queues and results, and what its instances share.')
module dataAccount 'app/storage-account.bicep' = {
  scope: group
  params: {
    name: names.dataAccount
    location: location
    tags: allTags
    zoneRedundant: zoneRedundant
    private: vnetEnabled
    allowedIpRanges: list(dataIpRanges)
    containers: [resultsContainer]
    expiringContainers: [resultsContainer]
    retentionInDays: resultRetentionInDays
    queues: concat(triggerQueues, outputQueues)
    tables: [operationsTable, tokensTable]
    lock: resourceLocks
    readLogs: queueReadLogs
    workspaceId: monitoring.outputs.workspaceId
  }
}

@description('Client ids and secrets of the orgs.')
module vault 'app/vault.bicep' = {
  scope: group
  params: {
    name: names.vault
    location: location
    tags: allTags
    purgeProtection: vaultPurgeProtection
    recover: vaultRecover
    private: vnetEnabled
    allowedIpRanges: list(dataIpRanges)
    lock: resourceLocks
    workspaceId: monitoring.outputs.workspaceId
  }
}

@description('Function keys.')
module keysVault 'app/vault.bicep' = {
  scope: group
  params: {
    name: names.keysVault
    location: location
    tags: allTags
    purgeProtection: vaultPurgeProtection
    recover: vaultRecover
    private: vnetEnabled
    lock: false
    workspaceId: monitoring.outputs.workspaceId
  }
}

module roles 'app/roles.bicep' = {
  scope: group
  params: {
    identityName: names.identity
    hostAccountName: names.hostAccount
    dataAccountName: names.dataAccount
    // From the poison queue too: operators send what is kept there again, through the app.
    triggerQueues: concat(triggerQueues, [poisonQueue])
    outputQueues: filter(outputQueues, queue => queue != poisonQueue)
    resultsContainer: resultsContainer
    tables: [operationsTable, tokensTable]
    vaultName: names.vault
    keysVaultName: names.keysVault
    componentName: names.component
    operatorId: principalType == 'ServicePrincipal' ? '' : principalId
    operatorType: principalType == 'Group' ? 'Group' : 'User'
  }
  dependsOn: [identity, hostAccount, dataAccount, vault, keysVault]
}

var storageZones = map(
  ['blob', 'queue', 'table'],
  service => 'privatelink.${service}.${environment().suffixes.storage}'
)
var vaultZone = 'privatelink${replace(environment().suffixes.keyvaultDns, 'vault', 'vaultcore')}'

module network 'app/network.bicep' = if (vnetEnabled) {
  scope: group
  params: {
    name: names.network
    location: location
    tags: allTags
    addressPrefix: vnetAddressPrefix
    zones: concat(storageZones, [vaultZone])
  }
}

module privateEndpoints 'app/private-endpoints.bicep' = if (vnetEnabled) {
  scope: group
  params: {
    location: location
    tags: allTags
    networkName: names.network
    zones: concat(storageZones, [vaultZone])
    hostAccountName: names.hostAccount
    dataAccountName: names.dataAccount
    vaultName: names.vault
    keysVaultName: names.keysVault
  }
  dependsOn: [network, hostAccount, dataAccount, vault, keysVault]
}

module function 'app/function.bicep' = {
  scope: group
  params: {
    name: names.function
    planName: names.plan
    location: location
    tags: allTags
    identityName: names.identity
    hostAccountName: names.hostAccount
    deploymentContainer: deploymentContainer
    dataAccountName: names.dataAccount
    vaultName: names.vault
    keysVaultName: names.keysVault
    componentName: names.component
    workspaceId: monitoring.outputs.workspaceId
    networkName: vnetEnabled ? names.network : ''
    zoneRedundant: zoneRedundant
    instanceMemoryInMB: instanceMemoryInMB
    maximumInstanceCount: maximumInstanceCount
    alwaysReady: map(list(alwaysReady), setting => {
      name: split(setting, '=')[0]
      instanceCount: int(last(split(setting, '=')))
    })
    httpConcurrency: httpConcurrency
    allowedIpRanges: list(callerIpRanges)
    deploymentIpRanges: list(deploymentIpRanges)
    entraClientId: entraClientId
    entraAudiences: list(entraAudiences)
    entraAllowedApplications: list(entraAllowedApplications)
    settings: {
      Salesforce__ApiVersion: salesforceApiVersion
      ...(empty(salesforceBaseUrl) ? {} : { Salesforce__BaseUrl: salesforceBaseUrl })
      ...orgSettings
      Queues__Results: resultsQueue
      Queues__Poison: poisonQueue
      Queues__ReplyTo: join(list(replyToQueues), ',')
    }
  }
  dependsOn: [roles, network, privateEndpoints]
}

module alerts 'app/alerts.bicep' = {
  scope: group
  params: {
    location: location
    tags: allTags
    componentName: names.component
    workspaceId: monitoring.outputs.workspaceId
    email: alertEmail
    resultsQueue: resultsQueue
    resultAgeInMinutes: resultAgeAlertInMinutes
  }
}

module workbook 'app/workbook.bicep' = {
  scope: group
  params: {
    location: location
    tags: allTags
    componentName: names.component
    resultsQueue: resultsQueue
  }
  dependsOn: [monitoring]
}

module budget 'app/budget.bicep' = if (monthlyBudget > 0 && !empty(alertEmail)) {
  scope: group
  params: {
    amount: monthlyBudget
    start: budgetStart
    email: alertEmail
  }
}

output AZURE_LOCATION string = location
output AZURE_TENANT_ID string = tenant().tenantId
output AZURE_RESOURCE_GROUP string = group.name
output AZURE_FUNCTION_NAME string = names.function
output SERVICE_CONNECTOR_NAME string = names.function
output SERVICE_CONNECTOR_URI string = function.outputs.uri
output AZURE_KEY_VAULT_NAME string = names.vault
output AZURE_KEY_VAULT_ENDPOINT string = vault.outputs.uri
output AZURE_QUEUE_ENDPOINT string = dataAccount.outputs.queueEndpoint
