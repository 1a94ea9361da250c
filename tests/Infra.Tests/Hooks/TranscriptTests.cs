using System.Text.Json;
using SalesforceConnector.Operations;
using SalesforceConnector.Operations.Metadata;

namespace Infra.Tests.Hooks;

/// <summary>What a new user sees of the hooks in <c>azd up</c>, as the page shows it.</summary>
public sealed class TranscriptTests
{
    private const string Url = "https://func-abc123.azurewebsites.net";

    /// <summary>What Check answers of an org in which all is in order.</summary>
    private static readonly CheckReply InOrder = new()
    {
        Ok = true,
        Secrets = new CheckedSecretsReply { Ok = true, Found = ["salesforce-client-id", "salesforce-client-secret"], Missing = [] },
        Login = new CheckedLoginReply { Ok = true, Type = "oauth-client-credentials-flow", Username = "integration@example.com", OrganizationName = "Example" },
        ApiVersion = new CheckedVersionReply { Ok = true, Version = "v67.0", Newest = "v67.0" },
        ApiAccess = new CheckedPartReply { Ok = true },
        Limits = new CheckedLimitsReply { Ok = true, DailyApiRequests = new CheckedLimitReply { Max = 100_000, Remaining = 99_990 } },
        ObjectTypes = [],
    };

    [Theory]
    [InlineData("sh")]
    [InlineData("ps1")]
    public async Task The_page_shows_what_the_hooks_print_at_the_first_azd_up(string shell)
    {
        using var standIn = new StandIn();
        await using var app = await AppStandIn.StartAsync((503, ""), (200, JsonSerializer.Serialize(InOrder, RequestJson.Default.CheckReply)));
        var environment = new Dictionary<string, string>
        {
            ["AZURE_ENV_NAME"] = "connector",
            ["AZURE_KEY_VAULT_NAME"] = "kv-abc123",
            ["AZURE_RESOURCE_GROUP"] = "rg-connector",
            ["AZURE_FUNCTION_NAME"] = "func-abc123",
            ["SALESFORCE_BASE_URL"] = "https://main.my.salesforce.com",
            ["SERVICE_CONNECTOR_URI"] = app.Url,
        };

        var output = await RunAsync($"preprovision.{shell}", standIn, environment);
        // The role at the vault is new.
        standIn.Refuse(1, "ERROR: (Forbidden) Caller is not authorized to perform action on resource. Inner error: ForbiddenByRbac");
        output += await RunAsync($"postprovision.{shell}", standIn, environment, "salesforce-client-id", "salesforce-client-secret");
        output += await RunAsync($"postdeploy.{shell}", standIn, environment);

        // PowerShell shows a star for each character.
        var lines = output.Replace(app.Url, Url, StringComparison.Ordinal).Split('\n').Select(line => line.TrimEnd('*', ' '));
        Generated.ShouldBeOnPage("infra/README.md", "transcript", $"```text\n{string.Join('\n', lines).Trim()}\n```\n");
    }

    private static async Task<string> RunAsync(string hook, StandIn standIn, Dictionary<string, string> environment, params string[] asked)
    {
        using var run = HookProcess.Start(hook, standIn, environment, terminal: asked.Length > 0);
        foreach (var name in asked)
        {
            await run.AnswerAsync($"{name} (not shown; Enter leaves it for later): ", "typed");
        }

        var (exitCode, output) = await run.EndAsync();
        exitCode.ShouldBe(0, output);
        return output;
    }
}
