using System.Text.Json.Serialization;

namespace SalesforceConnector.Contracts.Problems;

/// <summary>The entries of <see cref="Problem.Errors"/>, in Salesforce's form.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<SalesforceError>))]
internal sealed partial class ProblemJson : JsonSerializerContext;
