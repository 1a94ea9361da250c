using '../../../infra/main.bicep'

param environmentName = 'test'
param location = 'westeurope'
param vnetEnabled = true
param privateInbound = true
