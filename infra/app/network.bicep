// The virtual network, with private endpoints of all that the app keeps its data in.

param name string
param location string
param tags object

@description('Range of the network; a /24, of which the app and the endpoints take a quarter each.')
param addressPrefix string
param hostAccountName string
param dataAccountName string
param vaultName string
param keysVaultName string

var storageZones = map(
  ['blob', 'queue', 'table'],
  service => 'privatelink.${service}.${environment().suffixes.storage}'
)
var vaultZone = 'privatelink${replace(environment().suffixes.keyvaultDns, 'vault', 'vaultcore')}'
var zones = concat(storageZones, [vaultZone])

resource network 'Microsoft.Network/virtualNetworks@2025-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: {
      addressPrefixes: [addressPrefix]
    }
  }

  resource endpoints 'subnets' = {
    name: 'snet-private-endpoints'
    properties: {
      addressPrefix: cidrSubnet(addressPrefix, 26, 0)
      privateEndpointNetworkPolicies: 'Disabled'
    }
  }

  resource app 'subnets' = {
    name: 'snet-app'
    properties: {
      addressPrefix: cidrSubnet(addressPrefix, 26, 1)
      delegations: [
        {
          name: 'flex-consumption'
          properties: {
            serviceName: 'Microsoft.App/environments'
          }
        }
      ]
    }
    // Azure changes one subnet of a network at a time.
    dependsOn: [endpoints]
  }
}

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for zone in zones: {
    name: zone
    location: 'global'
    tags: tags
  }
]

resource link 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (name, i) in zones: {
    parent: zone[i]
    name: network.name
    location: 'global'
    tags: tags
    properties: {
      registrationEnabled: false
      virtualNetwork: {
        id: network.id
      }
    }
  }
]

resource hostAccount 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: hostAccountName
}

resource dataAccount 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: dataAccountName
}

resource vault 'Microsoft.KeyVault/vaults@2025-05-01' existing = {
  name: vaultName
}

resource keysVault 'Microsoft.KeyVault/vaults@2025-05-01' existing = {
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

resource endpoint 'Microsoft.Network/privateEndpoints@2025-05-01' = [
  for target in targets: {
    name: 'pep-${target.name}-${target.group}'
    location: location
    tags: tags
    properties: {
      subnet: {
        id: network::endpoints.id
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

resource zoneGroup 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2025-05-01' = [
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
