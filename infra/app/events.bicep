// The app settings of the subscriptions to Salesforce's events.

import { list, nameOf, valueOf } from 'types.bicep'

@description('Whether events of any topic are delivered to a webhook or to Camunda.')
func delivers(topics string, settings string) bool => !empty(list(topics)) && contains(toLower(settings), '__deliver__')

@export()
@description('From name=topic and Setting=value, each separated by commas, and the name by which Salesforce notes the app\'s own changes.')
func eventSettingsOf(topics string, settings string, clientName string) object => {
  ...(empty(clientName) ? {} : { Salesforce__ClientName: clientName })
  // A timer that is not switched off wakes the app each time.
  ...(empty(list(topics)) ? { 'AzureWebJobs.ReceiveEvents.Disabled': 'true' } : {})
  // The same goes for a queue function: its queue is not there.
  ...(delivers(topics, settings) ? {} : { 'AzureWebJobs.DeliverEvent.Disabled': 'true' })
  ...toObject(list(topics), topic => 'Events__Topics__${nameOf(topic)}__Topic', topic => valueOf(topic))
  ...toObject(list(settings), setting => 'Events__${nameOf(setting)}', setting => valueOf(setting))
}
