using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Json;

namespace SalesforceConnector.Triggers.Queues;

/// <summary>Where results go, and how long is tried: app settings <c>Queues__…</c>.</summary>
public sealed class QueueOptions
{
    public const string SectionName = "Queues";

    /// <summary>What the host appends to a queue's name to get that of its poison queue.</summary>
    public const string PoisonSuffix = "-poison";

    /// <summary>Where results go that no <c>replyTo</c> leads elsewhere.</summary>
    [Required]
    public string Results { get; set; } = "salesforce-results";

    /// <summary>Where messages come to rest that could not be processed, for people to look at.</summary>
    [Required]
    public string Poison { get; set; } = "salesforce-poison";

    /// <summary>Other queues that a message may name in <c>replyTo</c>, separated by commas.</summary>
    public string ReplyTo { get; set; } = "";

    /// <summary>How long after its first attempt an operation is tried again: 0 to 7 days.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "7.00:00:00", ConvertValueInInvariantCulture = true)]
    public TimeSpan RetryFor { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Pause before the second attempt, doubling from then on, with jitter: 1 s to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00", ConvertValueInInvariantCulture = true)]
    public TimeSpan FirstRetryDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest pause between attempts that Salesforce's <c>Retry-After</c> does not lengthen: 1 s to 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00", ConvertValueInInvariantCulture = true)]
    public TimeSpan LongestRetryDelay { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// How long an attempt may run before it counts as abandoned: 1 s to 1 h. Longer than host.json's functionTimeout,
    /// which ends an attempt for sure.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00", ConvertValueInInvariantCulture = true)]
    public TimeSpan AttemptLease { get; set; } = TimeSpan.FromMinutes(6);

    /// <summary>How long a correlation id is remembered, so that its create is not done again: 1 h to 90 days.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "90.00:00:00", ConvertValueInInvariantCulture = true)]
    public TimeSpan ClaimLifetime { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How long the result of a respond-async request can be fetched: 1 min to 7 days, and within <see cref="ClaimLifetime"/>.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00", ConvertValueInInvariantCulture = true)]
    public TimeSpan ResultLifetime { get; set; } = TimeSpan.FromHours(24);

    /// <summary>The operations' queues, by operation.</summary>
    internal static IReadOnlyDictionary<string, string> Operations => OperationQueues.All;

    /// <summary>All queues that the app has to do with, the host's poison queues too.</summary>
    internal IEnumerable<string> All =>
        [.. Operations.Values, .. Operations.Values.Select(queue => queue + PoisonSuffix), Results, Poison, .. AllowedReplyTo];

    internal string[] AllowedReplyTo =>
        ReplyTo.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}

[OptionsValidator]
internal sealed partial class QueueOptionsValidator : IValidateOptions<QueueOptions>;

/// <summary>The rules of <see cref="QueueOptions"/> that annotations cannot say.</summary>
internal sealed partial class QueueOptionsRules : IValidateOptions<QueueOptions>
{
    public ValidateOptionsResult Validate(string? name, QueueOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        (string Setting, string Queue)[] names =
        [
            (nameof(options.Results), options.Results),
            (nameof(options.Poison), options.Poison),
            .. options.AllowedReplyTo.Select(queue => (nameof(options.ReplyTo), queue)),
        ];
        foreach (var (setting, queue) in names)
        {
            if (!QueueName().IsMatch(queue))
            {
                result.AddError(
                    $"must be a queue's name, 3 to 56 lower-case letters, digits and single hyphens; got {Quote.Value(queue)}", $"Queues__{setting}");
            }

            // Results on the queue of an operation would be taken for messages to it.
            if (!IsDefault(queue) && Operation(queue) is { } operation)
            {
                result.AddError($"must not be the queue of {operation}, or its poison queue; got {Quote.Value(queue)}", $"Queues__{setting}");
            }
        }

        if (options.Results == options.Poison)
        {
            result.AddError("names the same queue as Queues__Results", "Queues__Poison");
        }

        if (options.LongestRetryDelay < options.FirstRetryDelay)
        {
            result.AddError("must not be shorter than Queues__FirstRetryDelay", "Queues__LongestRetryDelay");
        }

        if (options.ResultLifetime > options.ClaimLifetime)
        {
            result.AddError("must not be longer than Queues__ClaimLifetime", "Queues__ResultLifetime");
        }

        return result.Build();
    }

    // Known to be apart: an app that names no queue of its own does not look through its functions for this.
    private static bool IsDefault(string queue) => queue is "salesforce-results" or "salesforce-poison";

    private static string? Operation(string queue) => OperationQueues.All
        .Where(operation => queue == operation.Value || queue == operation.Value + QueueOptions.PoisonSuffix)
        .Select(operation => operation.Key)
        .FirstOrDefault();

    // Storage allows 63 characters; the poison queue's suffix must fit as well.
    [GeneratedRegex(@"\A(?=.{3,56}\z)[a-z0-9]+(-[a-z0-9]+)*\z")]
    private static partial Regex QueueName();
}
