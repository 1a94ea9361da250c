namespace Infra.Tests.Hooks;

/// <summary>What azd runs before provisioning, in both shells: <c>azd up</c> after <c>azd down</c> takes no flags set by hand.</summary>
public sealed class PreProvisionTests
{
    public static TheoryData<string> Hooks => ["preprovision.sh", "preprovision.ps1"];

    [Theory]
    [MemberData(nameof(Hooks))]
    public async Task Deleted_vaults_of_the_environment_are_recovered_and_no_others(string hook)
    {
        using var standIn = new StandIn();
        standIn.DeleteVaults("rg-other/kv-other", "RG-Test/kv-1", "rg-test/kv-keys-1", "rg-test2/kv-2");
        using var run = HookProcess.Start(hook, standIn, Environment());

        var (exitCode, output) = await run.EndAsync();

        exitCode.ShouldBe(0, output);
        output.ShouldBe("Deleted vaults of this environment are recovered with their secrets: kv-1,kv-keys-1\n");
        standIn.Environment.ShouldBe(new Dictionary<string, string> { ["AZURE_DELETED_VAULTS"] = "kv-1,kv-keys-1" });
        standIn.Calls.ShouldStartWith("keyvault list-deleted --resource-type vault --query [].properties.vaultId --output tsv --subscription the-subscription\n");
    }

    /// <summary>After a deployment that failed when one of the vaults was back, as after one that succeeded.</summary>
    [Theory]
    [InlineData("preprovision.sh", "kv-keys-1")]
    [InlineData("preprovision.sh", "")]
    [InlineData("preprovision.ps1", "kv-keys-1")]
    [InlineData("preprovision.ps1", "")]
    public async Task A_vault_that_is_back_is_not_recovered_again(string hook, string stillDeleted)
    {
        using var standIn = new StandIn();
        if (stillDeleted.Length > 0)
        {
            standIn.DeleteVaults($"rg-test/{stillDeleted}");
        }

        using var run = HookProcess.Start(hook, standIn, Environment(known: "kv-1,kv-keys-1"));

        var (exitCode, output) = await run.EndAsync();

        exitCode.ShouldBe(0, output);
        standIn.Environment["AZURE_DELETED_VAULTS"].ShouldBe(stillDeleted);
    }

    [Theory]
    [MemberData(nameof(Hooks))]
    public async Task Without_deleted_vaults_it_says_nothing_and_sets_nothing(string hook)
    {
        using var standIn = new StandIn();
        standIn.DeleteVaults("rg-other/kv-other");
        using var run = HookProcess.Start(hook, standIn, Environment());

        (await run.EndAsync()).ShouldBe((0, ""));

        standIn.Environment.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Hooks))]
    public async Task Who_is_not_logged_in_is_told_so_and_nothing_is_set(string hook)
    {
        using var standIn = new StandIn();
        standIn.Refuse(1, "ERROR: Please run 'az login' to setup account.");
        using var run = HookProcess.Start(hook, standIn, Environment(known: "kv-1"));

        var (exitCode, output) = await run.EndAsync();

        exitCode.ShouldBe(1, output);
        output.ShouldContain("Please run 'az login'");
        output.ShouldContain("Deleted vaults are not looked for.");
        standIn.Environment.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Hooks))]
    public async Task Without_the_Azure_CLI_it_says_so(string hook)
    {
        using var standIn = new StandIn();
        standIn.RemoveAz();
        using var run = HookProcess.Start(hook, standIn, Environment());

        var (exitCode, output) = await run.EndAsync();

        exitCode.ShouldBe(1, output);
        output.ShouldContain("The Azure CLI (az) is not installed");
    }

    private static Dictionary<string, string> Environment(string known = "") => new()
    {
        ["AZURE_ENV_NAME"] = "Test",
        ["AZURE_SUBSCRIPTION_ID"] = "the-subscription",
        ["AZURE_DELETED_VAULTS"] = known,
    };
}
