// The connector and all that it runs on, in a resource group of its own. Parameters come from main.parameters.json, there
// from the azd environment.
targetScope = 'subscription'

import { eventSettingsOf } from 'app/events.bicep'
import { settingsOf, signingKeysOf } from 'app/orgs.bicep'
import { list, nameOf, valueOf, storageLogKind } from 'app/types.bicep'

@minLength(1)
@maxLength(64)
@description('Name of the azd environment. Part of the resource group\'s name, and of what other names are made from.')
param environmentName string

@minLength(1)
@description('Region of all resources.')
@metadata({ azd: { type: 'location' } })
param location string

@description('Object id of who runs azd. A person or group gets the right to put secrets in the vault of credentials.')
param principalId string = ''

@description('Kind of that principal.')
param principalType 'User' | 'Group' | 'ServicePrincipal' = 'User'

@description('Base URL of the default org, `https://MyDomainName.my.salesforce.com`. Empty: payloads name theirs.')
param salesforceBaseUrl string = ''

@description('Version of Salesforce\'s REST API.')
param salesforceApiVersion string = 'v67.0'

@description('More orgs, separated by commas: `emea=https://Other.my.salesforce.com`.')
param salesforceOrgs string = ''

@description('How the app logs in at the default org: with a client secret, or by JWT bearer with a key that stays in the vault.')
param salesforceLogin 'client-credentials' | 'jwt' = 'client-credentials'

@description('With `SALESFORCE_LOGIN=jwt`: consumer key of the External Client App.')
param salesforceConsumerKey string = ''

@description('With `SALESFORCE_LOGIN=jwt`: the Salesforce user that calls are made as.')
param salesforceUserName string = ''

@description('With `SALESFORCE_LOGIN=jwt`: audience of the login. Empty: the org\'s base URL.')
param salesforceAudience string = ''

@description('With `SALESFORCE_LOGIN=jwt`: certificate in the vault that signs the login. Empty: `salesforce-jwt`.')
param salesforceSigningKey string = ''

@description('Further settings of the orgs in `SALESFORCE_ORGS`, separated by commas: `emea__Login=jwt,emea__ConsumerKey=3MVG…,emea__UserName=…`.')
param salesforceOrgSettings string = ''

@description('Client ids of Microsoft Entra applications, and queues, separated by commas, that may use the default org. Empty: every caller.')
param salesforceCallers string = ''

@description('Topics of Salesforce\'s events that the app receives, separated by commas: `accounts=/data/AccountChangeEvent,orders=/event/Order__e`. Empty: none.')
param salesforceEvents string = ''

@description('Further settings of events, separated by commas: `ListenFor=00:00:20,Topics__orders__Org=emea,Topics__orders__From=earliest`.')
param salesforceEventSettings string = ''

@description('The name by which Salesforce notes the app\'s own changes, for `SkipOwnChanges`. Empty: none.')
param salesforceClientName string = ''

@description('More queues that a message may name in `replyTo`, separated by commas. They are created.')
param replyToQueues string = ''

@description('Puts the app into a virtual network and shuts storage and vaults to all but private endpoints in it.')
param vnetEnabled bool = false

@description('Range of that network, a /24.')
param vnetAddressPrefix string = '10.80.0.0/24'

@description('With `VNET_ENABLED`: calls and deployments come by a private endpoint only. `azd deploy` must run inside the network.')
param privateInbound bool = false

@description('Addresses and ranges, separated by commas, that reach queues and vault past `VNET_ENABLED`: operators, engines.')
param dataIpRanges string = ''

@description('Addresses and ranges, separated by commas, that callers come from. Empty: from anywhere, with a key.')
param callerIpRanges string = ''

@description('The same for deployments.')
param deploymentIpRanges string = ''

@description('Client id of an app registration: callers then need its token beside the function key.')
param entraClientId string = ''

@description('Audiences of the token, separated by commas. Empty: `api://{client id}` and the client id.')
param entraAudiences string = ''

@description('Client ids of the callers, separated by commas. Empty: any that gets a token.')
param entraAllowedApplications string = ''

@description('Three zones for the app and its storage, in regions that have them. Azure then bills two always-ready instances per group at least.')
param zoneRedundant bool = false

@description('Memory of an instance.')
param instanceMemoryInMB 512 | 2048 | 4096 = 2048

@minValue(1)
@maxValue(1000)
@description('On-demand instances of each scale group: HTTP, and each queue function by itself. Some regions refuse values under 40.')
param maximumInstanceCount int = 40

@description('Always-ready instances, such as `http=1,function:QueryFromQueue=1`: no cold start for these.')
param alwaysReady string = ''

@minValue(0)
@maxValue(1000)
@description('HTTP requests that one instance takes at a time. 0: as the platform sees fit.')
param httpConcurrency int = 0

@description('Nobody can purge a deleted vault within 90 days. Once on it stays on, and azd up after azd down recovers the vaults.')
param vaultPurgeProtection bool = true

@description('Vaults that azd down has deleted and the deployment recovers, separated by commas. The hook before provisioning sets it.')
param deletedVaults string = ''

@minValue(1)
@maxValue(365)
@description('Days that blobs are kept: bodies of results, files on their way through the app, sources and results of bulk jobs. Longer than `Queues__ClaimLifetime`.')
param resultRetentionInDays int = 14

