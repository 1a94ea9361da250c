using System.Net;
using Connector.Tests.Drivers;
using SalesforceSimulator;

namespace Connector.Tests.Metadata;

public sealed class MetadataTests
{
    [Fact]
    public async Task An_sObject_is_described_and_so_are_all()
    {
        await using var app = await ConnectorApp.StartAsync();

        var account = await app.PostAsync("describe", new { objectType = "Account" });
        var all = await app.PostAsync("describe", new { });

        account.Status.ShouldBe(HttpStatusCode.OK, account.Body);
        account.Json["fields"]!.AsArray().Select(field => (string?)field!["name"]).ShouldContain("AnnualRevenue");
        all.Json["sobjects"]!.AsArray().Select(type => (string?)type!["name"]).ShouldContain("Invoice__c");
    }

    [Fact]
    public async Task A_description_is_kept_and_Salesforce_asked_whether_it_still_holds()
    {
        await using var app = await ConnectorApp.StartAsync();

        var first = await app.PostAsync("describe", new { objectType = "Account" });
        var second = await app.PostAsync("describe", new { objectType = "Account" });

        app.LastCall.Headers["If-Modified-Since"].ShouldBe(first.Headers["Last-Modified"]);
        second.Status.ShouldBe(HttpStatusCode.OK);
        second.Body.ShouldBe(first.Body);
        second.Headers["Content-Type"].ShouldBe(first.Headers["Content-Type"]);
        second.Headers["Last-Modified"].ShouldBe(first.Headers["Last-Modified"]);
        second.Headers["Sforce-Limit-Info"].ShouldNotBe(first.Headers["Sforce-Limit-Info"]);
    }

    [Fact]
    public async Task Another_version_sObject_or_user_has_a_description_of_its_own()
    {
        await using var app = await ConnectorApp.StartAsync();
        await app.PostAsync("describe", new { objectType = "Account" });

        foreach (var payload in (object[])
        [
            new { objectType = "Contact" },
            new { objectType = "Account", apiVersion = "60.0" },
            new { objectType = "Account", authentication = new { type = "bearer", token = app.Secret(await app.LogInAtOrgAsync()) } },
        ])
        {
            (await app.PostAsync("describe", payload)).Status.ShouldBe(HttpStatusCode.OK);
            app.LastCall.Headers.ShouldNotContainKey("If-Modified-Since");
        }
    }

    [Fact]
    public async Task A_caller_that_keeps_descriptions_itself_is_told_that_nothing_has_changed()
    {
        await using var app = await ConnectorApp.StartAsync();
        var known = await app.PostAsync("describe", new { objectType = "Account" });

        var reply = await app.PostAsync("describe", new { objectType = "Account", ifModifiedSince = known.Headers["Last-Modified"] });

        reply.Status.ShouldBe(HttpStatusCode.NotModified);
        reply.Body.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_unknown_sObject_is_not_found()
    {
        await using var app = await ConnectorApp.StartAsync();

        (await app.PostAsync("describe", new { objectType = "Nonsense" })).ShouldBeProblem(404, "NOT_FOUND");
    }

    [Fact]
    public async Task Limits_are_said()
    {
        await using var app = await ConnectorApp.StartAsync();

        var reply = await app.PostAsync("limits", new { });

        reply.Status.ShouldBe(HttpStatusCode.OK, reply.Body);
        ((int?)reply.Json["DailyApiRequests"]!["Max"]).ShouldNotBeNull().ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_304_that_nobody_asked_for_is_no_success()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = "/services/data/*", Status = 304, Body = "" });

        (await app.PostAsync("limits", new { })).Status.ShouldBe(HttpStatusCode.BadGateway);
    }
}
