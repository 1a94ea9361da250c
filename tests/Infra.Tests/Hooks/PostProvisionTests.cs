using System.Text.Json.Nodes;

namespace Infra.Tests.Hooks;

/// <summary>What azd runs after provisioning, in both shells.</summary>
public sealed class PostProvisionTests
{
    private static readonly Dictionary<string, string> OneOrg = new()
    {
        ["AZURE_KEY_VAULT_NAME"] = "kv-test",
        ["SERVICE_CONNECTOR_URI"] = "https://func-test.azurewebsites.net",
        ["SALESFORCE_BASE_URL"] = "https://main.my.salesforce.com",
    };

    public static TheoryData<string> Hooks => ["postprovision.sh", "postprovision.ps1"];

    [Theory]
    [MemberData(nameof(Hooks))]
    public async Task On_a_terminal_it_says_what_to_do_next_and_asks_for_the_credentials_unseen(string hook)
    {
        using var standIn = new StandIn();
        using var run = HookProcess.Start(hook, standIn, OneOrg, terminal: true);

        await run.AnswerAsync("salesforce-client-id (not shown; Enter leaves it for later): ", "3MVG9 the 'id' $HOME");
        await run.AnswerAsync("salesforce-client-secret (not shown; Enter leaves it for later): ", "the-secret-value");
        var (exitCode, output) = await run.EndAsync();

        TestContext.Current.TestOutputHelper!.WriteLine(output);
        exitCode.ShouldBe(0, output);
        Lines(output)[..3].ShouldBe(
        [
            "1. Put the credentials of the org's External Client App into the vault kv-test: below, or by az keyvault secret set.",
            "2. Deploy the app: azd deploy. After azd up this comes by itself.",
            "3. Call https://func-test.azurewebsites.net/api/check with a function key: it says what is in order. azd deploy does it once.",
        ]);
        standIn.Vault.ShouldBe(
            new Dictionary<string, string> { ["salesforce-client-id"] = "3MVG9 the 'id' $HOME", ["salesforce-client-secret"] = "the-secret-value" },
            ignoreOrder: true);
        foreach (var typed in new[] { "3MVG9", "the-secret-value" })
        {
            output.ShouldNotContain(typed);
            // Others can see command lines.
            standIn.Calls.ShouldNotContain(typed);
        }
    }

    [Theory]
    [MemberData(nameof(Hooks))]
    public async Task What_is_left_for_later_is_not_put_and_what_is_there_is_not_asked_for(string hook)
    {
        using var standIn = new StandIn();
        standIn.Put("salesforce-client-id", "there");
        using var run = HookProcess.Start(hook, standIn, OneOrg, terminal: true);

        await run.AnswerAsync("salesforce-client-secret (not shown", "");
        var (exitCode, output) = await run.EndAsync();

        exitCode.ShouldBe(0, output);
        output.ShouldContain("salesforce-client-id is in the vault.");
        standIn.Vault.Keys.ShouldBe(["salesforce-client-id"]);
    }

