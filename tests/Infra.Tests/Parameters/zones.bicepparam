using '../../../infra/main.bicep'

param environmentName = 'test'
param location = 'westeurope'
param zoneRedundant = true
param alwaysReady = 'http=2, function:QueryFromQueue=2'
param maximumInstanceCount = 100
param httpConcurrency = 16
