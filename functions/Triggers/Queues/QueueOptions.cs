using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Json;

namespace SalesforceConnector.Triggers.Queues;

/// <summary>Queues and retries: app settings <c>Queues__…</c>.</summary>
public sealed class QueueOptions
{
    public const string SectionName = "Queues";

    /// <summary>The suffix that the Functions host appends to a queue's name to get its poison queue.</summary>
    public const string PoisonSuffix = "-poison";

    /// <summary>The queue of results whose message has no <c>replyTo</c>.</summary>
    [Required]
    public string Results { get; set; } = "salesforce-results";

    /// <summary>The queue of messages that could not be processed, for operators.</summary>
    [Required]
    public string Poison { get; set; } = "salesforce-poison";

    /// <summary>Other queues that are allowed in <c>replyTo</c>, separated by commas.</summary>
    public string ReplyTo { get; set; } = "";

    /// <summary>
    /// How long an operation is retried after its first attempt: 0 to 7 days. Longer than the 24 hours for which Salesforce
    /// counts a request, so that a message that meets the daily limit is tried again after it.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "7.00:00:00", ConvertValueInInvariantCulture = true)]
    public TimeSpan RetryFor { get; set; } = TimeSpan.FromHours(26);

    /// <summary>The delay before the second attempt; it doubles for each further one, with jitter: 1 s to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00", ConvertValueInInvariantCulture = true)]
    public TimeSpan FirstRetryDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest delay between attempts, unless Salesforce's <c>Retry-After</c> is longer: 1 s to 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00", ConvertValueInInvariantCulture = true)]
    public TimeSpan LongestRetryDelay { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// How long an attempt can run before it counts as abandoned: 1 s to 1 h. It must be longer than functionTimeout in
    /// host.json, after which the host ends an attempt.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00", ConvertValueInInvariantCulture = true)]
    public TimeSpan AttemptLease { get; set; } = TimeSpan.FromMinutes(6);

    /// <summary>How long a correlation id is remembered to prevent a duplicate create: 1 h to 90 days.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "90.00:00:00", ConvertValueInInvariantCulture = true)]
    public TimeSpan ClaimLifetime { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How long the result of a respond-async request is available: 1 min to 7 days, at most <see cref="ClaimLifetime"/>.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00", ConvertValueInInvariantCulture = true)]
    public TimeSpan ResultLifetime { get; set; } = TimeSpan.FromHours(24);

    /// <summary>The operations' queues, by operation.</summary>
    internal static IReadOnlyDictionary<string, string> Operations => OperationQueues.All;

    /// <summary>All queues that the app uses, including the host's poison queues.</summary>
    internal IEnumerable<string> All =>
        [.. Operations.Values, .. Operations.Values.Select(queue => queue + PoisonSuffix), Results, Poison, .. AllowedReplyTo];

    internal string[] AllowedReplyTo =>
        ReplyTo.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}

[OptionsValidator]
internal sealed partial class QueueOptionsValidator : IValidateOptions<QueueOptions>;

/// <summary>The rules of <see cref="QueueOptions"/> that annotations cannot express.</summary>
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

            // Results on an operation's queue would be processed as requests.
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

    // The default names are never those of an operation. Skips the reflection for an app that uses them.
    private static bool IsDefault(string queue) => queue is "salesforce-results" or "salesforce-poison";

    private static string? Operation(string queue) => OperationQueues.All
        .Where(operation => queue == operation.Value || queue == operation.Value + QueueOptions.PoisonSuffix)
        .Select(operation => operation.Key)
        .FirstOrDefault();

    // Storage allows 63 characters, including the poison queue's suffix.
    [GeneratedRegex(@"\A(?=.{3,56}\z)[a-z0-9]+(-[a-z0-9]+)*\z")]
    private static partial Regex QueueName();
}
