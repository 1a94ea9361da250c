using System.Text.Json;
using System.Text.Json.Serialization;
using SalesforceConnector.Composites;

namespace SalesforceConnector.Salesforce;

/// <summary>JSON as Salesforce writes it: tolerant of members we do not know.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<SalesforceError>))]
[JsonSerializable(typeof(LoginReply))]
[JsonSerializable(typeof(LoginRefusal))]
[JsonSerializable(typeof(WrittenRecord))]
[JsonSerializable(typeof(UnwrittenRecord))]
[JsonSerializable(typeof(RecordsToGet))]
[JsonSerializable(typeof(CompositeBody))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class SalesforceJson : JsonSerializerContext;

/// <summary>The token endpoint's reply. There is no <c>expires_in</c>.</summary>
/// <remarks>Salesforce Help, "OAuth 2.0 Client Credentials Flow for Server-to-Server Integration".</remarks>
internal sealed class LoginReply
{
    [JsonPropertyName("access_token")]
    public string? AccessToken { get; init; }

    [JsonPropertyName("instance_url")]
    public string? InstanceUrl { get; init; }
}

/// <summary>The token endpoint's refusal.</summary>
/// <remarks>RFC 6749, 5.2.</remarks>
internal sealed class LoginRefusal
{
    [JsonPropertyName("error")]
    public string? Error { get; init; }

    [JsonPropertyName("error_description")]
    public string? Description { get; init; }
}

/// <summary>What Salesforce says of a record it created.</summary>
internal sealed record WrittenRecord(string Id, bool Success, IReadOnlyList<SalesforceError> Errors);

/// <summary>What Salesforce says of a record out of many that it did not write.</summary>
/// <param name="OutcomeUnknown">Whether it may have written it all the same; not a member of Salesforce's.</param>
internal sealed record UnwrittenRecord(
    bool Success,
    IReadOnlyList<UnwrittenRecordError> Errors,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool OutcomeUnknown);

/// <summary>One of its errors, whose code is in another member than in the errors of whole calls.</summary>
internal sealed record UnwrittenRecordError(string StatusCode, string Message, IReadOnlyList<string> Fields);

/// <summary>Which records of an sObject to get, and which of their fields.</summary>
internal sealed record RecordsToGet(IReadOnlyList<string> Ids, IReadOnlyList<string> Fields);

/// <summary>A composite request.</summary>
internal sealed record CompositeBody(bool? AllOrNone, bool? CollateSubrequests, Subrequests CompositeRequest);
