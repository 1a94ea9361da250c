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

    /// <summary>The user's identity URL, <c>https://login.salesforce.com/id/{org id}/{user id}</c>.</summary>
    [JsonPropertyName("id")]
    public string? Id { get; init; }

    /// <summary>The org's id out of <see cref="Id"/>, if it is one of 18 characters.</summary>
    [JsonIgnore]
    public string? OrgId =>
        Uri.TryCreate(Id, UriKind.Absolute, out var url)
        && url.Segments is [.., "id/", var org, _]
        && org.TrimEnd('/') is { Length: 18 } id
        && id.All(char.IsAsciiLetterOrDigit)
            ? id
            : null;
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
