namespace Infra.Tests.Hooks;

/// <summary>What azd runs after a deployment, in both shells.</summary>
public sealed class PostDeployTests
{
    private const string Checked = """{"ok":true,"secrets":{"ok":true,"found":["salesforce-client-id"],"missing":[]},"login":{"ok":true,"type":"oauth-client-credentials-flow"}}""";

    /// <summary>The answer of a check that found something for which there is no code; one part of it is in order.</summary>
    private const string WithoutCode = """{"ok":false,"apiVersion":{"ok":false,"version":"v99.0","problem":"The org does not know the API version v99.0."},"apiAccess":{"ok":true}}""";

    public static TheoryData<string> Hooks => ["postdeploy.sh", "postdeploy.ps1"];

    /// <summary>What the connector answers, and what the hook makes of it.</summary>
    public static TheoryData<string, int, string, int, string> Failures
    {
        get
        {
            var failures = new TheoryData<string, int, string, int, string>();
            foreach (var hook in new[] { "postdeploy.sh", "postdeploy.ps1" })
            {
                // The package may be the reason.
                failures.Add(hook, 500, Problem("INTERNAL_ERROR"), 1, "INTERNAL_ERROR");
                failures.Add(hook, 400, "", 1, "400");
                // The app cannot be called from here.
                failures.Add(hook, 401, "", 2, "may not call the app (CALLER_IP_RANGES, ENTRA_CLIENT_ID, SALESFORCE_CALLERS)");
                failures.Add(hook, 403, "", 2, "may not call the app (CALLER_IP_RANGES, ENTRA_CLIENT_ID, SALESFORCE_CALLERS)");
                failures.Add(hook, 403, Problem("CALLER_NOT_ALLOWED"), 2, "may not call the app (CALLER_IP_RANGES, ENTRA_CLIENT_ID, SALESFORCE_CALLERS)");
                // The app answers, and something else is not in order.
                failures.Add(hook, 500, Problem("SECRET_NOT_FOUND"), 3, "The credentials are missing in the vault: azd hooks run postprovision");
                failures.Add(hook, 200, Unchecked("SECRET_NOT_FOUND"), 3, "The credentials are missing in the vault: azd hooks run postprovision");
                failures.Add(hook, 200, Unchecked("SIGNING_KEY_NOT_FOUND"), 3, "The certificate is missing in the vault: azd hooks run postprovision");
                failures.Add(hook, 200, Refused("oauth-client-credentials-flow"), 3, "Salesforce refuses the credentials. See the External Client App: client credentials flow");
                failures.Add(hook, 200, Refused("oauth-jwt-bearer-flow"), 3, "Salesforce refuses the login by JWT bearer. See consumer key and user name");
                failures.Add(hook, 503, Problem("SALESFORCE_UNAVAILABLE"), 3, "SALESFORCE_UNAVAILABLE");
                failures.Add(hook, 400, Problem("UNKNOWN_ORG"), 3, "UNKNOWN_ORG");
                failures.Add(hook, 200, WithoutCode, 3, "The org does not know the API version v99.0.");
            }

            return failures;
        }
    }

    [Theory]
    [MemberData(nameof(Hooks))]
    public async Task It_calls_the_app_once_and_prints_what_Salesforce_says(string hook)
    {
        using var standIn = new StandIn();
        await using var app = await AppStandIn.StartAsync((200, Checked));
        using var run = HookProcess.Start(hook, standIn, Environment(app));

        var (exitCode, output) = await run.EndAsync();

        TestContext.Current.TestOutputHelper!.WriteLine(output);
        exitCode.ShouldBe(0, output);
        output.ShouldBe($$"""
            POST {{app.Url}}/api/check: 200
            {{Checked}}
            The connector reaches Salesforce.

            """);
        app.Requests.ShouldBe([$"POST /api/check {StandIn.FunctionKey}  {{}}"]);
        standIn.Calls.ShouldBe("functionapp keys list --resource-group rg-test --name func-test --query functionKeys.default --output tsv\n");
    }

