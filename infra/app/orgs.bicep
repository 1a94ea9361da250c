// The app settings that name the orgs, and how the app logs in there.

import { list, nameOf, valueOf } from 'types.bicep'

@export()
@description('The orgs, as the strings of the azd environment have them.')
type orgOptions = {
  baseUrl: string
  apiVersion: string
  login: 'client-credentials' | 'jwt'
  consumerKey: string
  userName: string
  audience: string
  callers: string

  @description('More orgs: name=base URL, separated by commas.')
  orgs: string

  @description('Their further settings: name__Setting=value, separated by commas.')
  orgSettings: string
}

@export()
func settingsOf(options orgOptions) object => {
  Salesforce__ApiVersion: options.apiVersion
  ...(empty(options.baseUrl) ? {} : { Salesforce__BaseUrl: options.baseUrl })
  ...(options.login != 'jwt'
    ? {}
    : {
        Salesforce__Login: options.login
        Salesforce__ConsumerKey: options.consumerKey
        Salesforce__UserName: options.userName
        ...(empty(options.audience) ? {} : { Salesforce__Audience: options.audience })
      })
  ...(empty(options.callers) ? {} : { Salesforce__Callers: options.callers })
  ...toObject(list(options.orgs), org => 'Salesforce__Orgs__${nameOf(org)}__BaseUrl', org => valueOf(org))
  ...toObject(list(options.orgSettings), setting => 'Salesforce__Orgs__${nameOf(setting)}', setting => valueOf(setting))
}

@export()
@description('The certificates that sign logins, by the names that the app takes by default: salesforce-jwt, salesforce-emea-jwt.')
func signingKeysOf(options orgOptions) string[] =>
  concat(
    options.login == 'jwt' ? ['salesforce-jwt'] : [],
    map(
      filter(list(options.orgSettings), setting => endsWith(nameOf(setting), '__Login') && valueOf(setting) == 'jwt'),
      setting => 'salesforce-${toLower(split(nameOf(setting), '__')[0])}-jwt'
    )
  )
