using '../../../infra/main.bicep'

param environmentName = 'test'
param location = 'westeurope'
param salesforceBaseUrl = 'https://main.my.salesforce.com'
param salesforceOrgs = 'emea=https://emea.my.salesforce.com'
param salesforceEvents = 'accounts=/data/AccountChangeEvent, orders=/event/Order__e'
param salesforceEventSettings = 'ListenFor=00:00:20,Topics__accounts__SkipOwnChanges=true,Topics__orders__Org=emea,Topics__orders__From=earliest,Topics__orders__Deliver__Webhook=https://engine.example/inbound/orders?key=1'
param salesforceClientName = 'connector'
