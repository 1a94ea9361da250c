using System.Text.Json.Nodes;

namespace Infra.Tests;

/// <summary>The plan, and what it does not take.</summary>
/// <remarks>Azure Functions, "Flex Consumption plan deprecations".</remarks>
public sealed class FlexConsumptionTests(Bicep bicep)
{
    private static readonly string[] RefusedProperties =
    [
        "alwaysOn", "autoHealEnabled", "containerSize", "ftpsState", "functionAppScaleLimit", "functionsRuntimeScaleMonitoringEnabled",
        "healthCheckPath", "isReserved", "javaVersion", "linuxFxVersion", "minimumElasticInstanceCount", "netFrameworkVersion", "nodeVersion",
        "phpVersion", "powerShellVersion", "preWarmedInstanceCount", "pythonVersion", "use32BitWorkerProcess", "vnetRouteAllEnabled",
        "windowsFxVersion",
    ];

    private static readonly string[] RefusedSettings =
    [
        "AzureWebJobsDashboard", "ENABLE_ORYX_BUILD", "FUNCTIONS_EXTENSION_VERSION", "FUNCTIONS_MAX_HTTP_CONCURRENCY",
        "FUNCTIONS_WORKER_DYNAMIC_CONCURRENCY_ENABLED", "FUNCTIONS_WORKER_PROCESS_COUNT", "FUNCTIONS_WORKER_RUNTIME",
        "FUNCTIONS_WORKER_RUNTIME_VERSION", "SCM_DO_BUILD_DURING_DEPLOYMENT", "WEBSITE_CONTENTAZUREFILECONNECTIONSTRING",
        "WEBSITE_CONTENTOVERVNET", "WEBSITE_CONTENTSHARE", "WEBSITE_DNS_SERVER", "WEBSITE_MAX_DYNAMIC_APPLICATION_SCALE_OUT",
        "WEBSITE_NODE_DEFAULT_VERSION", "WEBSITE_RUN_FROM_PACKAGE", "WEBSITE_SKIP_CONTENTSHARE_VALIDATION", "WEBSITE_VNET_ROUTE_ALL",
        "XDT_MicrosoftApplicationInsights_Mode",
    ];

    [Theory]
    [MemberData(nameof(Bicep.ParameterSets), MemberType = typeof(Bicep))]
    public async Task The_plan_is_Flex_Consumption_and_the_app_runs_on_NET_10_isolated(string parameters)
    {
        var deployment = await bicep.DeployAsync(parameters);

        var plan = deployment.Single("Microsoft.Web/serverfarms");
        ((string?)plan["sku"]!["name"]).ShouldBe("FC1");
        ((string?)plan["sku"]!["tier"]).ShouldBe("FlexConsumption");
        ((bool?)plan["properties"]!["reserved"]).ShouldBe(true);
        ((string?)deployment.Site["kind"]).ShouldBe("functionapp,linux");
        var runtime = deployment.Site["properties"]!["functionAppConfig"]!["runtime"]!;
        ((string?)runtime["name"]).ShouldBe("dotnet-isolated");
        ((string?)runtime["version"]).ShouldBe("10.0");
    }

    [Theory]
    [MemberData(nameof(Bicep.ParameterSets), MemberType = typeof(Bicep))]
    public async Task Nothing_is_set_that_the_plan_refuses(string parameters)
    {
        var deployment = await bicep.DeployAsync(parameters);

        Members(deployment.Site["properties"]!).Intersect(RefusedProperties, StringComparer.OrdinalIgnoreCase).ShouldBeEmpty();
        deployment.Settings.Keys.Intersect(RefusedSettings, StringComparer.OrdinalIgnoreCase).ShouldBeEmpty();
        deployment.Of("Microsoft.Web/sites/slots").ShouldBeEmpty();
    }

    [Fact]
    public async Task The_package_comes_from_a_container_that_is_there()
    {
        var deployment = await bicep.DeployAsync();

        var storage = deployment.Site["properties"]!["functionAppConfig"]!["deployment"]!["storage"]!;
        ((string?)storage["type"]).ShouldBe("blobContainer");
        ((string?)storage["value"]).ShouldNotBeNull().ShouldContain("'deployments'");
        ((string)deployment.Named("Microsoft.Storage/storageAccounts/blobServices/containers", "deployments")["id"]!).ShouldContain("/sthost");
    }

    [Fact]
    public async Task It_scales_as_the_parameters_say()
    {
        var byDefault = Scale(await bicep.DeployAsync());
        ((int?)byDefault["instanceMemoryMB"]).ShouldBe(2048);
        ((int?)byDefault["maximumInstanceCount"]).ShouldBe(40);
        byDefault["alwaysReady"]!.AsArray().ShouldBeEmpty();
        byDefault["triggers"].ShouldBeNull();

        var zones = Scale(await bicep.DeployAsync("zones"));
        ((int?)zones["maximumInstanceCount"]).ShouldBe(100);
        zones["alwaysReady"]!.AsArray().Select(group => $"{group!["name"]} {group["instanceCount"]}").ShouldBe(["http 2", "function:QueryFromQueue 2"]);
        ((int?)zones["triggers"]!["http"]!["perInstanceConcurrency"]).ShouldBe(16);
    }

    [Fact]
    public async Task Zones_are_for_the_app_and_for_its_storage()
    {
        var one = await bicep.DeployAsync();
        ((bool?)one.Single("Microsoft.Web/serverfarms")["properties"]!["zoneRedundant"]).ShouldBe(false);
        one.Of("Microsoft.Storage/storageAccounts").ShouldAllBe(account => (string?)account["sku"]!["name"] == "Standard_LRS");

        var three = await bicep.DeployAsync("zones");
        ((bool?)three.Single("Microsoft.Web/serverfarms")["properties"]!["zoneRedundant"]).ShouldBe(true);
        three.Of("Microsoft.Storage/storageAccounts").ShouldAllBe(account => (string?)account["sku"]!["name"] == "Standard_ZRS");
    }

    private static JsonNode Scale(Deployment deployment) => deployment.Site["properties"]!["functionAppConfig"]!["scaleAndConcurrency"]!;

    private static IEnumerable<string> Members(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => Members(member.Value).Prepend(member.Key)),
        JsonArray items => items.SelectMany(Members),
        _ => [],
    };
}
