using System.Globalization;
using System.Text.Json.Nodes;

namespace Connector.Tests.Queues.Steps;

/// <summary>
/// Every request to Storage and every call to Salesforce of an operation is a step. Each step fails in each way, once a run;
/// what was not finished is delivered again, and in the end the promises of the queues hold.
/// </summary>
public sealed class EnumerationTests(ITestOutputHelper output)
{
    private const string Plain = """{"objectType":"Account","fields":{"Name":"Run {n}"}}""";
    private const string ByExternalId = """{"objectType":"Account","externalIdField":"External_Id__c","fields":{"Name":"Run {n}"}}""";
    private const string Upsert = """{"objectType":"Account","externalIdField":"External_Id__c","externalId":"UP-{n}","fields":{"Name":"Run {n}"}}""";
    private const string Delete = """{"objectType":"Account","externalIdField":"External_Id__c","externalId":"DEL-{n}"}""";
    private const string Update = """{"objectType":"Account","objectId":"001Dn0000070000IAA","fields":{"Phone":"{n}"}}""";
    private const string Query = """{"soqlQuery":"SELECT Id FROM Account LIMIT 1"}""";

    // A create, and a read whose result does not fit in a message.
    private const string Composite =
        """
        {"compositeRequest":[
        {"method":"POST","url":"/services/data/v67.0/sobjects/Account","referenceId":"a","body":{"Name":"Run {n}"}},
        {"method":"GET","url":"/services/data/v67.0/query?q=SELECT+Description+FROM+Account+WHERE+External_Id__c+LIKE+'FILL-%25'","referenceId":"b"}]}
        """;

    private const string LargeRead = """{"soqlQuery":"SELECT Id, Description FROM Account WHERE External_Id__c LIKE 'FILL-%'"}""";

    private static readonly Scenario[] Scenarios =
    [
        new("harmless read", "Query", Query),
        new("harmless read, result in a blob", "Query", LargeRead) { LargeResult = true },
        new("harmless write", "UpdateRecord", Update),
        new("noted upsert", "UpsertRecord", Upsert) { Makes = 1 },
        new("noted create by external id", "CreateRecord", ByExternalId) { Makes = 1 },
        new("noted delete", "DeleteRecord", Delete) { Deletes = true },
        new("forbidden create", "CreateRecord", Plain) { Forbidden = true, Makes = 1 },
        new("forbidden create, result in a blob", "Composite", Composite) { Forbidden = true, Makes = 1, LargeResult = true },
        new("respond-async read", "Query", Query) { Door = Door.RespondAsync },
        new("respond-async create", "CreateRecord", Plain) { Door = Door.RespondAsync, Forbidden = true, Makes = 1 },
        new("respond-async upsert", "UpsertRecord", Upsert) { Door = Door.RespondAsync, Makes = 1 },
        new("direct create with key", "CreateRecord", Plain) { Door = Door.DirectWithKey, Forbidden = true, Makes = 1 },
        new("direct upsert with key", "UpsertRecord", Upsert) { Door = Door.DirectWithKey, Makes = 1 },
        new("direct delete with key", "DeleteRecord", Delete) { Door = Door.DirectWithKey, Deletes = true },
        new("housekeeping, read", "Query", Query) { Door = Door.PoisonQueue },
        new("housekeeping, create", "CreateRecord", Plain) { Door = Door.PoisonQueue, Forbidden = true },
        new("housekeeping, update", "UpdateRecord", Update) { Door = Door.PoisonQueue },
    ];

    private int _runs;
    private int _promises;

    public static TheoryData<string> Names => [.. Scenarios.Select(scenario => scenario.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Whatever_fails_wherever_the_promises_hold(string name)
    {
        var scenario = Scenarios.Single(scenario => scenario.Name == name);
        await using var orgs = await OrgFixture.StartAsync();
        orgs.Org.Fill("Account", 2, descriptionLength: 50_000);

        await StepFailures.RunAsync(name, output, (failsAt, failure) => RunAsync(scenario, orgs, failsAt, failure));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_promises} promises checked"));
    }

    private async Task<IReadOnlyList<(Service Service, string Name)>> RunAsync(
        Scenario scenario, OrgFixture orgs, int failsAt, Failure failure)
    {
        var id = $"run-{++_runs}";
        var payload = scenario.Payload.Replace("{n}", _runs.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        await using var app = orgs.App();
        if (scenario.Deletes)
        {
            var upsert = Upsert.Replace("UP-{n}", $"DEL-{_runs}", StringComparison.Ordinal);
            (await app.CallAsync("UpsertRecord", upsert)).ShouldNotBeNull().Status.ShouldBe(201);
        }

        var (before, first) = (orgs.Accounts, app.Steps.All.Count);
        app.Steps.FailsAt = failsAt < 0 ? -1 : first + failsAt;
        app.Steps.Failure = failure;
        var results = await scenario.RunAsync(app, id, payload);
        Check(scenario, app, results, orgs.Accounts - before, ServiceAt(app, first + failsAt, failsAt), failure);
        return [.. app.Steps.All.Skip(first)];
    }

    private static Service? ServiceAt(StepApp app, int step, int failsAt) => failsAt < 0 ? null : app.Steps.All[step].Service;

    private void Check(Scenario scenario, StepApp app, IReadOnlyList<JsonObject> results, int made, Service? failed, Failure failure)
    {
        // Exactly one result: the same, if it was sent twice.
        _promises++;
        results.ShouldNotBeEmpty();
        results.Select(Content).Distinct().ShouldHaveSingleItem();
        var (status, error) = ((int)results[0]["status"]!, results[0]["error"]);
        var unknown = (bool?)error?["outcomeUnknown"] == true;

        // Nothing is done twice, and the result is the truth of it.
        _promises++;
        var expected = scenario.Deletes ? -1 : scenario.Makes;
        if (status < 300)
        {
            made.ShouldBe(expected, results[0].ToJsonString());
        }
        else if (unknown)
        {
            made.ShouldBeOneOf(0, expected);
        }
        else
        {
            made.ShouldBe(0, results[0].ToJsonString());
        }

        // What can be repeated succeeds, and so does what Storage alone got in the way of.
        _promises++;
        var mayBeUnknown = scenario.Forbidden
            && (failure is Failure.DiesBefore or Failure.DiesAfter
                || (failure == Failure.AnswerLost && failed is Service.Salesforce)
                || (scenario.LargeResult && failed is Service.Blob));
        if (scenario.Door != Door.PoisonQueue && !mayBeUnknown)
        {
            status.ShouldBeLessThan(300, results[0].ToJsonString());
        }

        // Everything has ended, and nothing was kept that did not fail.
        _promises++;
        app.Table.Entries.ShouldAllBe(entry => entry.State == "Finished" || scenario.Door == Door.DirectWithKey);
        if (status < 300)
        {
            app.Queues.On("salesforce-poison").ShouldBeEmpty();
        }
        else if (scenario.Door == Door.PoisonQueue)
        {
            app.Queues.On("salesforce-poison").ShouldNotBeEmpty();
        }
    }

    // Two results of one failure may name two copies of the message that is kept.
    private static string Content(JsonObject result)
    {
        var copy = result.DeepClone().AsObject();
        copy.Remove("poisonMessageId");
        copy.Remove("completedAt");
        copy.Remove("attempts");
        copy.Remove("bodyUrl");
        if (copy["headers"] is JsonObject headers)
        {
            headers.Remove("Sforce-Limit-Info");
        }

        return copy.ToJsonString();
    }
}
