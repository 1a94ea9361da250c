using Microsoft.Extensions.Options;

namespace SalesforceConnector.Triggers.Http.Documents;

/// <summary>What the app tells of itself without a key: app settings <c>OpenApi__…</c>.</summary>
public sealed class OpenApiOptions
{
    public const string SectionName = "OpenApi";

    /// <summary>Whether <c>/api/openapi.json</c> and <c>/api/openapi-v2.json</c> are served.</summary>
    public bool Documents { get; set; } = true;

    /// <summary>Whether <c>/api/docs</c> is served, the page to look at the operations and try them.</summary>
    public bool Page { get; set; }
}

/// <summary>The rule of <see cref="OpenApiOptions"/> that types cannot say.</summary>
internal sealed class OpenApiOptionsRules : IValidateOptions<OpenApiOptions>
{
    public ValidateOptionsResult Validate(string? name, OpenApiOptions options) =>
        options is { Page: true, Documents: false }
            ? ValidateOptionsResult.Fail("OpenApi__Page shows what OpenApi__Documents serves: set both to true, or OpenApi__Page to false")
            : ValidateOptionsResult.Success;
}
