using System.Text.Json.Nodes;

namespace Infra.Tests;

/// <summary>Storage, vaults, app and telemetry take nobody in by a shared key, unencrypted, or from where nobody should come.</summary>
/// <remarks>Well-Architected Framework, "Azure Functions"; PSRule for Azure, by the rules' names where there are any.</remarks>
public sealed class ClosedTests(Bicep bicep)
{
    [Theory]
    [MemberData(nameof(Bicep.ParameterSets), MemberType = typeof(Bicep))]
    public async Task Storage_takes_identities_only_over_TLS_and_shows_nothing_to_the_public(string parameters)
    {
        var accounts = (await bicep.DeployAsync(parameters)).Of("Microsoft.Storage/storageAccounts").ToArray();

        accounts.Length.ShouldBe(2);
        foreach (var account in accounts)
        {
            var properties = account["properties"]!;
            ((bool?)properties["allowSharedKeyAccess"]).ShouldBe(false);
            ((bool?)properties["defaultToOAuthAuthentication"]).ShouldBe(true);
            ((bool?)properties["allowBlobPublicAccess"]).ShouldBe(false, "Azure.Storage.BlobPublicAccess");
            ((bool?)properties["allowCrossTenantReplication"]).ShouldBe(false);
            ((bool?)properties["isLocalUserEnabled"]).ShouldBe(false);
            ((bool?)properties["supportsHttpsTrafficOnly"]).ShouldBe(true, "Azure.Storage.SecureTransfer");
            ((string?)properties["minimumTlsVersion"]).ShouldBe("TLS1_2", "Azure.Storage.MinTLS");
        }
    }

    [Fact]
    public async Task What_is_deleted_in_storage_can_be_had_back_for_a_while()
    {
        var deployment = await bicep.DeployAsync();

        foreach (var blobs in deployment.Of("Microsoft.Storage/storageAccounts/blobServices"))
        {
            ((bool?)blobs["properties"]!["deleteRetentionPolicy"]!["enabled"]).ShouldBe(true, "Azure.Storage.SoftDelete");
            ((bool?)blobs["properties"]!["containerDeleteRetentionPolicy"]!["enabled"]).ShouldBe(true, "Azure.Storage.ContainerSoftDelete");
        }

        deployment.Of("Microsoft.Storage/storageAccounts/blobServices/containers")
            .ShouldAllBe(container => (string?)container["properties"]!["publicAccess"] == "None");
    }

    [Theory]
    [MemberData(nameof(Bicep.ParameterSets), MemberType = typeof(Bicep))]
    public async Task Vaults_go_by_roles_and_keep_what_is_deleted(string parameters)
    {
        var vaults = (await bicep.DeployAsync(parameters)).Of("Microsoft.KeyVault/vaults").ToArray();

        vaults.Length.ShouldBe(2);
        foreach (var properties in vaults.Select(vault => vault["properties"]!))
        {
            ((bool?)properties["enableRbacAuthorization"]).ShouldBe(true, "Azure.KeyVault.RBAC");
            ((bool?)properties["enableSoftDelete"]).ShouldBe(true, "Azure.KeyVault.SoftDelete");
            ((int?)properties["softDeleteRetentionInDays"]).ShouldBe(90);
            properties["accessPolicies"].ShouldBeNull();
        }
    }

    [Fact]
    public async Task Purge_protection_is_on_unless_it_is_asked_not_to_be_and_never_false()
    {
        foreach (var vault in (await bicep.DeployAsync()).Of("Microsoft.KeyVault/vaults"))
        {
            ((bool?)vault["properties"]!["enablePurgeProtection"]).ShouldBe(true, "Azure.KeyVault.PurgeProtect");
            ((string?)vault["properties"]!["createMode"]).ShouldBe("default");
        }

        (await bicep.DeployAsync("operated")).Of("Microsoft.KeyVault/vaults").ShouldAllBe(vault => vault["properties"]!["enablePurgeProtection"] == null);
    }

