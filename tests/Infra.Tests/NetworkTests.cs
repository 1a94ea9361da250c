namespace Infra.Tests;

/// <summary>The private network, and who may come in from where.</summary>
public sealed class NetworkTests(Bicep bicep)
{
    [Fact]
    public async Task Without_a_network_there_is_none_and_everything_is_reached_by_its_public_name()
    {
        var deployment = await bicep.DeployAsync();

        deployment.Resources.Select(resource => (string)resource["type"]!).ShouldAllBe(type => !type.StartsWith("Microsoft.Network/"));
        deployment.Site["properties"]!["virtualNetworkSubnetId"].ShouldBeNull();
        Doors(deployment).ShouldBe(["sthost: Enabled Allow", "stdata: Enabled Allow", "kv: Enabled Allow", "kv-keys: Enabled Allow"], ignoreOrder: true);
        var config = deployment.Site["properties"]!["siteConfig"]!;
        ((string?)config["ipSecurityRestrictionsDefaultAction"]).ShouldBe("Allow");
        ((string?)config["scmIpSecurityRestrictionsDefaultAction"]).ShouldBe("Allow");
    }

    [Fact]
    public async Task In_a_network_storage_and_vaults_are_shut_but_for_the_addresses_of_operators_and_engines()
    {
        var deployment = await bicep.DeployAsync("private");

        Doors(deployment).ShouldBe(
            [
                "sthost: Disabled Deny",
                "stdata: Enabled Deny 203.0.113.7 198.51.100.0/24",
                "kv: Enabled Deny 203.0.113.7 198.51.100.0/24",
                "kv-keys: Disabled Deny",
            ],
            ignoreOrder: true);
    }

    [Fact]
    public async Task In_a_network_all_that_the_app_uses_has_a_private_endpoint_with_its_zone()
    {
        var deployment = await bicep.DeployAsync("private");

        deployment.Of("Microsoft.Network/privateEndpoints").Select(endpoint =>
        {
            var connection = endpoint["properties"]!["privateLinkServiceConnections"]!.AsArray().ShouldHaveSingleItem()!["properties"]!;
            ((string?)endpoint["properties"]!["subnet"]!["id"]).ShouldNotBeNull().ShouldEndWith("/subnets/snet-private-endpoints");
            return $"{Kind(((string)connection["privateLinkServiceId"]!).Split('/')[^1])} {connection["groupIds"]![0]}";
        }).ShouldBe(
            ["sthost blob", "sthost table", "stdata blob", "stdata queue", "stdata table", "kv vault", "kv-keys vault"], ignoreOrder: true);
        deployment.Of("Microsoft.Network/privateEndpoints/privateDnsZoneGroups").Count().ShouldBe(7);
        deployment.Of("Microsoft.Network/privateDnsZones").Count().ShouldBe(4);
        deployment.Of("Microsoft.Network/privateDnsZones/virtualNetworkLinks").Count().ShouldBe(4);
    }

    [Fact]
    public async Task In_a_network_the_app_has_a_subnet_of_its_own()
    {
        var deployment = await bicep.DeployAsync("private");

        ((string?)deployment.Site["properties"]!["virtualNetworkSubnetId"]).ShouldNotBeNull().ShouldEndWith("/subnets/snet-app");
        var subnet = deployment.Named("Microsoft.Network/virtualNetworks/subnets", "snet-app")["properties"]!;
        ((string?)subnet["delegations"]!.AsArray().ShouldHaveSingleItem()!["properties"]!["serviceName"]).ShouldBe("Microsoft.App/environments");
        ((string?)subnet["addressPrefix"]).ShouldBe("10.80.0.64/26");
    }

    [Fact]
    public async Task Callers_and_deployments_are_let_in_by_address_each_by_its_own_list()
    {
        var config = (await bicep.DeployAsync("private")).Site["properties"]!["siteConfig"]!;

        ((string?)config["ipSecurityRestrictionsDefaultAction"]).ShouldBe("Deny");
        ((string?)config["ipSecurityRestrictions"]!.AsArray().ShouldHaveSingleItem()!["ipAddress"]).ShouldBe("203.0.113.7/32");
        ((bool?)config["scmIpSecurityRestrictionsUseMain"]).ShouldBe(false);
        ((string?)config["scmIpSecurityRestrictionsDefaultAction"]).ShouldBe("Deny");
        ((string?)config["scmIpSecurityRestrictions"]!.AsArray().ShouldHaveSingleItem()!["ipAddress"]).ShouldBe("198.51.100.0/24");
    }

    [Fact]
    public async Task The_app_itself_is_reached_by_a_private_endpoint_only_where_that_is_asked_for()
    {
        var open = await bicep.DeployAsync("private");
        ((string?)open.Site["properties"]!["publicNetworkAccess"]).ShouldBe("Enabled");

        var inbound = await bicep.DeployAsync("inbound");

        ((string?)inbound.Site["properties"]!["publicNetworkAccess"]).ShouldBe("Disabled");
        var endpoint = inbound.Of("Microsoft.Network/privateEndpoints").Single(endpoint => Deployment.NameOf(endpoint).StartsWith("pep-func-", StringComparison.Ordinal));
        var connection = endpoint["properties"]!["privateLinkServiceConnections"]!.AsArray().ShouldHaveSingleItem()!["properties"]!;
        ((string?)connection["privateLinkServiceId"]).ShouldBe((string?)inbound.Site["id"]);
        ((string?)connection["groupIds"]!.AsArray().ShouldHaveSingleItem()).ShouldBe("sites");
        inbound.Names("Microsoft.Network/privateDnsZones").ShouldContain("privatelink.azurewebsites.net");
        inbound.Of("Microsoft.Network/privateEndpoints/privateDnsZoneGroups").Count().ShouldBe(8);
    }

    [Fact]
    public async Task A_private_endpoint_of_the_app_needs_the_network() =>
        (await Should.ThrowAsync<InvalidOperationException>(() => bicep.DeployAsync("Refused/inbound-without-network")))
            .Message.ShouldContain("PRIVATE_INBOUND needs VNET_ENABLED");

    private static IEnumerable<string> Doors(Deployment deployment) =>
        from resource in deployment.Of("Microsoft.Storage/storageAccounts").Concat(deployment.Of("Microsoft.KeyVault/vaults"))
        let rules = resource["properties"]!["networkAcls"]!
        let door = $"{Kind(Deployment.NameOf(resource))}: {resource["properties"]!["publicNetworkAccess"]} {rules["defaultAction"]}"
        select string.Join(' ', rules["ipRules"]!.AsArray().Select(rule => (string)rule!["value"]!).Prepend(door));

    private static string Kind(string name) =>
        name.StartsWith("st", StringComparison.Ordinal) ? name[..6] : name[..name.LastIndexOf('-')];
}