    [Theory]
    [MemberData(nameof(Hooks))]
    public async Task It_waits_for_an_app_that_starts_and_for_roles_that_are_new(string hook)
    {
        using var standIn = new StandIn();
        standIn.Refuse(1, "ERROR: Operation returned an invalid status 'Bad Request'");
        await using var app = await AppStandIn.StartAsync((503, ""), (200, Unchecked("SECRET_ACCESS_DENIED")), (200, Checked));
        using var run = HookProcess.Start(hook, standIn, new Dictionary<string, string>(Environment(app)) { ["HOOK_ATTEMPTS"] = "4" });

        var (exitCode, output) = await run.EndAsync();

        exitCode.ShouldBe(0, output);
        output.ShouldStartWith("Waiting for the app ...\n");
        app.Requests.Count.ShouldBe(3);
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task What_fails_is_told_with_what_to_do(string hook, int status, string body, int expected, string advice)
    {
        using var standIn = new StandIn();
        await using var app = await AppStandIn.StartAsync((status, body));
        using var run = HookProcess.Start(hook, standIn, Environment(app));

        var (exitCode, output) = await run.EndAsync();

        exitCode.ShouldBe(expected, output);
        output.ShouldContain(advice);
        output.ShouldNotContain(StandIn.FunctionKey);
        app.Requests.Count.ShouldBe(1, "it is not tried again");
    }

    [Theory]
    [MemberData(nameof(Hooks))]
    public async Task An_app_that_never_starts_fails_it(string hook)
    {
        using var standIn = new StandIn();
        await using var app = await AppStandIn.StartAsync((503, ""));
        using var run = HookProcess.Start(hook, standIn, Environment(app));

        (await run.EndAsync()).ExitCode.ShouldBe(1);

        app.Requests.Count.ShouldBe(3);
    }

    [Theory]
    [MemberData(nameof(Hooks))]
    public async Task An_address_where_nothing_listens_fails_it(string hook)
    {
        using var standIn = new StandIn();
        string url;
        await using (var app = await AppStandIn.StartAsync((200, Checked)))
        {
            url = app.Url;
        }

        using var run = HookProcess.Start(hook, standIn, Environment(url));
        var (exitCode, output) = await run.EndAsync();

        exitCode.ShouldBe(1, output);
        output.ShouldContain($"POST {url}/api/check: 000");
    }

    [Theory]
    [MemberData(nameof(Hooks))]
    public async Task Where_Entra_asks_for_a_token_it_brings_one(string hook)
    {
        using var standIn = new StandIn();
        standIn.GiveToken("the-token");
        await using var app = await AppStandIn.StartAsync((200, Checked));
        using var run = HookProcess.Start(hook, standIn, new Dictionary<string, string>(Environment(app)) { ["ENTRA_CLIENT_ID"] = "1111" });

        (await run.EndAsync()).ExitCode.ShouldBe(0);

        app.Requests.ShouldBe([$"POST /api/check {StandIn.FunctionKey} Bearer the-token {{}}"]);
        standIn.Calls.ShouldContain("account get-access-token --scope api://1111/.default");
    }

    [Theory]
    [MemberData(nameof(Hooks))]
    public async Task Every_configured_org_is_checked_and_the_worst_answer_counts(string hook)
    {
        using var standIn = new StandIn();
        await using var app = await AppStandIn.StartAsync((200, Checked), (200, Unchecked("SECRET_NOT_FOUND")), (200, Checked));
        using var run = HookProcess.Start(hook, standIn, new Dictionary<string, string>(Environment(app))
        {
            ["SALESFORCE_ORGS"] = "emea = https://emea.my.salesforce.com, apac=https://apac.my.salesforce.com",
        });

        var (exitCode, output) = await run.EndAsync();

        exitCode.ShouldBe(3, output);
        output.ShouldContain($"POST {app.Url}/api/check for emea: 200 SECRET_NOT_FOUND\n");
        output.ShouldContain($"POST {app.Url}/api/check for apac: 200\n");
        app.Requests.Select(request => request.Split(' ')[^1]).ShouldBe(
            ["{}", """{"baseUrl":"https://emea.my.salesforce.com"}""", """{"baseUrl":"https://apac.my.salesforce.com"}"""]);
    }

    [Theory]
    [MemberData(nameof(Hooks))]
    public async Task Without_a_default_org_the_others_are_checked(string hook)
    {
        using var standIn = new StandIn();
        await using var app = await AppStandIn.StartAsync((200, Checked));
        using var run = HookProcess.Start(hook, standIn, new Dictionary<string, string>(Environment(app))
        {
            ["SALESFORCE_BASE_URL"] = "",
            ["SALESFORCE_ORGS"] = "emea=https://emea.my.salesforce.com",
        });

        var (exitCode, output) = await run.EndAsync();

        exitCode.ShouldBe(0, output);
        app.Requests.ShouldHaveSingleItem().ShouldEndWith("""{"baseUrl":"https://emea.my.salesforce.com"}""");
    }

    [Theory]
    [MemberData(nameof(Hooks))]
    public async Task Without_any_org_it_says_that_none_is_looked_at(string hook)
    {
        using var standIn = new StandIn();
        await using var app = await AppStandIn.StartAsync((503, ""), (400, Problem("MISSING_MEMBER")));
        using var run = HookProcess.Start(hook, standIn, new Dictionary<string, string>(Environment(app)) { ["SALESFORCE_BASE_URL"] = "" });

        var (exitCode, output) = await run.EndAsync();

        exitCode.ShouldBe(2, output);
        output.ShouldContain("the app answers; there is no org to look at.");
        output.ShouldContain("No org is configured: azd env set SALESFORCE_BASE_URL");
    }

    [Theory]
    [MemberData(nameof(Hooks))]
    public async Task An_app_that_fails_without_any_org_fails_it(string hook)
    {
        using var standIn = new StandIn();
        await using var app = await AppStandIn.StartAsync((503, ""));
        using var run = HookProcess.Start(hook, standIn, new Dictionary<string, string>(Environment(app)) { ["SALESFORCE_BASE_URL"] = "" });

        (await run.EndAsync()).ExitCode.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Hooks))]
    public async Task Who_may_not_read_the_key_is_told_so_and_the_app_is_not_looked_at(string hook)
    {
        using var standIn = new StandIn();
        standIn.Refuse(100, "ERROR: (AuthorizationFailed) The client does not have authorization to perform action 'Microsoft.Web/sites/host/listkeys/action'");
        await using var app = await AppStandIn.StartAsync((200, Checked));
        using var run = HookProcess.Start(hook, standIn, new Dictionary<string, string>(Environment(app)) { ["AZURE_SUBSCRIPTION_ID"] = "the-subscription" });

        var (exitCode, output) = await run.EndAsync();

        exitCode.ShouldBe(2, output);
        output.ShouldContain("AuthorizationFailed");
        app.Requests.ShouldBeEmpty();
        standIn.Calls.ShouldBe("functionapp keys list --resource-group rg-test --name func-test --query functionKeys.default --output tsv --subscription the-subscription\n");
    }

    private static Dictionary<string, string> Environment(AppStandIn app) => Environment(app.Url);

    private static Dictionary<string, string> Environment(string url) => new()
    {
        ["SERVICE_CONNECTOR_URI"] = url,
        ["AZURE_RESOURCE_GROUP"] = "rg-test",
        ["AZURE_FUNCTION_NAME"] = "func-test",
        ["SALESFORCE_BASE_URL"] = "https://main.my.salesforce.com",
        ["ENTRA_CLIENT_ID"] = "",
    };

    /// <summary>The answer of a check that found something wrong.</summary>
    private static string Unchecked(string errorCode) =>
        $$$"""{"ok":false,"secrets":{"ok":false,"errorCode":"{{{errorCode}}}","problem":"p","remedy":"r","found":[],"missing":["salesforce-client-id"]}}""";

    private static string Refused(string flow) =>
        $$$"""{"ok":false,"secrets":{"ok":true,"found":[],"missing":[]},"login":{"ok":false,"type":"{{{flow}}}","errorCode":"SALESFORCE_AUTHENTICATION_FAILED","problem":"p"}}""";

    private static string Problem(string errorCode) =>
        $$"""{"type":"urn:salesforce-connector:problem:x","title":"t","status":500,"detail":"d","errorCode":"{{errorCode}}","retryable":true}""";
}
