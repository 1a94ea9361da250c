@description('Spending a month, in the subscription\'s currency.')
param amount int

@description('First day of the month that it begins with.')
param start string
param email string

resource budget 'Microsoft.Consumption/budgets@2026-06-01' = {
  name: 'connector'
  properties: {
    category: 'Cost'
    timeGrain: 'Monthly'
    amount: amount
    timePeriod: {
      startDate: start
    }
    notifications: {
      nearly: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 80
        contactEmails: [email]
      }
      spent: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 100
        contactEmails: [email]
      }
    }
  }
}
