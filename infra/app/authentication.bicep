// Tokens of Microsoft Entra, asked of callers beside the function key.

import { accessOptions } from 'types.bicep'

param functionName string
param access accessOptions

resource site 'Microsoft.Web/sites@2025-03-01' existing = {
  name: functionName
}

resource authentication 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: site
  name: 'authsettingsV2'
  properties: {
    platform: {
      enabled: true
    }
    globalValidation: {
      requireAuthentication: true
      unauthenticatedClientAction: 'Return401'
    }
    httpSettings: {
      requireHttps: true
    }
    login: {
      tokenStore: {
        enabled: false
      }
    }
    identityProviders: {
      azureActiveDirectory: {
        enabled: true
        registration: {
          clientId: access.entraClientId
          openIdIssuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
        }
        validation: {
          allowedAudiences: empty(access.entraAudiences)
            ? ['api://${access.entraClientId}', access.entraClientId]
            : access.entraAudiences
          ...(empty(access.entraAllowedApplications)
            ? {}
            : { defaultAuthorizationPolicy: { allowedApplications: access.entraAllowedApplications } })
        }
      }
    }
  }
}
