using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace SalesforceConnector.Salesforce.Bulk;

/// <summary>Bulk jobs: app settings <c>Bulk__…</c>.</summary>
public sealed class BulkOptions
{
    public const string SectionName = "Bulk";

    /// <summary>
    /// The most bytes of rows in one job: 100,000 to 100,000,000, Salesforce's limit. A larger source is split into several jobs.
    /// The upload of one job must fit into <c>Salesforce__InvocationTimeout</c>.
    /// </summary>
    [Range(100_000, 100_000_000)]
    public int MaxJobBytes { get; set; } = 95_000_000;

    /// <summary>
    /// The most rows in a page of a bulk query's results: 1 to 1,000,000. A page must be read within
    /// <c>Salesforce__InvocationTimeout</c>, and is read again after an interruption.
    /// </summary>
    [Range(1, 1_000_000)]
    public int QueryPageRows { get; set; } = 50_000;

    /// <summary>How long Salesforce may take for a job before the connector aborts it: 1 min to 7 days.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00", ConvertValueInInvariantCulture = true)]
    public TimeSpan JobTimeout { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// The longest pause between two looks at a job: 1 s to 1 h. The first pauses are 1 s; they grow with the time that the job
    /// has taken, up to an eighth of it, and become shorter again as its end comes near.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00", ConvertValueInInvariantCulture = true)]
    public TimeSpan LongestPollDelay { get; set; } = TimeSpan.FromSeconds(30);
}

[OptionsValidator]
internal sealed partial class BulkOptionsValidator : IValidateOptions<BulkOptions>;
