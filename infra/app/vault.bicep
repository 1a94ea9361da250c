import { vaultOptions } from 'types.bicep'

param name string
param location string
param tags object

param options vaultOptions

@description('Reachable by private endpoint only, but for allowedIpRanges.')
param private bool

@description('Addresses and ranges that reach a private vault all the same.')
param allowedIpRanges string[] = []

@description('A lock that has to be taken off before the vault can be deleted.')
param lock bool
param workspaceId string

resource vault 'Microsoft.KeyVault/vaults@2025-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    createMode: contains(options.recover, name) ? 'recover' : 'default'
    tenantId: tenant().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    // Absent, not false: Azure refuses false.
    enablePurgeProtection: options.purgeProtection ? true : null
    publicNetworkAccess: private && empty(allowedIpRanges) ? 'Disabled' : 'Enabled'
    networkAcls: {
      bypass: 'None'
      defaultAction: private ? 'Deny' : 'Allow'
      ipRules: [
        for range in (private ? allowedIpRanges : []): {
          value: range
        }
      ]
    }
  }
}

#disable-next-line use-recent-api-versions // There is no other version with these settings.
resource auditLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'log-analytics'
  scope: vault
  properties: {
    workspaceId: workspaceId
    logAnalyticsDestinationType: 'Dedicated'
    logs: [
      {
        categoryGroup: 'audit'
        enabled: true
      }
    ]
  }
}

resource deletionLock 'Microsoft.Authorization/locks@2020-05-01' = if (lock) {
  name: 'no-deletion'
  scope: vault
  properties: {
    level: 'CanNotDelete'
    notes: 'Credentials of the Salesforce orgs, or the keys of the app.'
  }
}

output uri string = vault.properties.vaultUri
output id string = vault.id
