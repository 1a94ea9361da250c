using Microsoft.Extensions.Options;
using SalesforceConnector.Salesforce;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Triggers;

/// <summary>
/// Checks the timeouts. An attempt must end before the Functions host ends it, and before its lease expires and another
/// attempt can start. So <c>Salesforce__Timeout</c>, <c>Salesforce__InvocationTimeout</c>, functionTimeout in host.json
/// and <c>Queues__AttemptLease</c> must each be longer than the one before.
/// </summary>
internal sealed class TimeoutRules(FunctionTimeout functionTimeout, IOptions<SalesforceOptions> salesforce) : IValidateOptions<QueueOptions>
{
    public ValidateOptionsResult Validate(string? name, QueueOptions options)
    {
        if (SalesforceOptions.IfValid(salesforce) is not { } calls)
        {
            return ValidateOptionsResult.Skip;
        }

        var result = new ValidateOptionsResultBuilder();
        var function = functionTimeout.Value;
        var invocation = calls.InvocationTimeout;
        if (invocation <= calls.Timeout)
        {
            result.AddError($"must be longer than Salesforce__Timeout ({calls.Timeout}); got {invocation}", "Salesforce__InvocationTimeout");
        }

        if (invocation >= function)
        {
            result.AddError($"must be shorter than functionTimeout in host.json ({function}); got {invocation}", "Salesforce__InvocationTimeout");
        }

        // If the host has no timeout, the attempt's own timeout counts.
        var (end, setting) = function < TimeSpan.MaxValue ? (function, "functionTimeout in host.json") : (invocation, "Salesforce__InvocationTimeout");
        if (options.AttemptLease <= end)
        {
            result.AddError($"must be longer than {setting} ({end}); got {options.AttemptLease}", "Queues__AttemptLease");
        }

        return result.Build();
    }
}
