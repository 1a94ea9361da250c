param location string
param tags object

@description('The network with the subnet private-endpoints.')
param networkName string

@description('Names of the private DNS zones: blob, queue, table, vault.')
param zones string[]
param hostAccountName string
param dataAccountName string
param vaultName string
param keysVaultName string

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' existing = {
  name: networkName

  resource subnet 'subnets' existing = {
    name: 'private-endpoints'
  }
}

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' existing = [
  for zone in zones: {
    name: zone
  }
]

resource hostAccount 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: hostAccountName
}

resource dataAccount 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: dataAccountName
}

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: vaultName
}

resource keysVault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: keysVaultName
}

var targets = [
  { id: hostAccount.id, name: hostAccount.name, group: 'blob', zone: 0 }
  { id: hostAccount.id, name: hostAccount.name, group: 'table', zone: 2 }
  { id: dataAccount.id, name: dataAccount.name, group: 'blob', zone: 0 }
  { id: dataAccount.id, name: dataAccount.name, group: 'queue', zone: 1 }
  { id: dataAccount.id, name: dataAccount.name, group: 'table', zone: 2 }
  { id: vault.id, name: vault.name, group: 'vault', zone: 3 }
  { id: keysVault.id, name: keysVault.name, group: 'vault', zone: 3 }
]

resource endpoint 'Microsoft.Network/privateEndpoints@2024-05-01' = [
  for target in targets: {
    name: 'pep-${target.name}-${target.group}'
    location: location
    tags: tags
    properties: {
      subnet: {
        id: network::subnet.id
      }
      privateLinkServiceConnections: [
        {
          name: target.group
          properties: {
            privateLinkServiceId: target.id
            groupIds: [target.group]
          }
        }
      ]
    }
  }
]

resource zoneGroup 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01' = [
  for (target, i) in targets: {
    parent: endpoint[i]
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [
        {
          name: target.group
          properties: {
            privateDnsZoneId: zone[target.zone].id
          }
        }
      ]
    }
  }
]
