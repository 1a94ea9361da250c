using System.Text.Json.Serialization;
using SalesforceConnector.Contracts.Problems;

namespace SalesforceConnector.Contracts.Payloads;

/// <summary>What the payloads of all operations have in common: the org, and how to be authorised there.</summary>
public abstract record Payload
{
    /// <summary>The org, without a path. Absent: the app's default org.</summary>
    public OrgUrl? BaseUrl { get; init; }

    /// <summary>The API version. Absent: the app's.</summary>
    public ApiVersion? ApiVersion { get; init; }

    /// <summary>How the call is authorised. Absent: client id and secret of the org, from Key Vault.</summary>
    public Authentication? Authentication { get; init; }

    /// <summary>What it means to carry the operation out twice.</summary>
    [JsonIgnore]
    internal virtual Repetition Repetition => Repetition.Harmless;

    /// <summary>Whether the operation changes anything at Salesforce.</summary>
    [JsonIgnore]
    internal bool IsWrite => Repetition != Repetition.Harmless || this is IWrite;

    /// <summary>Checks what depends on the id that the caller gave for this one operation.</summary>
    /// <param name="callerId">The caller's id; <see langword="null"/> if it gave none.</param>
    /// <exception cref="InvalidPayloadException">The operation needs such an id.</exception>
    internal virtual void ValidateCallerId(string? callerId)
    {
    }

    /// <summary>Checks what no member can be asked alone.</summary>
    /// <exception cref="InvalidPayloadException">Members do not go together, or one of them cannot be used.</exception>
    internal virtual void Validate()
    {
    }

    /// <summary>Checks what depends on the API version of the call.</summary>
    /// <exception cref="InvalidPayloadException">That version cannot do it, or does something else.</exception>
    internal virtual void Validate(ApiVersion version)
    {
    }

    /// <exception cref="InvalidPayloadException">There is a secret in it, where it would be kept at rest.</exception>
    internal void RefuseSecrets()
    {
        var member = this switch
        {
            { Authentication.ClientSecret: not null } => "authentication.clientSecret",
            { Authentication.Token: not null } => "authentication.token",
            _ => null,
        };
        if (member is not null)
        {
            throw new InvalidPayloadException(
                ErrorCodes.InvalidMember, member, "must not be on a queue, which keeps messages at rest: use the org's credentials in Key Vault, or authentication.tokenSecret");
        }
    }
}

/// <summary>What it means to carry an operation out twice.</summary>
internal enum Repetition
{
    /// <summary>Nothing: the outcome is the same.</summary>
    Harmless,

    /// <summary>Nothing, as long as it is known that there was an earlier attempt.</summary>
    Noted,

    /// <summary>Something would be done twice.</summary>
    Forbidden,
}