@minValue(30)
@maxValue(730)
@description('Days that telemetry is kept. 30 are included in the price.')
param logRetentionInDays int = 30

@minValue(-1)
@description('Gigabytes of telemetry a day after which no more is taken in. -1: no cap.')
param logDailyCapInGb int = 1

@description('Requests to blobs, queues and tables that are logged: `none`, `changes` or `all`. Each poll of a queue is a read.')
param storageLogs storageLogKind = 'none'

@description('Logs the Functions host a second time, in the table FunctionAppLogs.')
param functionAppLogs bool = false

@description('Where alerts and the budget\'s notices go. Empty: alerts are only seen in the portal.')
param alertEmail string = ''

@minValue(1)
@description('Minutes that a result may wait before an alert says so.')
param resultAgeAlertInMinutes int = 15

@minValue(0)
@description('Spending a month, in the subscription\'s currency, of which `ALERT_EMAIL` hears at 80 and 100 %. 0: no budget.')
param monthlyBudget int = 0

@description('First day of the month that the budget begins with.')
param budgetStart string = utcNow('yyyy-MM-01')

@description('Locks on the storage of queues and the vault of credentials, which azd down does not overcome.')
param resourceLocks bool = false

@description('Tags of all resources, separated by commas: `Owner=Integration,CostCenter=4711`.')
param resourceTags string = ''

var tags = {
  WorkloadName: 'salesforce-connector'
  ...toObject(list(resourceTags), tag => nameOf(tag), tag => valueOf(tag))
  'azd-env-name': environmentName
}

var orgs = {
  baseUrl: salesforceBaseUrl
  apiVersion: salesforceApiVersion
  login: salesforceLogin
  consumerKey: salesforceConsumerKey
  userName: salesforceUserName
  audience: salesforceAudience
  signingKey: salesforceSigningKey
  callers: salesforceCallers
  orgs: salesforceOrgs
  orgSettings: salesforceOrgSettings
}

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module connector 'app/connector.bicep' = {
  scope: group
  params: {
    token: uniqueString(subscription().id, environmentName, location)
    location: location
    tags: tags
    orgSettings: settingsOf(orgs)
    signsLogins: !empty(signingKeysOf(orgs))
    eventSettings: eventSettingsOf(salesforceEvents, salesforceEventSettings, salesforceClientName)
    receivesEvents: !empty(list(salesforceEvents))
    replyToQueues: list(replyToQueues)
    resultRetentionInDays: resultRetentionInDays
    resourceLocks: resourceLocks
    operator: {
      id: principalType == 'ServicePrincipal' ? '' : principalId
      type: principalType == 'Group' ? 'Group' : 'User'
    }
    network: {
      enabled: vnetEnabled
      addressPrefix: vnetAddressPrefix
      dataIpRanges: list(dataIpRanges)
      privateInbound: privateInbound && !vnetEnabled ? fail('PRIVATE_INBOUND needs VNET_ENABLED') : privateInbound
    }
    access: {
      callerIpRanges: list(callerIpRanges)
      deploymentIpRanges: list(deploymentIpRanges)
      entraClientId: entraClientId
      entraAudiences: list(entraAudiences)
      entraAllowedApplications: list(entraAllowedApplications)
    }
    scale: {
      zoneRedundant: zoneRedundant
      instanceMemoryInMB: instanceMemoryInMB
      maximumInstanceCount: maximumInstanceCount
      alwaysReady: map(list(alwaysReady), group => { name: nameOf(group), instanceCount: int(valueOf(group)) })
      httpConcurrency: httpConcurrency
    }
    vaults: { purgeProtection: vaultPurgeProtection, recover: list(deletedVaults) }
    observation: {
      logRetentionInDays: logRetentionInDays
      logDailyCapInGb: logDailyCapInGb
      storageLogs: storageLogs
      functionAppLogs: functionAppLogs
      alertEmail: alertEmail
      resultAgeInMinutes: resultAgeAlertInMinutes
    }
  }
}

module budget 'app/budget.bicep' = if (monthlyBudget > 0 && !empty(alertEmail)) {
  scope: group
  params: { amount: monthlyBudget, start: budgetStart, email: alertEmail }
}

output AZURE_LOCATION string = location
output AZURE_TENANT_ID string = tenant().tenantId
output AZURE_RESOURCE_GROUP string = group.name
output AZURE_FUNCTION_NAME string = connector.outputs.functionName
output SERVICE_CONNECTOR_NAME string = connector.outputs.functionName
output SERVICE_CONNECTOR_URI string = connector.outputs.functionUri
output AZURE_KEY_VAULT_NAME string = connector.outputs.vaultName
output AZURE_KEY_VAULT_ENDPOINT string = connector.outputs.vaultUri
@description('The certificates that sign logins, which azd\'s hook makes, and gives the app\'s identity a role on: prefix=name for each org that has one, separated by spaces.')
output AZURE_SIGNING_KEYS string = join(signingKeysOf(orgs), ' ')
output AZURE_KEY_VAULT_ID string = connector.outputs.vaultId
output AZURE_IDENTITY_PRINCIPAL_ID string = connector.outputs.principalId
output AZURE_QUEUE_ENDPOINT string = connector.outputs.queueEndpoint
