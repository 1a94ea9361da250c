using System.Text.Json;
using System.Text.Json.Nodes;
using Connector.Tests.Drivers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Salesforce.Bodies;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Triggers;
using SalesforceConnector.Triggers.Http;
using SalesforceConnector.Triggers.Queues;
using SalesforceSimulator;

namespace Connector.Tests.Queues;

/// <summary>A result that was stored is the reply that a direct call would have had, to the last header and of any size.</summary>
public sealed class StoredResultTests(AzuriteFixture azurite)
{
    private const string Results = "salesforce-results";
    private const string Account = "001Dn0000070000IAA";

    private static readonly (string, string) Async = ("Prefer", "respond-async");
    private static readonly object Query = new { soqlQuery = "SELECT Name FROM Account" };

    [Fact]
    public async Task A_large_failure_is_a_problem_of_its_type_with_all_of_its_errors()
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["Query"]);
        app.Org.AddFaults(new FaultRule { Path = "/services/data/*", Status = 400, ErrorCode = "STRING_TOO_LONG", Message = new string('x', 100_000) });

        var stored = await app.FetchResultAsync(await app.PostAsync("query", Query, Async));
        var direct = await app.PostAsync("query", Query);

        stored.ShouldBeProblem(400, "STRING_TOO_LONG");
        stored.Body.ShouldBe(direct.Body);
    }

    [Fact]
    public async Task Every_header_of_the_direct_reply_is_kept()
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["GetRecord"]);
        var read = new { objectType = "Account", objectId = Account };
        var create = new { objectType = "Account", fields = new { Name = "Acme" } };

        var direct = await app.PostAsync("records/get", read);
        var accepted = await app.PostAsync("records/get", read, Async);
        var stored = await app.FetchResultAsync(accepted);
        var first = await app.PostAsync("records/create", create, ("Idempotency-Key", "order-1"));
        var second = await app.PostAsync("records/create", create, ("Idempotency-Key", "order-1"));

        accepted.Headers["Content-Type"].ShouldBe("application/json");
        Kept(stored).Keys.ShouldBe(Kept(direct).Keys, ignoreOrder: true);
        foreach (var name in new[] { "Content-Type", "Content-Length", "ETag", "Last-Modified" })
        {
            stored.Headers[name].ShouldBe(direct.Headers[name], name);
        }

        stored.Headers["Sforce-Limit-Info"].ShouldStartWith("api-usage=");
        Kept(second).ShouldBe(Kept(first), ignoreOrder: true);
        first.Headers.ShouldContainKey("Location");

        // Those that are another's each time.
        static Dictionary<string, string> Kept(Reply reply) =>
            reply.Headers.Where(header => header.Key is not ("Date" or "x-correlation-id" or "Server")).ToDictionary(StringComparer.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("x", 1)]
    [InlineData("&", 5)]
    public async Task A_body_is_in_the_message_as_long_as_it_fits_to_the_last_byte(string character, int bytes)
    {
        await using var app = await azurite.StartAppAsync(time: new WholeSeconds(), listensTo: ["Query"]);
        var smallest = await ResultOfAsync(1);
        var most = 1 + ((MessageText.MaxBytes - MessageText.Length(smallest)) / bytes);

        var longest = await ResultOfAsync(most);
        var longer = await ResultOfAsync(most + 1);

        MessageText.Length(longest).ShouldBeInRange(MessageText.MaxBytes - bytes + 1, MessageText.MaxBytes);
        ((string?)JsonNode.Parse(longest)!["body"]!["records"]![0]!["Name"]).ShouldNotBeNull().Length.ShouldBe(most);
        JsonNode.Parse(longer)!["body"].ShouldBeNull();
        (await app.Queues.ReadBlobAsync((string)JsonNode.Parse(longer)!["bodyUrl"]!)).ShouldBe(Body(most + 1));

        async Task<string> ResultOfAsync(int count)
        {
            app.Org.ClearFaults();
            app.Org.AddFaults(new FaultRule { Method = "GET", Path = "/services/data/*", Status = 200, ContentType = "application/json", Body = Body(count) });
            await app.Queues.SendAsync("salesforce-query", """{"correlationId":"q","payload":{"soqlQuery":"SELECT Name FROM Account"}}""");
            await QueueDriver.WaitAsync(async () => await app.Queues.CountAsync(Results) == 1, () => "a result");
            return (await app.Queues.TakeAllAsync(Results)).ShouldHaveSingleItem();
        }

        string Body(int count) =>
            $$"""{"totalSize":1,"done":true,"records":[{"Name":"{{string.Concat(Enumerable.Repeat(character, count))}}"}]}""";
    }

    [Fact]
    public async Task A_failure_with_more_records_than_a_message_holds_has_them_in_a_blob()
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["CreateRecord"]);
        var matches = Enumerable.Range(0, 2_000).Select(i => $"/services/data/v67.0/sobjects/Account/001Dn{i:D10}AAA").ToArray();
        app.Org.AddFaults(new FaultRule { Path = "/services/data/*", Status = 300, Body = JsonSerializer.Serialize(matches) });

        await app.Queues.SendAsync(
            "salesforce-create-record", """{"correlationId":"c","payload":{"objectType":"Account","externalIdField":"External_Id__c","fields":{"External_Id__c":"x"}}}""");
        var result = await app.Queues.ReceiveResultAsync("c");

        ((string?)result["error"]!["errorCode"]).ShouldBe("AMBIGUOUS_EXTERNAL_ID", result.ToJsonString());
        result["error"]!["matches"].ShouldBeNull();
        JsonNode.Parse(await app.Queues.ReadBlobAsync((string)result["bodyUrl"]!))!["matches"]!.AsArray().Select(match => (string?)match).ShouldBe(matches);
    }

    [Fact]
    public async Task A_body_of_one_character_is_kept_too()
    {
        await using var app = await azurite.StartAppAsync(listensTo: []);
        app.Org.AddFaults(new FaultRule { Path = "/services/apexrest/*", Status = 200, Body = "7", ContentType = "application/json", Times = 1 });
        var call = new { method = "POST", path = "/count", body = new { } };

        var first = await app.PostAsync("apex", call, ("Idempotency-Key", "k"));
        var second = await app.PostAsync("apex", call, ("Idempotency-Key", "k"));

        (first.Body, second.Body).ShouldBe(("7", "7"));
        app.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_blob_that_breaks_off_breaks_the_callers_reply()
    {
        var lifetime = new Lifetime();
        var context = new DefaultHttpContext { RequestServices = new ServiceCollection().BuildServiceProvider() };
        context.Features.Set<IHttpRequestLifetimeFeature>(lifetime);
        context.Response.Body = new MemoryStream();

        await new StoredResult(new ResultMessage { Operation = "Query", Status = 200 }, new BrokenStream()).ExecuteAsync(context);

        lifetime.IsAborted.ShouldBeTrue();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_result_of_a_write_is_stored_though_the_app_stops_and_a_read_can_be_repeated(bool isWrite)
    {
        using var stop = new CancellationTokenSource();
        var attempt = new Attempt(TimeSpan.FromMinutes(1), isWrite, Repetition.NotIdempotent, TimeProvider.System);

        var end = await attempt.RunAsync(
            _ => Task.FromResult(SalesforceReply.From(204, [], StreamedBody.Empty)),
            async (_, cancellation) =>
            {
                await stop.CancelAsync();
                cancellation.ThrowIfCancellationRequested();
                return new ResultMessage { Operation = "DeleteRecord", Status = 204 };
            },
            stop.Token);

        end.Result?.Status.ShouldBe(204);
        end.Problem?.ErrorCode.ShouldBe(ErrorCodes.Stopping);
        (end.Result is not null).ShouldBe(isWrite);
    }

    /// <summary>A clock without fractions of a second, so that a time is as long as any other when it is written.</summary>
    private sealed class WholeSeconds : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeSeconds(System.GetUtcNow().ToUnixTimeSeconds());
    }

    private sealed class Lifetime : IHttpRequestLifetimeFeature
    {
        public bool IsAborted { get; private set; }

        public CancellationToken RequestAborted { get; set; }

        public void Abort() => IsAborted = true;
    }

    /// <summary>Says that it has a hundred bytes, and fails at the first.</summary>
    private sealed class BrokenStream : MemoryStream
    {
        public override long Length => 100;

        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) =>
            Task.FromException(new IOException("The connection broke."));
    }
}
