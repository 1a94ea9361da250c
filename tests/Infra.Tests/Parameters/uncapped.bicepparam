using '../../../infra/main.bicep'

param environmentName = 'test'
param location = 'westeurope'
param logDailyCapInGb = -1
param storageLogs = 'changes'
