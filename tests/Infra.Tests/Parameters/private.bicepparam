using '../../../infra/main.bicep'

param environmentName = 'test'
param location = 'westeurope'
param vnetEnabled = true
param dataIpRanges = '203.0.113.7, 198.51.100.0/24'
param callerIpRanges = '203.0.113.7'
param deploymentIpRanges = '198.51.100.0/24'
