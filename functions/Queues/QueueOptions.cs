using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using SalesforceConnector.Salesforce;

namespace SalesforceConnector.Queues;

/// <summary>Names of the queues, and how long is tried: app settings <c>Queues__…</c>.</summary>
/// <remarks>The triggers' names are resolved by the Functions host from the app settings, so that these must be set there.</remarks>
public sealed class QueueOptions
{
    public const string SectionName = "Queues";

    public const string QueryTrigger = $"%{SectionName}:{nameof(Query)}%";
    public const string CreateRecordTrigger = $"%{SectionName}:{nameof(CreateRecord)}%";
    public const string GetRecordTrigger = $"%{SectionName}:{nameof(GetRecord)}%";
    public const string UpdateRecordTrigger = $"%{SectionName}:{nameof(UpdateRecord)}%";
    public const string DeleteRecordTrigger = $"%{SectionName}:{nameof(DeleteRecord)}%";
    public const string UpsertRecordTrigger = $"%{SectionName}:{nameof(UpsertRecord)}%";
    public const string QueryPageTrigger = $"%{SectionName}:{nameof(QueryPage)}%";
    public const string SearchTrigger = $"%{SectionName}:{nameof(Search)}%";
    public const string CreateRecordsTrigger = $"%{SectionName}:{nameof(CreateRecords)}%";
    public const string GetRecordsTrigger = $"%{SectionName}:{nameof(GetRecords)}%";
    public const string UpdateRecordsTrigger = $"%{SectionName}:{nameof(UpdateRecords)}%";
    public const string UpsertRecordsTrigger = $"%{SectionName}:{nameof(UpsertRecords)}%";
    public const string DeleteRecordsTrigger = $"%{SectionName}:{nameof(DeleteRecords)}%";
    public const string CompositeTrigger = $"%{SectionName}:{nameof(Composite)}%";
    public const string DescribeTrigger = $"%{SectionName}:{nameof(Describe)}%";
    public const string LimitsTrigger = $"%{SectionName}:{nameof(Limits)}%";

    /// <summary>What the host appends to a queue's name to get that of its poison queue.</summary>
    public const string PoisonSuffix = "-poison";

    [Required]
    public string Query { get; set; } = "salesforce-query";

    [Required]
    public string CreateRecord { get; set; } = "salesforce-create-record";

    [Required]
    public string GetRecord { get; set; } = "salesforce-get-record";

    [Required]
    public string UpdateRecord { get; set; } = "salesforce-update-record";

    [Required]
    public string DeleteRecord { get; set; } = "salesforce-delete-record";

    [Required]
    public string UpsertRecord { get; set; } = "salesforce-upsert-record";

    [Required]
    public string QueryPage { get; set; } = "salesforce-query-page";

    [Required]
    public string Search { get; set; } = "salesforce-search";

    [Required]
    public string CreateRecords { get; set; } = "salesforce-create-records";

    [Required]
    public string GetRecords { get; set; } = "salesforce-get-records";

    [Required]
    public string UpdateRecords { get; set; } = "salesforce-update-records";

    [Required]
    public string UpsertRecords { get; set; } = "salesforce-upsert-records";

    [Required]
    public string DeleteRecords { get; set; } = "salesforce-delete-records";

    [Required]
    public string Composite { get; set; } = "salesforce-composite";

    [Required]
    public string Describe { get; set; } = "salesforce-describe";

    [Required]
    public string Limits { get; set; } = "salesforce-limits";

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
    internal IReadOnlyDictionary<string, string> Operations => new Dictionary<string, string>
    {
        [nameof(Query)] = Query,
        [nameof(CreateRecord)] = CreateRecord,
        [nameof(GetRecord)] = GetRecord,
        [nameof(UpdateRecord)] = UpdateRecord,
        [nameof(DeleteRecord)] = DeleteRecord,
        [nameof(UpsertRecord)] = UpsertRecord,
        [nameof(QueryPage)] = QueryPage,
        [nameof(Search)] = Search,
        [nameof(CreateRecords)] = CreateRecords,
        [nameof(GetRecords)] = GetRecords,
        [nameof(UpdateRecords)] = UpdateRecords,
        [nameof(UpsertRecords)] = UpsertRecords,
        [nameof(DeleteRecords)] = DeleteRecords,
        [nameof(Composite)] = Composite,
        [nameof(Describe)] = Describe,
        [nameof(Limits)] = Limits,
    };

    /// <summary>All queues that the app has to do with, the host's poison queues too.</summary>
    internal IEnumerable<string> All =>
        [.. Operations.Values, .. Operations.Values.Select(queue => queue + PoisonSuffix), Results, Poison, .. AllowedReplyTo];

    internal string QueueOf(string operation) =>
        Operations.TryGetValue(operation, out var queue)
            ? queue
            : throw new ArgumentOutOfRangeException(nameof(operation), operation, "The operation has no queue; give it one in QueueOptions.");

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
            .. options.Operations.Select(operation => (operation.Key, operation.Value)),
            (nameof(options.Results), options.Results),
            (nameof(options.Poison), options.Poison),
        ];
        foreach (var (setting, queue) in names.Concat(options.AllowedReplyTo.Select(queue => (nameof(options.ReplyTo), queue))))
        {
            if (!QueueName().IsMatch(queue))
            {
                result.AddError(
                    $"must be a queue's name, 3 to 56 lower-case letters, digits and single hyphens; got {Quote.Value(queue)}", $"Queues__{setting}");
            }
        }

        foreach (var shared in names.GroupBy(pair => pair.Queue).Where(group => group.Count() > 1))
        {
            result.AddError($"names the same queue as Queues__{shared.First().Setting}", $"Queues__{shared.Last().Setting}");
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

    // Storage allows 63 characters; the poison queue's suffix must fit as well.
    [GeneratedRegex(@"\A(?=.{3,56}\z)[a-z0-9]+(-[a-z0-9]+)*\z")]
    private static partial Regex QueueName();
}
