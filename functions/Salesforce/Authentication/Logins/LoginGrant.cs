namespace SalesforceConnector.Salesforce.Authentication.Logins;

/// <summary>The credentials of a login.</summary>
/// <remarks>RFC 6749, 4.4; RFC 7523, 2.1.</remarks>
internal abstract record LoginGrant
{
    /// <summary>The form to send to the token endpoint.</summary>
    public abstract IEnumerable<KeyValuePair<string, string>> Form { get; }

    /// <summary>The part of the form that must not appear in errors.</summary>
    public abstract string Secret { get; }

    public override string ToString() => GetType().Name;

    /// <summary>Client id and secret.</summary>
    public sealed record ClientCredentials(string ClientId, string ClientSecret) : LoginGrant
    {
        public override IEnumerable<KeyValuePair<string, string>> Form =>
        [
            new("grant_type", "client_credentials"),
            new("client_id", ClientId),
            new("client_secret", ClientSecret),
        ];

        public override string Secret => ClientSecret;

        public override string ToString() => nameof(ClientCredentials);
    }

    /// <summary>An assertion, signed with the org's signing key.</summary>
    /// <param name="Settings">The prefix of the org's settings, for error messages.</param>
    /// <param name="SigningKey">The name of the key.</param>
    public sealed record JwtBearer(string Assertion, string Settings, string SigningKey) : LoginGrant
    {
        public override IEnumerable<KeyValuePair<string, string>> Form =>
            [new("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), new("assertion", Assertion)];

        public override string Secret => Assertion;

        public override string ToString() => nameof(JwtBearer);
    }
}
