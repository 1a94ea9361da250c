using '../../../infra/main.bicep'

param environmentName = 'test'
param location = 'westeurope'
param principalId = '33333333-3333-3333-3333-333333333333'
param salesforceBaseUrl = 'https://main.my.salesforce.com'
param salesforceOrgs = 'emea=https://emea.my.salesforce.com, apac=https://apac.my.salesforce.com'
param replyToQueues = 'orders, invoices'
param alertEmail = 'operators@example.com'
param monthlyBudget = 50
param budgetStart = '2026-01-01'
param resourceLocks = true
param vaultPurgeProtection = false
param deletedVaults = 'kv-keys-peqc6enz24rme'
param storageLogs = 'all'
param functionAppLogs = true
param resourceTags = 'Owner=Integration, CostCenter=4711'
