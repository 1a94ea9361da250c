// The way to the app through the network, for calls and deployments.

param location string
param tags object

@description('The network with the subnet snet-private-endpoints.')
param networkName string
param functionName string

// The name that Azure gives to apps everywhere in its public cloud.
var zoneName = 'privatelink.azurewebsites.net'

resource network 'Microsoft.Network/virtualNetworks@2025-05-01' existing = {
  name: networkName

  resource subnet 'subnets' existing = {
    name: 'snet-private-endpoints'
  }
}

resource site 'Microsoft.Web/sites@2025-03-01' existing = {
  name: functionName
}

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = {
  name: zoneName
  location: 'global'
  tags: tags

  resource link 'virtualNetworkLinks' = {
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
}

resource endpoint 'Microsoft.Network/privateEndpoints@2025-05-01' = {
  name: 'pep-${functionName}-sites'
  location: location
  tags: tags
  properties: {
    subnet: {
      id: network::subnet.id
    }
    privateLinkServiceConnections: [
      {
        name: 'sites'
        properties: {
          privateLinkServiceId: site.id
          groupIds: ['sites']
        }
      }
    ]
  }

  resource zoneGroup 'privateDnsZoneGroups' = {
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [
        {
          name: 'sites'
          properties: {
            privateDnsZoneId: zone.id
          }
        }
      ]
    }
  }
}