    /// <summary>After a deployment that failed halfway, one of the two is back.</summary>
    [Fact]
    public async Task A_vault_is_recovered_if_it_is_deleted_and_no_other()
    {
        var vaults = (await bicep.DeployAsync("operated")).Of("Microsoft.KeyVault/vaults")
            .ToLookup(vault => (string)vault["properties"]!["createMode"]!, Deployment.NameOf);

        vaults["recover"].ShouldHaveSingleItem().ShouldStartWith("kv-keys-");
        vaults["default"].ShouldHaveSingleItem();
    }

    [Theory]
    [MemberData(nameof(Bicep.ParameterSets), MemberType = typeof(Bicep))]
    public async Task The_app_is_served_over_TLS_runs_as_its_own_identity_and_is_published_to_without_a_password(string parameters)
    {
        var deployment = await bicep.DeployAsync(parameters);

        var site = deployment.Site;
        ((bool?)site["properties"]!["httpsOnly"]).ShouldBe(true, "Azure.AppService.UseHTTPS");
        var config = site["properties"]!["siteConfig"]!;
        ((string?)config["minTlsVersion"]).ShouldBe("1.2", "Azure.AppService.MinTLS");
        ((string?)config["scmMinTlsVersion"]).ShouldBe("1.2");
        ((bool?)config["http20Enabled"]).ShouldBe(true, "Azure.AppService.HTTP2");
        ((string?)site["identity"]!["type"]).ShouldBe("UserAssigned");
        site["identity"]!["userAssignedIdentities"]!.AsObject().ShouldHaveSingleItem();
        deployment.Single("Microsoft.ManagedIdentity/userAssignedIdentities");
        deployment.Of("Microsoft.Web/sites/basicPublishingCredentialsPolicies")
            .ToDictionary(Deployment.NameOf, policy => (bool)policy["properties"]!["allow"]!)
            .ShouldBe(new Dictionary<string, bool> { ["ftp"] = false, ["scm"] = false }, ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(Bicep.ParameterSets), MemberType = typeof(Bicep))]
    public async Task The_app_has_no_key_in_its_settings_and_its_package_and_function_keys_are_behind_the_identity(string parameters)
    {
        var deployment = await bicep.DeployAsync(parameters);
        var settings = deployment.Settings;

        settings.Keys.ShouldNotContain("AzureWebJobsStorage");
        settings.Keys.ShouldNotContain("Storage");
        settings.Values.ShouldAllBe(value => !value.Contains("AccountKey") && !value.Contains("SharedAccessSignature") && !value.Contains("listKeys"));
        settings["AzureWebJobsStorage__credential"].ShouldBe("managedidentity");
        settings["Storage__credential"].ShouldBe("managedidentity");
        settings["APPLICATIONINSIGHTS_AUTHENTICATION_STRING"].ShouldContain("Authorization=AAD");
        settings["AzureWebJobsSecretStorageType"].ShouldBe("keyvault");
        settings["AzureWebJobsSecretStorageKeyVaultUri"].ShouldContain("/kv-keys-");
        settings["KeyVault__Uri"].ShouldNotContain("/kv-keys-");
        deployment.Site["properties"]!["functionAppConfig"]!["deployment"]!["storage"]!["authentication"]!["type"]!.ToString()
            .ShouldBe("UserAssignedIdentity");
    }

    [Fact]
    public async Task Telemetry_is_taken_from_identities_only_and_kept_in_the_workspace()
    {
        var deployment = await bicep.DeployAsync();

        var component = deployment.Single("Microsoft.Insights/components")["properties"]!;
        ((bool?)component["DisableLocalAuth"]).ShouldBe(true);
        ((string?)component["WorkspaceResourceId"]).ShouldNotBeNull().ShouldContain("/workspaces/log-");
        var workspace = deployment.Single("Microsoft.OperationalInsights/workspaces")["properties"]!;
        ((bool?)workspace["features"]!["disableLocalAuth"]).ShouldBe(true);
        ((int?)workspace["workspaceCapping"]!["dailyQuotaGb"]).ShouldBe(1);
    }

