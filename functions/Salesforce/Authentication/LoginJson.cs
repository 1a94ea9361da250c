using System.Text.Json.Serialization;

namespace SalesforceConnector.Salesforce.Authentication;

/// <summary>Replies of the token endpoint, whose unknown members are ignored, and the logins that instances share.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LoginReply))]
[JsonSerializable(typeof(LoginRefusal))]
[JsonSerializable(typeof(SharedLogin))]
internal sealed partial class LoginJson : JsonSerializerContext;

/// <summary>The token endpoint's reply. There is no <c>expires_in</c>.</summary>
/// <remarks>Salesforce Help, "OAuth 2.0 Client Credentials Flow for Server-to-Server Integration".</remarks>
internal sealed class LoginReply
{
    [JsonPropertyName("access_token")]
    public string? AccessToken { get; init; }

    [JsonPropertyName("instance_url")]
    public string? InstanceUrl { get; init; }
}

/// <summary>The token endpoint's error reply.</summary>
/// <remarks>RFC 6749, 5.2.</remarks>
internal sealed class LoginRefusal
{
    [JsonPropertyName("error")]
    public string? Error { get; init; }

    [JsonPropertyName("error_description")]
    public string? Description { get; init; }
}
