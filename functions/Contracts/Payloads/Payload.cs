using System.Text.Json.Serialization;
using SalesforceConnector.Contracts.Problems;

namespace SalesforceConnector.Contracts.Payloads;

/// <summary>The common members of all payloads: the org, and the credentials.</summary>
public abstract record Payload
{
    /// <summary>The org, without a path. If absent, the app's default org.</summary>
    public OrgUrl? BaseUrl { get; init; }

    /// <summary>The API version. If absent, the app's default version.</summary>
    public ApiVersion? ApiVersion { get; init; }

    /// <summary>The credentials of the call. If absent, the org's client id and secret from Key Vault.</summary>
    public Authentication? Authentication { get; init; }

    /// <summary>Whether the operation can safely be executed again.</summary>
    [JsonIgnore]
    internal virtual Repetition Repetition => Repetition.Idempotent;

    /// <summary>Whether the operation changes data in Salesforce.</summary>
    [JsonIgnore]
    internal bool IsWrite => Repetition is Repetition.IdempotentIfKnown or Repetition.NotIdempotent || this is IHasWriteOptions;

    /// <summary>Checks the rules that depend on the id that the caller gave this request.</summary>
    /// <param name="callerId">The caller's id; <see langword="null"/> if it gave none.</param>
    /// <exception cref="InvalidPayloadException">The operation requires an id.</exception>
    internal virtual void ValidateCallerId(string? callerId)
    {
    }

    /// <summary>Checks the rules that involve several members.</summary>
    /// <exception cref="InvalidPayloadException">Members contradict each other, or one has an invalid value.</exception>
    internal virtual void Validate()
    {
    }

    /// <summary>Checks the rules that depend on the API version of the call.</summary>
    /// <exception cref="InvalidPayloadException">This version does not support the operation.</exception>
    internal virtual void Validate(ApiVersion version)
    {
    }

    /// <exception cref="InvalidPayloadException">The payload contains a secret, which a queue would store at rest.</exception>
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

/// <summary>Whether an operation can safely be executed again.</summary>
internal enum Repetition
{
    /// <summary>Executing it again has the same outcome.</summary>
    Idempotent,

    /// <summary>Idempotent as long as the attempt knows of an earlier one.</summary>
    IdempotentIfKnown,

    /// <summary>Executing it again repeats its effect.</summary>
    NotIdempotent,

    /// <summary>
    /// It takes several attempts and saves its progress, so that each attempt continues where the one before ended. It knows
    /// itself what has been executed.
    /// </summary>
    Resumable,
}
