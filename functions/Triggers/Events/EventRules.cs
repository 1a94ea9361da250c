using Microsoft.Extensions.Options;
using SalesforceConnector.Salesforce.Events;

namespace SalesforceConnector.Triggers.Events;

/// <summary>Checks that a run ends before the Functions host ends it, and with it the process and all that runs there.</summary>
internal sealed class EventRules(FunctionTimeout functionTimeout) : IValidateOptions<EventOptions>
{
    /// <summary>How long a run may take to end.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(8);

    /// <summary>How much earlier than the host's timeout a run begins to end.</summary>
    public static readonly TimeSpan Reserve = TimeSpan.FromSeconds(10);

    public ValidateOptionsResult Validate(string? name, EventOptions options) =>
        options.IsOn && options.ListenFor > functionTimeout.Value - Reserve
            ? ValidateOptionsResult.Fail(
                $"Events__ListenFor must be at least {Reserve.TotalSeconds} s shorter than functionTimeout in host.json ({functionTimeout.Value}); got {options.ListenFor}")
            : ValidateOptionsResult.Success;
}