    [Theory]
    [MemberData(nameof(Hooks))]
    public async Task Orgs_that_log_in_by_JWT_bearer_get_a_certificate_and_no_secret(string hook)
    {
        using var standIn = new StandIn();
        var environment = new Dictionary<string, string>(OneOrg)
        {
            ["SALESFORCE_ORGS"] = "EMEA=https://emea.my.salesforce.com,apac=https://apac.my.salesforce.com,latam=https://latam.my.salesforce.com",
            ["AZURE_SIGNING_KEYS"] = "salesforce-=salesforce-jwt salesforce-emea-=other salesforce-latam-=other",
            ["AZURE_KEY_VAULT_ID"] = "/subscriptions/s/vaults/kv-test",
            ["AZURE_IDENTITY_PRINCIPAL_ID"] = "the-identity",
            ["AZURE_ENV_NAME"] = "test",
        };
        var folder = Directory.CreateDirectory(Path.Combine(standIn.Folder, ".azure", "test")).FullName;

        // Once more, it finds what is there.
        for (var time = 0; time < 2; time++)
        {
            using var run = HookProcess.Start(hook, standIn, environment);
            var (exitCode, output) = await run.EndAsync();

            exitCode.ShouldBe(0, output);
            Lines(output)[..2].ShouldBe(
            [
                "1. Put the credentials of the org's External Client App into the vault kv-test: below, or by az keyvault secret set.",
                "1. Upload the certificate of each org that logs in by JWT bearer to its External Client App, as said below. It needs no secret.",
            ]);
            output.ShouldContain("Its public part is .azure/test/salesforce-jwt.pem.");
            output.ShouldContain("az keyvault certificate download --vault-name kv-test --name salesforce-jwt --encoding PEM --file salesforce-jwt.pem");
            output.ShouldContain("In Salesforce: Setup, External Client App Manager, the app, Settings, OAuth Settings, JWT Bearer Flow: salesforce-jwt.pem");
            output.Split("The certificate other is in the vault").Length.ShouldBe(1 + 1);
            output.ShouldContain("salesforce-apac-client-secret is missing");
            output.ShouldNotContain("salesforce-client-secret");
            output.ShouldNotContain("salesforce-emea-client-id");
            output.ShouldNotContain("salesforce-latam-client-id");
        }

        standIn.Certificates.Keys.ShouldBe(["salesforce-jwt", "other"], ignoreOrder: true);
        standIn.Certificates.Values.Select(policy => (bool)JsonNode.Parse(policy)!["keyProperties"]!["exportable"]!).ShouldAllBe(exportable => !exportable);
        standIn.Calls.Split("keyvault certificate create").Length.ShouldBe(1 + 2);
        standIn.Calls.ShouldContain("--role Key Vault Crypto User --assignee-principal-type ServicePrincipal --assignee-object-id the-identity --scope /subscriptions/s/vaults/kv-test/keys/other");
        File.ReadAllText(Path.Combine(folder, "other.pem")).ShouldContain("BEGIN CERTIFICATE");
    }

    [Theory]
    [MemberData(nameof(Hooks))]
    public async Task Where_nothing_has_a_secret_none_is_asked_for(string hook)
    {
        using var standIn = new StandIn();
        using var run = HookProcess.Start(hook, standIn, new Dictionary<string, string>(OneOrg)
        {
            ["AZURE_SIGNING_KEYS"] = "salesforce-=salesforce-jwt",
            ["AZURE_KEY_VAULT_ID"] = "/subscriptions/s/vaults/kv-test",
            ["AZURE_IDENTITY_PRINCIPAL_ID"] = "the-identity",
        });

        var (exitCode, output) = await run.EndAsync();

        exitCode.ShouldBe(0, output);
        Lines(output)[0].ShouldBe("1. Upload the certificate of each org that logs in by JWT bearer to its External Client App, as said below. It needs no secret.");
        output.ShouldNotContain("credentials");
        // Without a folder of azd's environment, the commands are all that is said.
        standIn.Calls.ShouldNotContain("certificate download");
    }

    [Theory]
    [MemberData(nameof(Hooks))]
    public async Task Without_a_terminal_it_names_what_is_missing_for_every_org(string hook)
    {
        using var standIn = new StandIn();
        standIn.Put("salesforce-emea-client-id", "there");
        using var run = HookProcess.Start(hook, standIn, new Dictionary<string, string>(OneOrg) { ["SALESFORCE_ORGS"] = "emea = https://emea.my.salesforce.com, apac=https://apac.my.salesforce.com" });

        var (exitCode, output) = await run.EndAsync();

        exitCode.ShouldBe(0, output);
        Lines(output)[3..].ShouldBe(
        [
            "salesforce-client-id is missing: az keyvault secret set --vault-name kv-test --name salesforce-client-id --file <file>",
            "salesforce-client-secret is missing: az keyvault secret set --vault-name kv-test --name salesforce-client-secret --file <file>",
            "salesforce-emea-client-id is in the vault.",
            "salesforce-emea-client-secret is missing: az keyvault secret set --vault-name kv-test --name salesforce-emea-client-secret --file <file>",
            "salesforce-apac-client-id is missing: az keyvault secret set --vault-name kv-test --name salesforce-apac-client-id --file <file>",
            "salesforce-apac-client-secret is missing: az keyvault secret set --vault-name kv-test --name salesforce-apac-client-secret --file <file>",
        ]);
    }

