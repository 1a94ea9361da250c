using System.Text.Json.Nodes;

namespace Connector.Tests.Queues.Steps;

/// <summary>An attempt that took longer than its lease, so that another one has taken over.</summary>
public sealed class LostLeaseTests
{
    private const string Queue = "salesforce-upsert-record";

    private const string Upsert =
        """{"correlationId":"u","payload":{"objectType":"Account","externalIdField":"External_Id__c","externalId":"LOST-1","fields":{"Name":"Acme"}}}""";

    /// <param name="hasFinished">Whether the other attempt has ended when the first one would.</param>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_sends_the_result_of_the_one_that_took_over_or_waits_for_it(bool hasFinished)
    {
        await using var orgs = await OrgFixture.StartAsync();
        await using var app = orgs.App();
        var (firstHeld, secondHeld) = (new TaskCompletionSource(), new TaskCompletionSource());
        var (toNote, toAsk) = (new TaskCompletionSource(), new TaskCompletionSource());
        app.Steps.TurnAsync = () =>
        {
            if (Calls(app) == 1 && firstHeld.TrySetResult())
            {
                return toNote.Task;
            }

            return !hasFinished && HasTakenOver(app) && secondHeld.TrySetResult() ? toAsk.Task : Task.CompletedTask;
        };

        // It has its reply, and is held before it notes the result.
        var first = app.InvokeAsync(Queue, Upsert);
        await firstHeld.Task;
        app.Time.Advance(TimeSpan.FromMinutes(30));
        var second = app.InvokeAsync(Queue, Upsert);
        await (hasFinished ? second : secondHeld.Task);
        toNote.SetResult();
        await first;
        toAsk.SetResult();
        await second;
        await app.RunUntilQuietAsync();

        var results = app.Results.Select(text => JsonNode.Parse(text)!).ToArray();
        results.Length.ShouldBe(2);
        results.Select(result => (int?)result["status"]).ShouldAllBe(status => status < 300);
        app.Results.Distinct().ShouldHaveSingleItem();
        Calls(app).ShouldBe(2);
        app.Table.Entries.ShouldHaveSingleItem().State.ShouldBe("Finished");
        app.Queues.On("salesforce-poison").ShouldBeEmpty();
    }

    private static int Calls(StepApp app) => app.Steps.All.Count(step => step.Name.Contains("/External_Id__c/", StringComparison.Ordinal));

    // The first attempt adds the entry, the second one updates it.
    private static bool HasTakenOver(StepApp app) => app.Steps.All.Any(step => step is { Service: Service.Table, Name: "update" });
}
