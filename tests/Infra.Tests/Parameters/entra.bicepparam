using '../../../infra/main.bicep'

param environmentName = 'test'
param location = 'westeurope'
param entraClientId = '11111111-1111-1111-1111-111111111111'
param entraAllowedApplications = '22222222-2222-2222-2222-222222222222'
