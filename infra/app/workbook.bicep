param location string
param tags object

@description('Name of the Application Insights component that it shows.')
param componentName string

@description('The queue of results.')
param resultsQueue string

resource component 'Microsoft.Insights/components@2020-02-02' existing = {
  name: componentName
}

// Pictures, one under the other; each query says what it is of. A histogram comes to Application Insights without its
// buckets, so that percentiles are taken from the spans.
var pictures = [
  {
    title: 'Calls by operation'
    chart: 'timechart'
    query: '''
      customMetrics
      | where name == 'salesforce.operation.duration'
      | summarize calls = sum(valueCount) by bin(timestamp, {TimeRange:grain}), operation = tostring(customDimensions['operation'])
    '''
  }
  {
    title: 'Errors by operation and errorCode'
    chart: 'timechart'
    query: '''
      customMetrics
      | where name == 'salesforce.operation.duration'
      | extend errorCode = tostring(customDimensions['error_code'])
      | where isnotempty(errorCode)
      | summarize errors = sum(valueCount)
          by bin(timestamp, {TimeRange:grain}), error = strcat(tostring(customDimensions['operation']), ' ', errorCode)
    '''
  }
  {
    title: 'Calls by operation, trigger, status and errorCode'
    chart: 'table'
    query: '''
      customMetrics
      | where name == 'salesforce.operation.duration'
      | summarize calls = sum(valueCount), seconds = round(sum(valueSum) / sum(valueCount), 3), longest = round(max(valueMax), 3)
          by
          operation = tostring(customDimensions['operation']),
          trigger = tostring(customDimensions['trigger']),
          status = toint(customDimensions['status']),
          errorCode = tostring(customDimensions['error_code'])
      | order by calls desc
    '''
  }
  {
    title: 'Latency in milliseconds: median, 95 and 99 percent'
    chart: 'timechart'
    query: '''
      union requests, dependencies
      | where isnotempty(customDimensions['salesforce.operation'])
      | summarize
          p50 = percentilew(duration, itemCount, 50),
          p95 = percentilew(duration, itemCount, 95),
          p99 = percentilew(duration, itemCount, 99)
          by bin(timestamp, {TimeRange:grain})
    '''
  }
  {
    title: 'Logins at Salesforce'
    chart: 'barchart'
    query: '''
      customMetrics
      | where name == 'salesforce.logins'
      | summarize logins = sum(valueSum) by bin(timestamp, {TimeRange:grain}), outcome = tostring(customDimensions['outcome'])
    '''
  }
  {
    title: 'Salesforce API requests left today'
    chart: 'timechart'
    query: '''
      customMetrics
      | where name == 'salesforce.api.remaining'
      | summarize remaining = min(valueMin) by bin(timestamp, {TimeRange:grain}), org = tostring(customDimensions['org'])
    '''
  }
  {
    title: 'Share of the day\'s API requests left'
    chart: 'tiles'
    query: '''
      customMetrics
      | where name in ('salesforce.api.remaining', 'salesforce.api.limit')
      | extend org = tostring(customDimensions['org'])
      | summarize arg_max(timestamp, valueMin) by name, org
      | summarize
          remaining = maxif(valueMin, name == 'salesforce.api.remaining'),
          quota = maxif(valueMin, name == 'salesforce.api.limit')
          by org
      | project org, left = strcat(round(100.0 * remaining / quota), ' %')
    '''
  }
  {
    title: 'Requests to Salesforce by status and errorCode, retries included'
    chart: 'barchart'
    query: '''
      customMetrics
      | where name == 'salesforce.requests'
      | summarize requests = sum(valueSum)
          by
          bin(timestamp, {TimeRange:grain}),
          reply = trim(' ', strcat(tostring(customDimensions['status']), ' ', tostring(customDimensions['error_code'])))
    '''
  }
  {
    title: 'Attempts until a message had its result'
    chart: 'timechart'
    query: '''
      customMetrics
      | where name == 'salesforce.operation.attempts'
      | summarize attempts = sum(valueSum) / sum(valueCount), most = max(valueMax) by bin(timestamp, {TimeRange:grain})
    '''
  }
  {
    title: 'Messages waiting, by queue'
    chart: 'timechart'
    query: '''
      customMetrics
      | where name == 'salesforce.queue.messages'
      | summarize messages = max(valueMax) by bin(timestamp, {TimeRange:grain}), queue = tostring(customDimensions['queue'])
    '''
  }
  {
    title: 'Age of the oldest message in seconds, by queue'
    chart: 'timechart'
    query: '''
      customMetrics
      | where name == 'salesforce.queue.age'
      | summarize seconds = max(valueMax) by bin(timestamp, {TimeRange:grain}), queue = tostring(customDimensions['queue'])
    '''
  }
  {
    title: 'Results waiting now'
    chart: 'tiles'
    query: '''
      customMetrics
      | where name in ('salesforce.queue.messages', 'salesforce.queue.age')
      | extend queue = tostring(customDimensions['queue'])
      | where queue == '{queue}'
      | summarize arg_max(timestamp, valueMax) by name
      | project name = iff(name == 'salesforce.queue.age', 'age of the oldest, in seconds', 'messages'), valueMax
    '''
  }
  {
    title: 'Events by subscription, and what became of them'
    chart: 'timechart'
    query: loadTextContent('queries/events.kql')
  }
  {
    title: 'Events: seconds from the change to the queue, and age of the position'
    chart: 'timechart'
    query: loadTextContent('queries/event-delay.kql')
  }
  {
    title: 'Deliveries of events by subscription, and what became of them'
    chart: 'timechart'
    query: loadTextContent('queries/event-deliveries.kql')
  }
  {
    title: 'Failures while receiving events, by errorCode'
    chart: 'barchart'
    query: '''
      customMetrics
      | where name == 'salesforce.event.failures'
      | summarize failures = sum(valueSum)
          by
          bin(timestamp, {TimeRange:grain}),
          failure = strcat(tostring(customDimensions['subscription']), ' ', tostring(customDimensions['error_code']))
    '''
  }
  {
    title: 'What happened to one call: give its correlation id above'
    chart: 'table'
    query: loadTextContent('queries/one-call.kql')
  }
]

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(component.id, 'workbook')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Salesforce connector'
    category: 'workbook'
    sourceId: component.id
    serializedData: string({
      version: 'Notebook/1.0'
      fallbackResourceIds: [component.id]
      items: concat(
        [
          {
            type: 9
            name: 'parameters'
            content: {
              version: 'KqlParameterItem/1.0'
              style: 'pills'
              queryType: 0
              resourceType: 'microsoft.insights/components'
              parameters: [
                {
                  version: 'KqlParameterItem/1.0'
                  name: 'TimeRange'
                  label: 'Time range'
                  type: 4
                  isRequired: true
                  value: { durationMs: 86400000 }
                  typeSettings: {
                    allowCustom: true
                    selectableValues: map([3600000, 14400000, 86400000, 604800000, 2592000000], duration => {
                      durationMs: duration
                    })
                  }
                }
                {
                  version: 'KqlParameterItem/1.0'
                  name: 'CorrelationId'
                  label: 'Correlation id'
                  type: 1
                  value: ''
                }
              ]
            }
          }
        ],
        map(pictures, picture => {
          type: 3
          name: picture.title
          content: {
            version: 'KqlItem/1.0'
            title: picture.title
            query: replace(picture.query, '{queue}', resultsQueue)
            size: 0
            queryType: 0
            resourceType: 'microsoft.insights/components'
            timeContextFromParameter: 'TimeRange'
            visualization: picture.chart
          }
        })
      )
    })
  }
}
