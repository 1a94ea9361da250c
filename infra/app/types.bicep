// Types of the parameters that the modules share, and what reads them from the strings of the azd environment.

@export()
@description('The virtual network, and who passes its closed doors.')
type networkOptions = {
  @description('Storage and vaults are reached by private endpoints only; the app joins the network.')
  enabled: bool

  @description('Range of the network; a /24, of which the app and the endpoints take a quarter each.')
  addressPrefix: string

  @description('Addresses and ranges that reach the queues and the vault of credentials all the same.')
  dataIpRanges: string[]

  @description('Calls and deployments come by a private endpoint only.')
  privateInbound: bool
}

@export()
@description('Who may call the app and deploy to it.')
type accessOptions = {
  @description('Addresses and ranges that callers come from; empty: from anywhere.')
  callerIpRanges: string[]

  @description('Addresses and ranges that deployments come from; empty: from anywhere.')
  deploymentIpRanges: string[]

  @description('Client id of the app registration that callers get their tokens for; empty: function keys alone.')
  entraClientId: string

  @description('Audiences of these tokens; empty: api://{client id} and the client id.')
  entraAudiences: string[]

  @description('Client ids of the callers; empty: any of the tenant that gets a token for the audience.')
  entraAllowedApplications: string[]
}

@export()
@description('Instances that are always there, for all HTTP functions (http) or one other function (function:QueryFromQueue).')
type alwaysReadyGroup = {
  name: string
  @minValue(0)
  instanceCount: int
}

@export()
@description('How many instances of which size, and where.')
type scaleOptions = {
  zoneRedundant: bool
  instanceMemoryInMB: 512 | 2048 | 4096

  @minValue(1)
  @maxValue(1000)
  @description('On-demand instances of each scale group: HTTP, and each queue function by itself.')
  maximumInstanceCount: int
  alwaysReady: alwaysReadyGroup[]

  @minValue(0)
  @maxValue(1000)
  @description('HTTP requests that one instance takes at a time; 0: as the platform sees fit.')
  httpConcurrency: int
}

@export()
@description('Which requests to blobs, queues and tables are logged: none, those that change something, or reads too.')
type storageLogKind = 'none' | 'changes' | 'all'

@export()
@description('What is kept of the app\'s telemetry, and whom alerts go to.')
type observationOptions = {
  @minValue(30)
  @maxValue(730)
  logRetentionInDays: int

  @minValue(-1)
  @description('Gigabytes a day after which no more telemetry is taken in; -1: no cap.')
  logDailyCapInGb: int
  storageLogs: storageLogKind

  @description('The log of the Functions host beside Application Insights, which has it already.')
  functionAppLogs: bool

  @description('Where alerts go; empty: they are only seen in the portal.')
  alertEmail: string

  @minValue(1)
  @description('Minutes that a result may wait before an alert says so.')
  resultAgeInMinutes: int
}

@export()
@description('What becomes of a vault that is deleted.')
type vaultOptions = {
  @description('Nobody, not even its owner, can purge the vault within 90 days of its deletion. Cannot be taken back.')
  purgeProtection: bool

  @description('Names of vaults that were deleted and not purged, and are recovered.')
  recover: string[]
}

@export()
@description('Person or group that puts the orgs\' credentials in the vault.')
type operatorOptions = {
  @description('Object id; empty: nobody yet.')
  id: string
  type: 'User' | 'Group'
}

@export()
@description('The parts between commas.')
func list(text string) string[] => filter(map(split(text, ','), part => trim(part)), part => !empty(part))

@export()
@description('What stands before the first = of name=value.')
func nameOf(pair string) string => trim(split(pair, '=')[0])

@export()
@description('What stands behind the first = of name=value.')
func valueOf(pair string) string => trim(substring(pair, indexOf(pair, '=') + 1))
