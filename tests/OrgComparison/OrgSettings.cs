namespace OrgComparison;

/// <summary>Which org is asked, and as whom.</summary>
public sealed record OrgSettings
{
    public required Uri BaseUrl { get; init; }

    public required string ClientId { get; init; }

    public required string ClientSecret { get; init; }

    /// <summary>A text field of Account that is a unique external id; facts about external ids need it.</summary>
    public string? ExternalIdField { get; init; }

    /// <summary>A text field of Account that is an external id and not unique; the facts about status 300 need it.</summary>
    public string? SharedExternalIdField { get; init; }

    /// <summary>Such as <c>v67.0</c>.</summary>
    public string ApiVersion { get; init; } = "v67.0";

    /// <summary>Reads the settings from <c>COMPARISON_…</c> environment variables.</summary>
    /// <exception cref="InvalidOperationException">One that is required is not set, or is no URL.</exception>
    public static OrgSettings FromEnvironment(Func<string, string?> variable)
    {
        return new OrgSettings
        {
            BaseUrl = Uri.TryCreate(Required("COMPARISON_ORG_URL"), UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttps
                ? url
                : throw new InvalidOperationException("COMPARISON_ORG_URL must be an https URL such as https://MyDomainName.develop.my.salesforce.com."),
            ClientId = Required("COMPARISON_CLIENT_ID"),
            ClientSecret = Required("COMPARISON_CLIENT_SECRET"),
            ExternalIdField = Optional("COMPARISON_EXTERNAL_ID_FIELD"),
            SharedExternalIdField = Optional("COMPARISON_SHARED_EXTERNAL_ID_FIELD"),
            ApiVersion = Optional("COMPARISON_API_VERSION") ?? "v67.0",
        };

        string? Optional(string name) => variable(name) is { Length: > 0 } value ? value : null;

        string Required(string name) =>
            Optional(name) ?? throw new InvalidOperationException($"The environment variable {name} is not set.");
    }
}
