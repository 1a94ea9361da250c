// Everything in the connector's resource group.

import {
  accessOptions
  networkOptions
  observationOptions
  operatorOptions
  scaleOptions
  vaultOptions
} from 'types.bicep'
import {
  bulkContainer
  deploymentContainer
  deliveriesQueue
  eventsQueue
  eventsTable
  filesContainer
  operationQueues
  operationsTable
  poisonQueue
  resultsContainer
  resultsQueue
  tokensTable
} from 'queues.bicep'

@description('What makes the names unique.')
param token string
param location string
param tags object

@description('The app settings that name the orgs.')
param orgSettings object

@description('Whether there are orgs that the app logs in at with a key in the vault.')
param signsLogins bool

@description('The app settings of the subscriptions to Salesforce\'s events, and whether there are any.')
param eventSettings object
param receivesEvents bool

@description('More queues for results.')
param replyToQueues string[]

@description('Days that bodies of results in blobs are kept.')
param resultRetentionInDays int

@description('Locks on the storage of queues and the vault of credentials.')
param resourceLocks bool
param operator operatorOptions
param network networkOptions
param access accessOptions
param scale scaleOptions
param vaults vaultOptions
param observation observationOptions

// Abbreviations of the Cloud Adoption Framework.
var names = {
  component: 'appi-${token}'
  dataAccount: 'stdata${token}'
  function: 'func-${token}'
  hostAccount: 'sthost${token}'
  identity: 'id-${token}'
  keysVault: 'kv-keys-${token}'
  network: 'vnet-${token}'
  plan: 'asp-${token}'
  vault: 'kv-${token}'
  workspace: 'log-${token}'
}

var deliversEvents = !contains(eventSettings, 'AzureWebJobs.DeliverEvent.Disabled')
var takenQueues = concat(operationQueues, deliversEvents ? [deliveriesQueue] : [])
var triggerQueues = flatten(map(takenQueues, queue => [queue, '${queue}-poison']))
var outputQueues = union([resultsQueue, poisonQueue], replyToQueues, receivesEvents ? [eventsQueue] : [])
var tables = concat([operationsTable, tokensTable], receivesEvents ? [eventsTable] : [])

module identity 'identity.bicep' = {
  params: { name: names.identity, location: location, tags: tags }
}

module monitoring 'monitoring.bicep' = {
  params: {
    workspaceName: names.workspace
    componentName: names.component
    location: location
    tags: tags
    retentionInDays: observation.logRetentionInDays
    dailyCapInGb: observation.logDailyCapInGb
  }
}

@description('The Functions host\'s own: the deployed package, locks, events.')
module hostAccount 'storage-account.bicep' = {
  params: {
    name: names.hostAccount
    location: location
    tags: tags
    zoneRedundant: scale.zoneRedundant
    private: network.enabled
    containers: [deploymentContainer]
    lock: false
    logs: 'none'
    workspaceId: monitoring.outputs.workspaceId
  }
}

@description('What the connector and its callers share, queues and results, and what its instances share.')
module dataAccount 'storage-account.bicep' = {
  params: {
    name: names.dataAccount
    location: location
    tags: tags
    zoneRedundant: scale.zoneRedundant
    private: network.enabled
    allowedIpRanges: network.dataIpRanges
    containers: [resultsContainer, filesContainer, bulkContainer]
    expiringContainers: [resultsContainer, '${filesContainer}/uploads', '${filesContainer}/downloads', bulkContainer] // Other files are their callers' own.
    retentionInDays: resultRetentionInDays
    queues: concat(triggerQueues, outputQueues)
    tables: tables
    lock: resourceLocks
    logs: observation.storageLogs
    workspaceId: monitoring.outputs.workspaceId
  }
}

@description('Client ids and secrets of the orgs, and the keys that sign logins.')
module vault 'vault.bicep' = {
  params: {
    name: names.vault
    location: location
    tags: tags
    options: vaults
    private: network.enabled
    allowedIpRanges: network.dataIpRanges
    lock: resourceLocks
    workspaceId: monitoring.outputs.workspaceId
  }
}

@description('Function keys.')
module keysVault 'vault.bicep' = {
  params: {
    name: names.keysVault
    location: location
    tags: tags
    options: vaults
    private: network.enabled
    lock: false
    workspaceId: monitoring.outputs.workspaceId
  }
}

module roles 'roles.bicep' = {
  params: {
    identityName: names.identity
    hostAccountName: names.hostAccount
    dataAccountName: names.dataAccount
    // From the poison queue too: operators send what is kept there again, through the app.
    triggerQueues: concat(triggerQueues, [poisonQueue])
    outputQueues: filter(outputQueues, queue => queue != poisonQueue)
    containers: [resultsContainer, filesContainer, bulkContainer]
    tables: tables
    vaultName: names.vault
    keysVaultName: names.keysVault
    componentName: names.component
    operator: operator
    signsLogins: signsLogins
  }
  dependsOn: [identity, hostAccount, dataAccount, vault, keysVault]
}

module virtualNetwork 'network.bicep' = if (network.enabled) {
  params: {
    name: names.network
    location: location
    tags: tags
    addressPrefix: network.addressPrefix
    hostAccountName: names.hostAccount
    dataAccountName: names.dataAccount
    vaultName: names.vault
    keysVaultName: names.keysVault
  }
  dependsOn: [hostAccount, dataAccount, vault, keysVault]
}

@description('Last, as the app begins to work when it is there: with its roles, and with the way to its storage.')
module function 'function.bicep' = {
  params: {
    name: names.function
    planName: names.plan
    location: location
    tags: tags
    identityName: names.identity
    hostAccountName: names.hostAccount
    deploymentContainer: deploymentContainer
    dataAccountName: names.dataAccount
    vaultName: names.vault
    keysVaultName: names.keysVault
    componentName: names.component
    workspaceId: monitoring.outputs.workspaceId
    networkName: network.enabled ? names.network : ''
    privateInbound: network.privateInbound
    scale: scale
    access: access
    logs: observation.functionAppLogs
    settings: {
      ...orgSettings
      ...eventSettings
      Queues__Results: resultsQueue
      Queues__Poison: poisonQueue
      Queues__ReplyTo: join(replyToQueues, ',')
    }
  }
  dependsOn: [roles, virtualNetwork]
}

module inbound 'private-inbound.bicep' = if (network.enabled && network.privateInbound) {
  params: { location: location, tags: tags, networkName: names.network, functionName: names.function }
  dependsOn: [function]
}

module alerts 'alerts.bicep' = {
  params: {
    location: location
    tags: tags
    componentName: names.component
    workspaceId: monitoring.outputs.workspaceId
    vaultName: names.vault
    email: observation.alertEmail
    resultsQueue: resultsQueue
    resultAgeInMinutes: observation.resultAgeInMinutes
    dailyCapInGb: observation.logDailyCapInGb
    receivesEvents: receivesEvents
    deliversEvents: deliversEvents
  }
  dependsOn: [vault]
}

module workbook 'workbook.bicep' = {
  params: { location: location, tags: tags, componentName: names.component, resultsQueue: resultsQueue }
  dependsOn: [monitoring]
}

output functionName string = names.function
output functionUri string = function.outputs.uri
output vaultName string = names.vault
output vaultId string = vault.outputs.id
output principalId string = identity.outputs.principalId
output vaultUri string = vault.outputs.uri
output queueEndpoint string = dataAccount.outputs.queueEndpoint
