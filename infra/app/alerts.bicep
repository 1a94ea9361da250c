param location string
param tags object

@description('Name of the Application Insights component whose metrics and logs are looked at.')
param componentName string
param workspaceId string

@description('Where alerts go; empty: they are only seen in the portal.')
param email string

@description('The queue of results.')
param resultsQueue string
param resultAgeInMinutes int

resource component 'Microsoft.Insights/components@2020-02-02' existing = {
  name: componentName
}

resource group 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(email)) {
  name: 'ag-${componentName}'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'Salesforce'
    emailReceivers: [
      {
        name: 'operators'
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
  }
}

// Each query yields a row for each thing that is wrong.
var alerts = [
  {
    name: 'poison-messages'
    title: 'Messages on a poison queue'
    description: 'A message could not be processed and is kept on salesforce-poison, or waits on a -poison queue of the host for the next housekeeping. List what is kept (GET /api/kept with the master key), mend the cause, and send it again (POST /api/kept/send) or drop it (POST /api/kept/drop).'
    severity: 2
    minutes: 15
    scope: component.id
    query: '''
      union
        (customMetrics
        | where name == 'salesforce.queue.messages' and valueMax > 0
        | extend queue = tostring(customDimensions['queue'])
        | where queue endswith '-poison'),
        (traces
        | where message has 'Message has reached MaxDequeueCount')
    '''
  }
  {
    name: 'failures'
    title: 'Operations fail'
    description: 'More than five operations in a quarter of an hour failed with status 5xx.'
    severity: 2
    minutes: 15
    scope: component.id
    query: '''
      customMetrics
      | where name == 'salesforce.operation.duration'
      | where toint(customDimensions['status']) >= 500
      | summarize failed = sum(valueCount)
      | where failed > 5
    '''
  }
  {
    name: 'salesforce-authentication'
    title: 'Salesforce refuses the login'
    description: 'Salesforce refused the client id and secret, or the tokens of new logins (401). See the external client app in the org, and the secrets in Key Vault.'
    severity: 1
    minutes: 15
    scope: component.id
    query: '''
      customMetrics
      | where (name == 'salesforce.logins' and tostring(customDimensions['outcome']) == 'refused')
          or (name == 'salesforce.operation.duration' and tostring(customDimensions['error_code']) == 'SALESFORCE_AUTHENTICATION_FAILED')
    '''
  }
  {
    name: 'salesforce-limit'
    title: 'Salesforce API requests run out'
    description: 'An org has less than a tenth of its daily API requests left, or refuses requests over a limit already.'
    severity: 2
    minutes: 15
    scope: component.id
    query: '''
      let quota = customMetrics
        | where name in ('salesforce.api.remaining', 'salesforce.api.limit')
        | extend org = tostring(customDimensions['org'])
        | summarize arg_max(timestamp, valueMin) by name, org;
      union
        (quota
        | summarize
            remaining = maxif(valueMin, name == 'salesforce.api.remaining'),
            quota = maxif(valueMin, name == 'salesforce.api.limit')
            by org
        | where quota > 0 and remaining < 0.1 * quota),
        (customMetrics
        | where name == 'salesforce.requests'
        | where tostring(customDimensions['error_code']) == 'REQUEST_LIMIT_EXCEEDED' or toint(customDimensions['status']) == 429)
    '''
  }
  {
    name: 'result-age'
    title: 'Results are not fetched'
    description: 'The oldest message on the queue of results waits longer than it should: is the engine taking results?'
    severity: 2
    minutes: 15
    scope: component.id
    query: '''
      customMetrics
      | where name == 'salesforce.queue.age'
      | where tostring(customDimensions['queue']) == '{queue}' and valueMax > {minutes} * 60
    '''
  }
  {
    name: 'secret-expiry'
    title: 'A secret expires'
    description: 'A secret in the vaults is about to expire, or has done so.'
    severity: 2
    minutes: 60
    scope: workspaceId
    query: '''
      AZKVAuditLogs
      | where OperationName in ('SecretNearExpiryEventGridNotification', 'SecretExpiredEventGridNotification')
    '''
  }
  {
    name: 'daily-cap'
    title: 'No more telemetry today'
    description: 'The workspace has taken in what logDailyCapInGb allows; until tomorrow nothing more is seen, alerts included.'
    severity: 1
    minutes: 15
    scope: workspaceId
    query: '''
      _LogOperation
      | where Category =~ 'Ingestion' and Detail has 'OverQuota'
    '''
  }
]

resource rule 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for alert in alerts: {
    name: alert.name
    location: location
    tags: tags
    properties: {
      displayName: alert.title
      description: alert.description
      severity: alert.severity
      enabled: true
      autoMitigate: true
      evaluationFrequency: 'PT${alert.minutes}M'
      windowSize: 'PT${alert.minutes}M'
      scopes: [alert.scope]
      // The tables of a new workspace are not there before their first rows.
      skipQueryValidation: true
      criteria: {
        allOf: [
          {
            query: replace(replace(alert.query, '{queue}', resultsQueue), '{minutes}', string(resultAgeInMinutes))
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            failingPeriods: {
              numberOfEvaluationPeriods: 1
              minFailingPeriodsToAlert: 1
            }
          }
        ]
      }
      actions: {
        actionGroups: empty(email) ? [] : [group.id]
      }
    }
  }
]