    [Theory]
    [MemberData(nameof(Hooks))]
    public async Task Without_an_org_it_says_how_to_set_one(string hook)
    {
        using var standIn = new StandIn();
        using var run = HookProcess.Start(hook, standIn, new Dictionary<string, string> { ["AZURE_KEY_VAULT_NAME"] = "kv-test", ["SALESFORCE_BASE_URL"] = "" });

        var (exitCode, output) = await run.EndAsync();

        exitCode.ShouldBe(0, output);
        output.ShouldContain("No org is configured: azd env set SALESFORCE_BASE_URL https://MyDomainName.my.salesforce.com && azd provision");
        standIn.Calls.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Hooks))]
    public async Task It_waits_until_the_new_role_works(string hook)
    {
        using var standIn = new StandIn();
        standIn.Put("salesforce-client-id", "there");
        standIn.Put("salesforce-client-secret", "there");
        standIn.Refuse(2, "ERROR: (Forbidden) Caller is not authorized to perform action on resource. Inner error: ForbiddenByRbac");
        using var run = HookProcess.Start(hook, standIn, OneOrg);

        var (exitCode, output) = await run.EndAsync();

        exitCode.ShouldBe(0, output);
        output.ShouldContain("Waiting until your new role at the vault takes effect, which can take minutes ...");
        output.ShouldContain("salesforce-client-secret is in the vault.");
    }

    [Theory]
    [MemberData(nameof(Hooks))]
    public async Task A_role_that_never_works_fails_it_with_what_the_vault_said(string hook)
    {
        using var standIn = new StandIn();
        standIn.Refuse(100, "ERROR: (Forbidden) Caller is not authorized. Inner error: ForbiddenByRbac");
        using var run = HookProcess.Start(hook, standIn, OneOrg);

        var (exitCode, output) = await run.EndAsync();

        exitCode.ShouldBe(1, output);
        output.ShouldContain("ForbiddenByRbac");
        output.ShouldContain("Log in by az login, and try again: azd hooks run postprovision");
        Lines(standIn.Calls).Length.ShouldBe(3);
    }

    [Theory]
    [MemberData(nameof(Hooks))]
    public async Task A_vault_that_is_shut_says_how_this_machine_is_let_in(string hook)
    {
        using var standIn = new StandIn();
        standIn.Refuse(100, """
            ERROR: (Forbidden) Client address is not authorized and caller is not a trusted service.
            Client address: 203.0.113.7
            Caller: appid=04b07795-8ddb-461a-bbee-02f9e1bf7b46
            Inner error: { "code": "ForbiddenByFirewall" }
            """);
        using var run = HookProcess.Start(hook, standIn, OneOrg);

        var (exitCode, output) = await run.EndAsync();

        exitCode.ShouldBe(1, output);
        output.ShouldContain("azd env set DATA_IP_RANGES 203.0.113.7 && azd provision");
        Lines(standIn.Calls).Length.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Hooks))]
    public async Task So_does_a_vault_that_is_shut_to_all_addresses(string hook)
    {
        using var standIn = new StandIn();
        standIn.Refuse(100, """
            ERROR: (Forbidden) Connection is not an approved private link and caller was ignored because bypass is not set to
            'AzureServices' and PublicNetworkAccess is set to 'Disabled'.
            Inner error: { "code": "ForbiddenByConnection" }
            """);
        using var run = HookProcess.Start(hook, standIn, OneOrg);

        var (exitCode, output) = await run.EndAsync();

        exitCode.ShouldBe(1, output);
        output.ShouldContain("azd env set DATA_IP_RANGES <your address> && azd provision");
        Lines(standIn.Calls).Length.ShouldBe(1, "it is not waited for");
    }

    [Theory]
    [MemberData(nameof(Hooks))]
    public async Task Who_is_not_logged_in_is_told_so(string hook)
    {
        using var standIn = new StandIn();
        standIn.Refuse(100, "ERROR: Please run 'az login' to setup account.");
        using var run = HookProcess.Start(hook, standIn, OneOrg);

        var (exitCode, output) = await run.EndAsync();

        exitCode.ShouldBe(1, output);
        output.ShouldContain("Please run 'az login'");
        Lines(standIn.Calls).Length.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Hooks))]
    public async Task Without_the_Azure_CLI_it_says_so(string hook)
    {
        using var standIn = new StandIn();
        standIn.RemoveAz();
        using var run = HookProcess.Start(hook, standIn, OneOrg);

        var (exitCode, output) = await run.EndAsync();

        exitCode.ShouldBe(1, output);
        output.ShouldContain("The Azure CLI (az) is not installed");
    }

    private static string[] Lines(string output) => output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
