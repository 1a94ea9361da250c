namespace Benchmarks.Scale;

/// <summary>What a scenario came to.</summary>
/// <param name="TakenIn">Messages that were put on a queue.</param>
/// <param name="PerSecond">Results a second, in the second half of the time in which messages were put.</param>
/// <param name="Wait">The time from the first try to put a message until its result was taken: median, and what 95 % do not exceed.</param>
/// <param name="LastResult">When the last result was taken.</param>
/// <param name="StorageRequests">All requests, of producer and taker too.</param>
/// <param name="Failures">Results that are failures.</param>
/// <param name="CallsAtATime">On average.</param>
/// <param name="MostCalls">The most calls at a time.</param>
/// <param name="RunAgain">Messages that Salesforce carried out more than once.</param>
/// <param name="Lost">Messages that were taken in, have no result, and are on no queue.</param>
internal sealed record Outcome(
    int TakenIn,
    int Results,
    int Failures,
    double PerSecond,
    (TimeSpan Median, TimeSpan Most) Wait,
    TimeSpan LastResult,
    long Calls,
    long CallsRefused,
    double CallsAtATime,
    int MostCalls,
    long StorageRequests,
    long StorageRefused,
    int Instances,
    int RunAgain,
    int Lost);

/// <summary>Runs a scenario.</summary>
internal static class Simulation
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    public static async Task<Outcome> RunAsync(Scenario scenario)
    {
        var clock = new VirtualClock();
        var chance = new Chance();
        using var org = new SimulatedOrg(clock, chance, scenario);
        Deployment[] deployments = [.. Enumerable.Range(0, scenario.Deployments).Select(_ => new Deployment(scenario, org, clock, chance))];
        foreach (var deployment in deployments)
        {
            await deployment.StartAsync();
        }

        var engine = new Engine(scenario, deployments, clock);
        engine.Start();
        while (clock.Elapsed < scenario.RunsFor && !(engine.HasPutAll && deployments.All(deployment => deployment.HasNothingToDo)))
        {
            clock.RunUntil(clock.Elapsed + Look);
        }

        var outcome = Sum(scenario, engine, deployments, org, clock.Elapsed);
        foreach (var deployment in deployments)
        {
            deployment.Dispose();
        }

        return outcome;
    }

    private static Outcome Sum(Scenario scenario, Engine engine, Deployment[] deployments, SimulatedOrg org, TimeSpan end)
    {
        var half = scenario.PutsFor / 2;
        var results = engine.Fates.Where(fate => fate.ResultAt is not null).ToArray();
        double[] waits = [.. results.Select(fate => (fate.ResultAt - fate.PutAt)!.Value.TotalSeconds).DefaultIfEmpty(0)];
        var somewhere = deployments.SelectMany(deployment => deployment.Storage.Queues).SelectMany(queue => queue.Messages).Select(message => Engine.NumberIn(message.Text)).ToHashSet();
        return new Outcome(
            TakenIn: engine.Fates.Count(fate => fate.IsOnQueue),
            Results: results.Length,
            Failures: results.Count(fate => fate.HasFailed),
            PerSecond: results.Count(fate => fate.ResultAt > half && fate.ResultAt <= scenario.PutsFor) / half.TotalSeconds,
            Wait: (TimeSpan.FromSeconds(waits.Median()), TimeSpan.FromSeconds(waits.Percentile(0.95))),
            LastResult: results.Max(fate => fate.ResultAt) ?? TimeSpan.Zero,
            Calls: org.Calls,
            CallsRefused: org.Refused,
            CallsAtATime: org.Busy / end,
            MostCalls: org.Most,
            StorageRequests: deployments.Sum(deployment => deployment.Storage.Requests),
            StorageRefused: deployments.Sum(deployment => deployment.Storage.Refused),
            Instances: deployments.Sum(deployment => deployment.Instances),
            RunAgain: org.Done.Values.Count(times => times > 1),
            Lost: engine.Fates.Where((fate, number) => fate.IsOnQueue && fate.ResultAt is null && !somewhere.Contains(number)).Count());
    }
}
