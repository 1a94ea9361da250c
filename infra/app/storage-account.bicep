import { storageLogKind } from 'types.bicep'

param name string
param location string
param tags object

@description('Copies in three zones of the region, rather than in one.')
param zoneRedundant bool

@description('Reachable by private endpoints only, but for allowedIpRanges.')
param private bool

@description('Addresses and ranges that reach a private account all the same.')
param allowedIpRanges string[] = []

param containers string[] = []
param queues string[] = []
param tables string[] = []

@description('Containers whose blobs are deleted after retentionInDays.')
param expiringContainers string[] = []
param retentionInDays int = 14

@description('A lock that has to be taken off before the account can be deleted.')
param lock bool

param logs storageLogKind
param workspaceId string

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: {
    name: zoneRedundant ? 'Standard_ZRS' : 'Standard_LRS'
  }
  properties: {
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowedCopyScope: 'AAD'
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    isLocalUserEnabled: false
    publicNetworkAccess: private && empty(allowedIpRanges) ? 'Disabled' : 'Enabled'
    networkAcls: {
      bypass: 'None'
      defaultAction: private ? 'Deny' : 'Allow'
      ipRules: [
        for range in (private ? allowedIpRanges : []): {
          action: 'Allow'
          value: range
        }
      ]
    }
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-06-01' = {
  parent: account
  name: 'default'
  properties: {
    deleteRetentionPolicy: {
      enabled: true
      days: 7
    }
    containerDeleteRetentionPolicy: {
      enabled: true
      days: 7
    }
  }
}

resource container 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = [
  for container in containers: {
    parent: blobs
    name: container
    properties: {
      publicAccess: 'None'
    }
  }
]

resource lifecycle 'Microsoft.Storage/storageAccounts/managementPolicies@2025-06-01' = if (!empty(expiringContainers)) {
  parent: account
  name: 'default'
  properties: {
    policy: {
      rules: [
        {
          name: 'delete-expired'
          type: 'Lifecycle'
          enabled: true
          definition: {
            filters: {
              blobTypes: ['blockBlob']
              prefixMatch: [for container in expiringContainers: '${container}/']
            }
            actions: {
              baseBlob: {
                delete: {
                  daysAfterModificationGreaterThan: retentionInDays
                }
              }
            }
          }
        }
      ]
    }
  }
  dependsOn: [container]
}

resource queueService 'Microsoft.Storage/storageAccounts/queueServices@2025-06-01' = {
  parent: account
  name: 'default'
}

resource queue 'Microsoft.Storage/storageAccounts/queueServices/queues@2025-06-01' = [
  for queue in queues: {
    parent: queueService
    name: queue
  }
]

resource tableService 'Microsoft.Storage/storageAccounts/tableServices@2025-06-01' = {
  parent: account
  name: 'default'
}

resource table 'Microsoft.Storage/storageAccounts/tableServices/tables@2025-06-01' = [
  for table in tables: {
    parent: tableService
    name: table
  }
]

var logCategories = map(
  logs == 'all' ? ['StorageRead', 'StorageWrite', 'StorageDelete'] : ['StorageWrite', 'StorageDelete'],
  category => { category: category, enabled: true }
)

#disable-next-line use-recent-api-versions // There is no other version with these settings.
resource blobLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (logs != 'none') {
  name: 'log-analytics'
  scope: blobs
  properties: {
    workspaceId: workspaceId
    logs: logCategories
  }
}

#disable-next-line use-recent-api-versions // There is no other version with these settings.
resource queueLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (logs != 'none') {
  name: 'log-analytics'
  scope: queueService
  properties: {
    workspaceId: workspaceId
    logs: logCategories
  }
}

#disable-next-line use-recent-api-versions // There is no other version with these settings.
resource tableLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (logs != 'none') {
  name: 'log-analytics'
  scope: tableService
  properties: {
    workspaceId: workspaceId
    logs: logCategories
  }
}

resource deletionLock 'Microsoft.Authorization/locks@2020-05-01' = if (lock) {
  name: 'no-deletion'
  scope: account
  properties: {
    level: 'CanNotDelete'
    notes: 'Queues, results and claims of operations in flight.'
  }
}

output queueEndpoint string = account.properties.primaryEndpoints.queue
