// Who may make the certificates that sign logins. The certificates themselves come from the vault's data plane, which Bicep
// does not reach, and a role on one key needs the key: azd's hook makes both.

import { operatorOptions } from 'types.bicep'

@description('The vault of the orgs\' credentials.')
param vaultName string
param operator operatorOptions

var keyVaultCertificatesOfficer = 'a4417e6f-fecd-4de8-b567-7b0420556985'

resource vault 'Microsoft.KeyVault/vaults@2025-05-01' existing = {
  name: vaultName
}

resource certificates 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(operator.id)) {
  name: guid(vault.id, operator.id, keyVaultCertificatesOfficer)
  scope: vault
  properties: {
    principalId: operator.id
    principalType: operator.type
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', keyVaultCertificatesOfficer)
  }
}
