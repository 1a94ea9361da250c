using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Salesforce;

namespace SalesforceConnector.Triggers.Queues;

/// <summary>Checks the orgs' lists of callers. An entry that matches no caller is a mistake.</summary>
internal sealed class CallerRules : IValidateOptions<SalesforceOptions>
{
    public ValidateOptionsResult Validate(string? name, SalesforceOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        Validate(options, "Salesforce__", result);
        foreach (var (org, orgOptions) in options.Orgs)
        {
            Validate(orgOptions, $"Salesforce__Orgs__{org}__", result);
        }

        return result.Build();
    }

    private static void Validate(OrgOptions options, string prefix, ValidateOptionsResultBuilder result)
    {
        // The queues are only looked for if an entry is no application.
        foreach (var caller in options.CallerSet?.Where(caller => !Guid.TryParseExact(caller, "D", out _) && !IsQueue(caller)) ?? [])
        {
            result.AddError(
                $"has {Quote.Value(caller)}; allowed are client ids of Microsoft Entra applications such as 11111111-2222-3333-4444-555555555555, and queues of operations ({string.Join(", ", OperationQueues.All.Values.Order(StringComparer.Ordinal))}), separated by commas or spaces",
                $"{prefix}{nameof(OrgOptions.Callers)}");
        }
    }

    private static bool IsQueue(string caller) => OperationQueues.All.Values.Contains(caller, StringComparer.OrdinalIgnoreCase);
}
