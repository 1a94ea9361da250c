using Microsoft.Extensions.Options;

namespace SalesforceConnector.Triggers.Http.Documents;

/// <summary>What the app serves without a function key: app settings <c>OpenApi__…</c>.</summary>
public sealed class OpenApiOptions
{
    public const string SectionName = "OpenApi";

    /// <summary>Whether to serve <c>/api/openapi.json</c> and <c>/api/openapi-v2.json</c>.</summary>
    public bool Documents { get; set; } = true;

    /// <summary>Whether to serve <c>/api/docs</c>, a page to browse and try the operations.</summary>
    public bool Page { get; set; }
}

/// <summary>The rule of <see cref="OpenApiOptions"/> that involves both settings.</summary>
internal sealed class OpenApiOptionsRules : IValidateOptions<OpenApiOptions>
{
    public ValidateOptionsResult Validate(string? name, OpenApiOptions options) =>
        options is { Page: true, Documents: false }
            ? ValidateOptionsResult.Fail("OpenApi__Page requires OpenApi__Documents: set both to true, or OpenApi__Page to false")
            : ValidateOptionsResult.Success;
}
