import { accessOptions, scaleOptions } from 'types.bicep'

param name string
param planName string
param location string
param tags object

@description('Name of the identity that the app runs as.')
param identityName string

@description('App settings beside those of the host.')
param settings object

@description('The host\'s own storage account, with the container for the deployed package.')
param hostAccountName string
param deploymentContainer string

@description('The storage account of queues and results.')
param dataAccountName string

@description('The vault of the orgs\' credentials.')
param vaultName string

@description('Name of the Application Insights component.')
param componentName string
param workspaceId string

@description('The vault in which the host keeps the function keys.')
param keysVaultName string

@description('The network with the subnet snet-app, from which the private endpoints are reached; empty: none.')
param networkName string

@description('Reached by a private endpoint only.')
param privateInbound bool
param scale scaleOptions
param access accessOptions

@description('Log the host in the table FunctionAppLogs too.')
param logs bool

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource hostAccount 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: hostAccountName
}

resource dataAccount 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: dataAccountName
}

resource vault 'Microsoft.KeyVault/vaults@2025-05-01' existing = {
  name: vaultName
}

resource component 'Microsoft.Insights/components@2020-02-02' existing = {
  name: componentName
}

resource keysVault 'Microsoft.KeyVault/vaults@2025-05-01' existing = {
  name: keysVaultName
}

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: {
    reserved: true
    zoneRedundant: scale.zoneRedundant
  }
}

resource site 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  // azd deploys the service of this name in azure.yaml to the one app that has the tag.
  tags: union(tags, { 'azd-service-name': 'connector' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identity.id}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identity.id
    publicNetworkAccess: privateInbound ? 'Disabled' : 'Enabled'
    virtualNetworkSubnetId: empty(networkName)
      ? null
      : resourceId('Microsoft.Network/virtualNetworks/subnets', networkName, 'snet-app')
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${hostAccount.properties.primaryEndpoints.blob}${deploymentContainer}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identity.id
          }
        }
      }
      runtime: {
        name: 'dotnet-isolated'
        version: '10.0'
      }
      scaleAndConcurrency: {
        instanceMemoryMB: scale.instanceMemoryInMB
        maximumInstanceCount: scale.maximumInstanceCount
        alwaysReady: scale.alwaysReady
        ...(scale.httpConcurrency == 0 ? {} : { triggers: { http: { perInstanceConcurrency: scale.httpConcurrency } } })
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      http20Enabled: true
      ipSecurityRestrictionsDefaultAction: empty(access.callerIpRanges) ? 'Allow' : 'Deny'
      ipSecurityRestrictions: [
        for (range, i) in access.callerIpRanges: {
          name: 'caller-${i}'
          action: 'Allow'
          ipAddress: contains(range, '/') ? range : '${range}/32'
          priority: 100 + i
        }
      ]
      scmIpSecurityRestrictionsUseMain: false
      scmIpSecurityRestrictionsDefaultAction: empty(access.deploymentIpRanges) ? 'Allow' : 'Deny'
      scmIpSecurityRestrictions: [
        for (range, i) in access.deploymentIpRanges: {
          name: 'deployment-${i}'
          action: 'Allow'
          ipAddress: contains(range, '/') ? range : '${range}/32'
          priority: 100 + i
        }
      ]
    }
  }

  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: {
      allow: false
    }
  }

  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: {
      allow: false
    }
  }

  resource appSettings 'config' = {
    name: 'appsettings'
    properties: {
      ...settings
      AzureWebJobsStorage__blobServiceUri: hostAccount.properties.primaryEndpoints.blob
      AzureWebJobsStorage__tableServiceUri: hostAccount.properties.primaryEndpoints.table
      AzureWebJobsStorage__credential: 'managedidentity'
      AzureWebJobsStorage__clientId: identity.properties.clientId
      AzureWebJobsSecretStorageType: 'keyvault'
      AzureWebJobsSecretStorageKeyVaultUri: keysVault.properties.vaultUri
      AzureWebJobsSecretStorageKeyVaultClientId: identity.properties.clientId
      Storage__blobServiceUri: dataAccount.properties.primaryEndpoints.blob
      Storage__queueServiceUri: dataAccount.properties.primaryEndpoints.queue
      Storage__tableServiceUri: dataAccount.properties.primaryEndpoints.table
      Storage__credential: 'managedidentity'
      Storage__clientId: identity.properties.clientId
      KeyVault__Uri: vault.properties.vaultUri
      KeyVault__ManagedIdentityClientId: identity.properties.clientId
      APPLICATIONINSIGHTS_CONNECTION_STRING: component.properties.ConnectionString
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.properties.clientId};Authorization=AAD'
    }
  }
}

module authentication 'authentication.bicep' = if (!empty(access.entraClientId)) {
  params: {
    functionName: site.name
    access: access
  }
}

var categories = concat(
  logs ? ['FunctionAppLogs'] : [],
  empty(access.entraClientId) ? [] : ['AppServiceAuthenticationLogs']
)

#disable-next-line use-recent-api-versions // There is no other version with these settings.
resource hostLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (!empty(categories)) {
  name: 'log-analytics'
  scope: site
  properties: {
    workspaceId: workspaceId
    logs: map(categories, category => { category: category, enabled: true })
  }
}

output uri string = 'https://${site.properties.defaultHostName}'
