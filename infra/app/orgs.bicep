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

  @description('Certificate in the vault that signs the logins of the default org; empty: salesforce-jwt.')
  signingKey: string
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
        ...(empty(options.signingKey) ? {} : { Salesforce__SigningKey: options.signingKey })
      })
  ...(empty(options.callers) ? {} : { Salesforce__Callers: options.callers })
  ...toObject(list(options.orgs), org => 'Salesforce__Orgs__${nameOf(org)}__BaseUrl', org => valueOf(org))
  ...toObject(list(options.orgSettings), setting => 'Salesforce__Orgs__${nameOf(setting)}', setting => valueOf(setting))
}

@export()
@description('The orgs that log in by JWT bearer, each as prefix=name: the prefix of what is theirs in the vault, and the certificate that signs.')
func signingKeysOf(options orgOptions) string[] =>
  concat(
    options.login == 'jwt' ? ['salesforce-=${empty(options.signingKey) ? 'salesforce-jwt' : options.signingKey}'] : [],
    map(
      filter(list(options.orgSettings), setting => isSetting(setting, 'Login') && valueOf(setting) == 'jwt'),
      setting => 'salesforce-${orgOf(setting)}-=${signingKeyOf(orgOf(setting), list(options.orgSettings))}'
    )
  )

@description('The certificate that signs the logins of an org.')
func signingKeyOf(org string, settings string[]) string =>
  first(concat(
    map(
      filter(settings, setting => isSetting(setting, 'SigningKey') && orgOf(setting) == org),
      setting => valueOf(setting)
    ),
    ['salesforce-${org}-jwt']
  ))

@description('Whether name__Setting=value is that setting. To the app, capital and small letters in it are the same.')
func isSetting(pair string, setting string) bool => endsWith(toLower(nameOf(pair)), toLower('__${setting}'))

@description('The org in name__Setting=value.')
func orgOf(pair string) string => toLower(split(nameOf(pair), '__')[0])
