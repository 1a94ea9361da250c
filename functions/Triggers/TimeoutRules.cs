using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using SalesforceConnector.Salesforce;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Triggers;

/// <summary>
/// Checks the timeouts. An attempt must end before the Functions host ends it, and before its lease expires and another
/// attempt can start. So <c>Salesforce__Timeout</c>, <c>Salesforce__InvocationTimeout</c>, functionTimeout in host.json
/// and <c>Queues__AttemptLease</c> must each be longer than the one before.
/// </summary>
internal sealed class TimeoutRules(IConfiguration configuration, IOptions<SalesforceOptions> salesforce) : IValidateOptions<QueueOptions>
{
    private const string Setting = "AzureFunctionsJobHost:functionTimeout";

    // The plan's default, if host.json has none.
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(30);

    public ValidateOptionsResult Validate(string? name, QueueOptions options)
    {
        SalesforceOptions calls;
        try
        {
            calls = salesforce.Value;
        }
        catch (OptionsValidationException)
        {
            // The options' own validation reports this.
            return ValidateOptionsResult.Skip;
        }

        var result = new ValidateOptionsResultBuilder();
        var function = FunctionTimeout();
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

    /// <summary>The host's timeout, which an app setting can override; <see cref="TimeSpan.MaxValue"/> if it has none.</summary>
    private TimeSpan FunctionTimeout()
    {
        var text = configuration[Setting] ?? InHostJson();
        return text is null ? DefaultTimeout
            : text.StartsWith('-') ? TimeSpan.MaxValue
            : TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var timeout) ? timeout
            : DefaultTimeout;
    }

    private static string? InHostJson()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "host.json");
        if (!File.Exists(path))
        {
            return null;
        }

        using var document = JsonDocument.Parse(
            File.ReadAllBytes(path), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        return document.RootElement.TryGetProperty("functionTimeout", out var timeout) ? timeout.GetString() : null;
    }
}
