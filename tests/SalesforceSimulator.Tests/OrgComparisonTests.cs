using OrgComparison;

namespace SalesforceSimulator.Tests;

/// <summary>The comparison of the simulator with a real org, with a second simulator in the org's place.</summary>
public sealed class OrgComparisonTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_simulators_do_not_differ_in_any_fact_and_nothing_is_left_of_it()
    {
        await using var one = await SimulatedOrg.StartAsync(Cancellation);
        await using var other = await SimulatedOrg.StartAsync(Cancellation);
        var before = one.Stats.Records;

        var (result, output) = await CompareAsync(one, other);

        (result.Different, result.NotRun).ShouldBe((0, 0), output);
        result.Same.ShouldBe(Comparison.All.Count);
        one.Stats.Records.ShouldBe(before, ignoreOrder: true);
    }

    [Fact]
    public async Task What_one_of_them_does_otherwise_is_printed()
    {
        await using var one = await SimulatedOrg.StartAsync(Cancellation);
        await using var other = await SimulatedOrg.StartAsync(Cancellation);
        one.AddFaults(new FaultRule { Method = "GET", Path = "/services/data/*/sobjects/Nonsense__c/describe", Status = 400, ErrorCode = "INVALID_TYPE", Message = "no" });

        var (result, output) = await CompareAsync(one, other);

        result.Different.ShouldBe(1, output);
        output.ShouldContain("DIFFERS  a description of no sObject is 404");
        output.ShouldContain("answer: status\n           org        400\n           simulator  404");
        output.ShouldContain("""org        [{"message":"no","errorCode":"INVALID_TYPE"}]""");
    }

    [Fact]
    public async Task A_fact_that_could_not_be_seen_is_no_agreement()
    {
        await using var one = await SimulatedOrg.StartAsync(Cancellation);
        await using var other = await SimulatedOrg.StartAsync(Cancellation);
        foreach (var org in new[] { one, other })
        {
            org.AddFaults(new FaultRule { Path = "/services/data/*/limits", Status = 200, Body = "[]" });
        }

        var (result, output) = await CompareAsync(one, other);

        output.ShouldContain("DIFFERS  the limits have the day's API requests, as Max and Remaining");
        result.Different.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Facts_that_need_a_field_of_the_orgs_own_are_not_run_without_it()
    {
        await using var one = await SimulatedOrg.StartAsync(Cancellation);
        await using var other = await SimulatedOrg.StartAsync(Cancellation);
        var settings = OrgComparison.SimulatedOrg.SettingsOf(one) with { ExternalIdField = null, SharedExternalIdField = null };

        var (result, output) = await CompareAsync(one, other, settings);

        (result.Different, result.NotRun).ShouldBe((0, 11), output);
        output.ShouldContain("not run  an upsert creates with 201, then changes with 200: no external id field is named");
        output.ShouldContain("not run  an external id of several records is 300 with their paths: no external id field that is not unique is named");
    }

    [Fact]
    public async Task What_was_made_is_deleted_also_if_the_comparison_is_broken_off()
    {
        await using var one = await SimulatedOrg.StartAsync(Cancellation);
        await using var other = await SimulatedOrg.StartAsync(Cancellation);
        var before = one.Stats.Records;
        one.AddFaults(new FaultRule { Path = "/services/data/*/query/nonsense", DelayMs = 600_000 });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        var comparing = CompareAsync(one, other, cancellationToken: stop.Token);
        await ManualTime.UntilAsync(() => one.Requests.Any(request => request.Path.EndsWith("/query/nonsense", StringComparison.Ordinal)));
        one.Stats.Records["Contact"].ShouldBeGreaterThan(before["Contact"]);
        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => comparing);
        one.Stats.Records.ShouldBe(before, ignoreOrder: true);
    }

    [Fact]
    public async Task An_org_that_is_no_developer_org_is_left_alone()
    {
        await using var one = await SimulatedOrg.StartAsync(Cancellation);
        using var org = new ComparedOrg(OrgComparison.SimulatedOrg.SettingsOf(one));
        static string Organization(string type, bool isSandbox) =>
            $$$"""{"totalSize":1,"done":true,"records":[{"attributes":{"type":"Organization"},"OrganizationType":"{{{type}}}","IsSandbox":{{{(isSandbox ? "true" : "false")}}}}]}""";

        // The simulated org is a Developer Edition.
        await OrgKind.VerifyAsync(org, Cancellation);
        one.AddFaults(new FaultRule { Path = "/services/data/*/query*", Status = 400, ErrorCode = "INVALID_TYPE" });
        await Should.ThrowAsync<InvalidOperationException>(() => OrgKind.VerifyAsync(org, Cancellation));
        foreach (var (type, isSandbox, isRefused) in new[] { ("Developer Edition", false, false), ("Enterprise Edition", true, false), ("Enterprise Edition", false, true) })
        {
            one.ClearFaults();
            one.AddFaults(new FaultRule { Path = "/services/data/*/query*", Status = 200, Body = Organization(type, isSandbox) });
            var verifying = OrgKind.VerifyAsync(org, Cancellation);
            await (isRefused ? Should.ThrowAsync<InvalidOperationException>(() => verifying) : verifying);
        }

        one.Requests.ShouldAllBe(request => request.Method == "GET" || request.Path == "/services/oauth2/token");
    }

    [Theory]
    [InlineData("COMPARISON_ORG_URL", null)]
    [InlineData("COMPARISON_ORG_URL", "http://acme.my.salesforce.com")]
    [InlineData("COMPARISON_CLIENT_ID", "")]
    [InlineData("COMPARISON_CLIENT_SECRET", null)]
    public void A_variable_that_is_missing_or_wrong_is_named(string name, string? value)
    {
        var variables = new Dictionary<string, string?>
        {
            ["COMPARISON_ORG_URL"] = "https://acme.develop.my.salesforce.com",
            ["COMPARISON_CLIENT_ID"] = "i",
            ["COMPARISON_CLIENT_SECRET"] = "s",
            ["COMPARISON_EXTERNAL_ID_FIELD"] = "",
        };
        OrgSettings.FromEnvironment(variables.GetValueOrDefault).ExternalIdField.ShouldBeNull();

        variables[name] = value;

        Should.Throw<InvalidOperationException>(() => OrgSettings.FromEnvironment(variables.GetValueOrDefault)).Message.ShouldContain(name);
    }

    private static async Task<(ComparisonResult Result, string Output)> CompareAsync(
        Simulator one, Simulator other, OrgSettings? settings = null, CancellationToken? cancellationToken = null)
    {
        using var org = new ComparedOrg(settings ?? OrgComparison.SimulatedOrg.SettingsOf(one));
        using var simulator = new ComparedOrg(OrgComparison.SimulatedOrg.SettingsOf(other, org.Settings));
        using var output = new StringWriter { NewLine = "\n" };
        var result = await new Comparison(org, simulator, output).RunAsync(cancellationToken ?? Cancellation);
        return (result, output.ToString());
    }
}
