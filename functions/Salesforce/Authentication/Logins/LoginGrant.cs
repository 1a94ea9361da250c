namespace SalesforceConnector.Salesforce.Authentication.Logins;

/// <summary>What a login is authorised by.</summary>
/// <remarks>RFC 6749, 4.4; RFC 7523, 2.1.</remarks>
internal abstract record LoginGrant
{
    /// <summary>The form that goes to the token endpoint.</summary>
    public abstract IEnumerable<KeyValuePair<string, string>> Form { get; }

    /// <summary>The part of it that is not to come back in an error.</summary>
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

    /// <summary>An assertion that the org's signing key has signed.</summary>
    /// <param name="Settings">What the names of the org's settings begin with, for problems to name them.</param>
    /// <param name="SigningKey">The name of the key.</param>
    public sealed record JwtBearer(string Assertion, string Settings, string SigningKey) : LoginGrant
    {
        public override IEnumerable<KeyValuePair<string, string>> Form =>
            [new("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), new("assertion", Assertion)];

        public override string Secret => Assertion;

        public override string ToString() => nameof(JwtBearer);
    }
}