    [Fact]
    public async Task What_is_done_to_vaults_is_logged_and_what_the_app_tells_already_only_if_it_is_asked_for()
    {
        string[] always = ["kv-: audit", "kv-keys-: audit"];
        string[] requests = ["StorageRead", "StorageWrite", "StorageDelete"];

        Logs(await bicep.DeployAsync()).ShouldBe(always, ignoreOrder: true);
        Logs(await bicep.DeployAsync("entra")).ShouldBe([.. always, "func-: AppServiceAuthenticationLogs"], ignoreOrder: true);
        Logs(await bicep.DeployAsync("operated")).ShouldBe(
            [
                .. always, "func-: FunctionAppLogs",
                .. new[] { "blobServices", "queueServices", "tableServices" }.SelectMany(service => requests.Select(request => $"{service}: {request}")),
            ],
            ignoreOrder: true);
        Logs(await bicep.DeployAsync("uncapped")).ShouldNotContain("queueServices: StorageRead");
        Logs(await bicep.DeployAsync("uncapped")).ShouldContain("queueServices: StorageWrite");
    }

    [Fact]
    public async Task With_Entra_callers_without_a_token_get_401()
    {
        (await bicep.DeployAsync()).Names("Microsoft.Web/sites/config").ShouldBe(["appsettings"]);

        var auth = (await bicep.DeployAsync("entra")).Named("Microsoft.Web/sites/config", "authsettingsV2")["properties"]!;

        ((bool?)auth["globalValidation"]!["requireAuthentication"]).ShouldBe(true);
        ((string?)auth["globalValidation"]!["unauthenticatedClientAction"]).ShouldBe("Return401");
        auth["globalValidation"]!["excludedPaths"].ShouldBeNull();
        var provider = auth["identityProviders"]!["azureActiveDirectory"]!;
        ((string?)provider["registration"]!["clientId"]).ShouldBe("11111111-1111-1111-1111-111111111111");
        provider["registration"]!["clientSecretSettingName"].ShouldBeNull();
        provider["validation"]!["allowedAudiences"]!.AsArray().Select(audience => (string?)audience).ShouldBe(
            ["api://11111111-1111-1111-1111-111111111111", "11111111-1111-1111-1111-111111111111"]);
        provider["validation"]!["defaultAuthorizationPolicy"]!["allowedApplications"]!.AsArray().ShouldHaveSingleItem()!.ToString()
            .ShouldBe("22222222-2222-2222-2222-222222222222");
    }

    [Fact]
    public async Task Locks_and_budget_are_there_when_they_are_asked_for()
    {
        (await bicep.DeployAsync()).Of("Microsoft.Authorization/locks").ShouldBeEmpty();
        (await bicep.DeployAsync()).Of("Microsoft.Consumption/budgets").ShouldBeEmpty();

        var operated = await bicep.DeployAsync("operated");

        operated.Of("Microsoft.Authorization/locks").Select(resource => (string?)resource["properties"]!["level"]).ShouldBe(["CanNotDelete", "CanNotDelete"]);
        var budget = operated.Single("Microsoft.Consumption/budgets")["properties"]!;
        ((int?)budget["amount"]).ShouldBe(50);
        // Of the amount, in percent.
        budget["notifications"]!.AsObject().Select(notification => (int?)notification.Value!["threshold"]).ShouldBe([80, 100]);
    }

    private static IEnumerable<string> Logs(Deployment deployment) =>
        from setting in deployment.Of("Microsoft.Insights/diagnosticSettings")
        let scope = ((string)setting["id"]!).Split("/providers/Microsoft.Insights/")[0].Split('/')
        let name = scope[^2].EndsWith("Services", StringComparison.Ordinal) ? scope[^2] : scope[^1][..(scope[^1].LastIndexOf('-') + 1)]
        from JsonNode log in setting["properties"]!["logs"]!.AsArray()
        where (bool)log["enabled"]!
        select $"{name}: {(string?)log["category"] ?? (string?)log["categoryGroup"]}";
}
