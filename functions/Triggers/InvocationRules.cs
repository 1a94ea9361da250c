using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using SalesforceConnector.Salesforce;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Triggers;

/// <summary>
/// An attempt must end by itself before the Functions host ends it, and must have ended before another one may begin:
/// <c>Salesforce__Timeout</c>, <c>Salesforce__InvocationTimeout</c>, host.json's functionTimeout and
/// <c>Queues__AttemptLease</c>, each longer than the one before.
/// </summary>
internal sealed class InvocationRules(IConfiguration configuration, IOptions<SalesforceOptions> salesforce) : IValidateOptions<QueueOptions>
{
    private const string Setting = "AzureFunctionsJobHost:functionTimeout";

    // The plan's, where host.json says nothing.
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
            // What is wrong there is said by its own rules.
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

        // A host that never ends an attempt leaves that to the attempt.
        var (end, setting) = function < TimeSpan.MaxValue ? (function, "functionTimeout in host.json") : (invocation, "Salesforce__InvocationTimeout");
        if (options.AttemptLease <= end)
        {
            result.AddError($"must be longer than {setting} ({end}); got {options.AttemptLease}", "Queues__AttemptLease");
        }

        return result.Build();
    }

    /// <summary>The host's own, which an app setting may override; <see cref="TimeSpan.MaxValue"/> if there is no end.</summary>
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
