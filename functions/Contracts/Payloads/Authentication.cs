using System.ComponentModel.DataAnnotations;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Problems;

namespace SalesforceConnector.Contracts.Payloads;

/// <summary>
/// How a call is authorised: by the client credentials flow, with the org's own or with explicit credentials, or by a
/// bearer token, given or by the name of the Key Vault secret that holds it.
/// </summary>
/// <remarks>No record: the members are secrets, and a record prints its members.</remarks>
public sealed class Authentication
{
    public const string ClientCredentialsFlow = "oauth-client-credentials-flow";
    public const string Bearer = "bearer";

    /// <summary>The client credentials flow, or a bearer token.</summary>
    [AllowedValues(ClientCredentialsFlow, Bearer)]
    public required string Type { get; init; }

    /// <summary>With <c>oauth-client-credentials-flow</c>: with <see cref="ClientSecret"/>, or neither.</summary>
    [Field("Client ID")]
    public string? ClientId { get; init; }

    /// <summary>Not with <c>Prefer: respond-async</c>, as queues keep messages at rest.</summary>
    [Schema("""{ "format": "password" }""")]
    public string? ClientSecret { get; init; }

    /// <summary>With <c>bearer</c>. Not with <c>Prefer: respond-async</c>.</summary>
    [Field("Bearer token")]
    [Schema("""{ "format": "password" }""")]
    public string? Token { get; init; }

    /// <summary>With <c>bearer</c>: the name of the Key Vault secret that holds the token.</summary>
    [Field("Key Vault secret")]
    [Example("\"salesforce-token\"")]
    public string? TokenSecret { get; init; }

    /// <exception cref="InvalidPayloadException">The members do not go together.</exception>
    internal Credentials ToCredentials()
    {
        switch (Type)
        {
            case ClientCredentialsFlow:
                Refuse(nameof(Token), Token, ClientCredentialsFlow);
                Refuse(nameof(TokenSecret), TokenSecret, ClientCredentialsFlow);
                return (ClientId, ClientSecret) switch
                {
                    (null, null) => new Credentials.OfOrg(),
                    ({ Length: > 0 } id, { Length: > 0 } secret) => new Credentials.Explicit(id, secret),
                    _ => throw new InvalidPayloadException(
                        ErrorCodes.MissingMember,
                        ClientId is { Length: > 0 } ? Path(nameof(ClientSecret)) : Path(nameof(ClientId)),
                        "is missing or empty: give both clientId and clientSecret, or neither to use the org's from Key Vault"),
                };

            case Bearer:
                Refuse(nameof(ClientId), ClientId, Bearer);
                Refuse(nameof(ClientSecret), ClientSecret, Bearer);
                return (Token, TokenSecret) switch
                {
                    (null, { Length: > 0 } name) => new Credentials.TokenSecret(name),
                    // A token goes into a header: anything but visible ASCII could not be sent.
                    ({ Length: > 0 } token, null) when token.All(c => c is > ' ' and <= '~') => new Credentials.Token(token),
                    ({ Length: > 0 }, null) => throw new InvalidPayloadException(
                        ErrorCodes.InvalidMember, Path(nameof(Token)), "must be visible ASCII characters, without spaces"),
                    _ => throw new InvalidPayloadException(
                        ErrorCodes.MissingMember,
                        Path(nameof(Token)),
                        "is missing or empty: give exactly one of token and tokenSecret (the name of the Key Vault secret that holds the token)"),
                };

            default:
                throw new InvalidPayloadException(
                    ErrorCodes.InvalidMember, Path(nameof(Type)), $"must be \"{ClientCredentialsFlow}\" or \"{Bearer}\"");
        }
    }

    private static void Refuse(string member, string? value, string type)
    {
        if (value is not null)
        {
            throw new InvalidPayloadException(
                ErrorCodes.UnknownMember, Path(member), $"does not go with the type \"{type}\"");
        }
    }

    private static string Path(string member) => $"authentication.{char.ToLowerInvariant(member[0])}{member[1..]}";
}

/// <summary>What an <see cref="Authentication"/> stands for.</summary>
internal abstract record Credentials
{
    /// <summary>Client id and secret of the org, from Key Vault.</summary>
    public sealed record OfOrg : Credentials;

    /// <summary>A bearer token, from the Key Vault secret of that name.</summary>
    public sealed record TokenSecret(string Name) : Credentials;

    /// <summary>Client id and secret, from the payload.</summary>
    public sealed record Explicit(string ClientId, string ClientSecret) : Credentials
    {
        public override string ToString() => nameof(Explicit);
    }

    /// <summary>A bearer token, from the payload.</summary>
    public sealed record Token(string Value) : Credentials
    {
        public override string ToString() => nameof(Token);
    }
}
