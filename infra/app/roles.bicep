// What the app's identity may do, each on the one resource that it needs it for; and who may put secrets.

import { operatorOptions } from 'types.bicep'

@description('Name of the app\'s identity.')
param identityName string

param hostAccountName string
param dataAccountName string

@description('Queues that the host takes messages from, with their poison queues, which the app empties, and the one of what is kept, from which the app takes what is sent again.')
param triggerQueues string[]

@description('Queues that the app puts messages on, and counts those that wait there.')
param outputQueues string[]
param containers string[]
param tables string[]

@description('The vault of the orgs\' credentials.')
param vaultName string

@description('The vault of the function keys.')
param keysVaultName string
param componentName string

param operator operatorOptions

@description('Whether certificates in the vault sign logins. The app\'s role on their keys comes with them, by azd\'s hook.')
param signsLogins bool

var roles = {
  blobDataContributor: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
  blobDataOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  keyVaultCertificatesOfficer: 'a4417e6f-fecd-4de8-b567-7b0420556985'
  keyVaultSecretsOfficer: 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7'
  keyVaultSecretsUser: '4633458b-17de-408a-b874-0445c86b69e6'
  monitoringMetricsPublisher: '3913510d-42f4-4e42-8a64-420c390055eb'
  queueDataContributor: '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
  queueDataMessageSender: 'c6a89b2d-59bc-44d0-9896-0f6e12d7b80a'
  queueDataReader: '19e7f393-937e-4f77-808e-94535e297925'
  tableDataContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
}

// Each queue of results with each of its two roles.
var outputRoles = flatten(map(outputQueues, queue => [
  { queue: queue, role: roles.queueDataMessageSender }
  { queue: queue, role: roles.queueDataReader }
]))

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource hostAccount 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: hostAccountName
}

resource dataAccount 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: dataAccountName

  resource blobs 'blobServices' existing = {
    name: 'default'

    resource container 'containers' existing = [
      for container in containers: {
        name: container
      }
    ]
  }

  resource queueService 'queueServices' existing = {
    name: 'default'

    resource trigger 'queues' existing = [
      for queue in triggerQueues: {
        name: queue
      }
    ]

    resource output 'queues' existing = [
      for role in outputRoles: {
        name: role.queue
      }
    ]
  }

  resource tableService 'tableServices' existing = {
    name: 'default'

    resource table 'tables' existing = [
      for table in tables: {
        name: table
      }
    ]
  }
}

resource vault 'Microsoft.KeyVault/vaults@2025-05-01' existing = {
  name: vaultName
}

resource keysVault 'Microsoft.KeyVault/vaults@2025-05-01' existing = {
  name: keysVaultName
}

resource component 'Microsoft.Insights/components@2020-02-02' existing = {
  name: componentName
}

// The host's own: its locks, the deployed package, and the events that the portal shows of it.
resource hostBlobs 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(hostAccount.id, identity.id, roles.blobDataOwner)
  scope: hostAccount
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.blobDataOwner)
  }
}

resource hostTables 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(hostAccount.id, identity.id, roles.tableDataContributor)
  scope: hostAccount
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.tableDataContributor)
  }
}

// Contributor, as the host also changes messages (their time out of sight) and makes sure that the poison queue is there;
// Message Processor may do neither.
resource trigger 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (queue, i) in triggerQueues: {
    name: guid(dataAccount::queueService::trigger[i].id, identity.id, roles.queueDataContributor)
    scope: dataAccount::queueService::trigger[i]
    properties: {
      principalId: identity.properties.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.queueDataContributor)
    }
  }
]

resource output 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (output, i) in outputRoles: {
    name: guid(dataAccount::queueService::output[i].id, identity.id, output.role)
    scope: dataAccount::queueService::output[i]
    properties: {
      principalId: identity.properties.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', output.role)
    }
  }
]

resource results 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (container, i) in containers: {
    name: guid(dataAccount::blobs::container[i].id, identity.id, roles.blobDataContributor)
    scope: dataAccount::blobs::container[i]
    properties: {
      principalId: identity.properties.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.blobDataContributor)
    }
  }
]

resource table 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (table, i) in tables: {
    name: guid(dataAccount::tableService::table[i].id, identity.id, roles.tableDataContributor)
    scope: dataAccount::tableService::table[i]
    properties: {
      principalId: identity.properties.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.tableDataContributor)
    }
  }
]

resource secrets 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, identity.id, roles.keyVaultSecretsUser)
  scope: vault
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.keyVaultSecretsUser)
  }
}

// The host makes and renews the function keys itself, hence a vault of its own for them.
resource keys 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(keysVault.id, identity.id, roles.keyVaultSecretsOfficer)
  scope: keysVault
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.keyVaultSecretsOfficer)
  }
}

resource telemetry 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(component.id, identity.id, roles.monitoringMetricsPublisher)
  scope: component
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles.monitoringMetricsPublisher
    )
  }
}

resource operatorSecrets 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(operator.id)) {
  name: guid(vault.id, operator.id, roles.keyVaultSecretsOfficer)
  scope: vault
  properties: {
    principalId: operator.id
    principalType: operator.type
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.keyVaultSecretsOfficer)
  }
}

resource operatorCertificates 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (signsLogins && !empty(operator.id)) {
  name: guid(vault.id, operator.id, roles.keyVaultCertificatesOfficer)
  scope: vault
  properties: {
    principalId: operator.id
    principalType: operator.type
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles.keyVaultCertificatesOfficer
    )
  }
}
