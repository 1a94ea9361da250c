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

@description('Gigabytes a day after which the workspace takes in no more; -1: no cap.')
param dailyCapInGb int

@description('Whether the app receives Salesforce\'s events.')
param receivesEvents bool

@description('Whether the app delivers them to webhooks or to Camunda.')
param deliversEvents bool

@description('The vault of credentials, whose secrets may expire.')
param vaultName string

resource component 'Microsoft.Insights/components@2020-02-02' existing = {
  name: componentName
}

resource vault 'Microsoft.KeyVault/vaults@2025-05-01' existing = {
  name: vaultName
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
    every: 'PT15M'
    lookBack: 'PT15M'
    scope: component.id
    query: loadTextContent('queries/poison-messages.kql')
  }
  {
    name: 'failures'
    title: 'Operations fail'
    description: 'More than five operations in a quarter of an hour failed with status 5xx. The workbook has them by operation and errorCode; the table of errors in the documentation says what each code means and whether it is tried again by itself.'
    severity: 2
    every: 'PT15M'
    lookBack: 'PT15M'
    scope: component.id
    query: loadTextContent('queries/failures.kql')
  }
  {
    name: 'salesforce-authentication'
    title: 'Salesforce refuses the login'
    description: 'Salesforce refused the login, or the tokens of new logins (401). A call\'s problem says what to do. See that the org\'s External Client App is enabled, that its flow and its user are set, and that the secrets in the vault, or the certificate in the app, are the right ones. A new secret is taken up by itself.'
    severity: 1
    every: 'PT15M'
    lookBack: 'PT15M'
    scope: component.id
    query: loadTextContent('queries/salesforce-authentication.kql')
  }
  {
    name: 'salesforce-limit'
    title: 'Salesforce API requests run out'
    description: 'An org has less than a tenth of its daily API requests left, or refuses requests over a limit already. See in the org\'s Company Information who else uses them. Lower MAXIMUM_INSTANCE_COUNT, read many records with GetRecords or Query, or buy more.'
    severity: 2
    every: 'PT15M'
    lookBack: 'PT15M'
    scope: component.id
    query: loadTextContent('queries/salesforce-limit.kql')
  }
  {
    name: 'result-age'
    title: 'Results are not fetched'
    description: 'The oldest message on the queue of results waits longer than RESULT_AGE_ALERT_MINUTES. See that the engine runs, takes results, and has the role Storage Queue Data Message Processor on the queue.'
    severity: 2
    every: 'PT15M'
    lookBack: 'PT15M'
    scope: component.id
    query: loadTextContent('queries/result-age.kql')
  }
  {
    name: 'silence'
    title: 'The connector tells nothing of itself'
    description: 'The queues, which are counted every five minutes, were not counted for half an hour. The app was not deployed yet, does not run, or no more telemetry is taken in today.'
    severity: 1
    every: 'PT15M'
    lookBack: 'PT30M'
    scope: component.id
    query: loadTextContent('queries/silence.kql')
  }
  {
    name: 'daily-cap'
    title: 'No more telemetry today'
    description: 'The workspace has taken in what LOG_DAILY_CAP_GB allows. Until its next day nothing more is seen, and no other alert on telemetry is raised.'
    severity: 1
    every: 'PT15M'
    lookBack: 'PT15M'
    scope: workspaceId
    query: loadTextContent('queries/daily-cap.kql')
  }
]

var ofEvents = [
  {
    name: 'events-behind'
    title: 'Events are not received'
    description: 'A subscription has heard nothing of Salesforce for half an hour, not even that there are no events. The log has the reason and what to do under the subscription\'s name: the org\'s event deliveries are used up, the topic or the user\'s permission is missing, or port 7443 is closed on the way out. Events wait in Salesforce for 72 hours.'
    severity: 1
    every: 'PT15M'
    lookBack: 'PT15M'
    scope: component.id
    query: loadTextContent('queries/events-behind.kql')
  }
  {
    name: 'events-missing'
    title: 'Events may be missing'
    description: 'A subscription\'s position was lost (a message of the type lost on salesforce-events says from when to when), Salesforce reports more changes than it describes (overflow), or an event could not be decoded (unreadable). Read the records that changed in that time, or synchronise the object.'
    severity: 1
    every: 'PT15M'
    lookBack: 'PT15M'
    scope: component.id
    query: loadTextContent('queries/events-missing.kql')
  }
]

var ofDeliveries = [
  {
    name: 'events-undelivered'
    title: 'Events are not delivered'
    description: 'Within an hour the receiver of a subscription took no event and several attempts failed, or it refused an event for good, which is kept on salesforce-poison. The log has status and errorCode under the subscription\'s name. See that the receiver runs, and that the secrets in the vault are those that it checks. Events wait and are tried again; of a subscription that is delivered in order they wait in Salesforce, which keeps them for 72 hours. What is kept is sent again by POST /api/kept/send.'
    severity: 1
    every: 'PT15M'
    lookBack: 'PT1H'
    scope: component.id
    query: loadTextContent('queries/events-undelivered.kql')
  }
]

var onEvents = concat(receivesEvents ? ofEvents : [], deliversEvents ? ofDeliveries : [])

var nearDailyCap = {
  name: 'daily-cap-near'
  title: 'Telemetry nears its daily cap'
  description: 'The workspace has taken in four fifths of LOG_DAILY_CAP_GB within 24 hours. See which table grows, or raise the cap. Usage is told with up to an hour of delay: a cap that is filled faster is told by the other alert alone.'
  severity: 2
  every: 'PT1H'
  lookBack: 'P1D'
  scope: workspaceId
  query: replace(loadTextContent('queries/daily-cap-near.kql'), '{gigabytes}', string(dailyCapInGb))
}

resource rule 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = [
  for alert in concat(alerts, onEvents, dailyCapInGb == -1 ? [] : [nearDailyCap]): {
    name: alert.name
    location: location
    tags: tags
    properties: {
      displayName: alert.title
      description: alert.description
      severity: alert.severity
      enabled: true
      autoMitigate: true
      evaluationFrequency: alert.every
      windowSize: alert.lookBack
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

// Raised by the vault itself, thirty days before a secret or certificate expires, when it does, and when a
// certificate is made or renewed: no table, so that no cap cuts it. Of a certificate, the vault tells the end of the
// newest version only.
resource vaultEvents 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: 'evgt-${vaultName}'
  location: location
  tags: tags
  properties: {
    source: vault.id
    topicType: 'Microsoft.KeyVault.vaults'
  }

  resource secretExpiry 'eventSubscriptions' = {
    name: 'secret-expiry'
    properties: {
      // The one schema that alerts take.
      eventDeliverySchema: 'CloudEventSchemaV1_0'
      filter: {
        includedEventTypes: [
          'Microsoft.KeyVault.SecretNearExpiry'
          'Microsoft.KeyVault.SecretExpired'
          'Microsoft.KeyVault.CertificateNewVersionCreated'
          'Microsoft.KeyVault.CertificateNearExpiry'
          'Microsoft.KeyVault.CertificateExpired'
        ]
      }
      destination: {
        endpointType: 'MonitorAlert'
        properties: {
          severity: 'Sev2'
          description: 'A secret or certificate in the vault of credentials expires within thirty days, or has expired; or a certificate has a new version, its first one included. Put a new value of a secret; the app takes it up by itself. Upload the public part of a new certificate to the External Client App, at once: the app signs by the old version until that ends, by default 90 days later, which no further alert tells.'
          actionGroups: empty(email) ? [] : [group.id]
        }
      }
    }
  }
}
