using System.Text.Json.Serialization;

namespace SalesforceConnector.Contracts.Problems;

/// <summary>Serializes the entries of <see cref="Problem.Errors"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<SalesforceError>))]
internal sealed partial class ProblemJson : JsonSerializerContext;
