using System.Text.Json.Serialization;

namespace SalesforceConnector.Salesforce.Bulk;

/// <summary>JSON of bulk jobs, as Salesforce reads and writes it.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(JobInfo))]
[JsonSerializable(typeof(JobStateChange))]
[JsonSerializable(typeof(NewIngestJob))]
[JsonSerializable(typeof(NewQueryJob))]
internal sealed partial class JobJson : JsonSerializerContext;
