using OrgComparison.Facts;

namespace OrgComparison;

/// <summary>Runs every fact at two orgs and tells what differs.</summary>
public sealed class Comparison(ComparedOrg org, ComparedOrg simulator, TextWriter output)
{
    private const string CouldNotGoOn = "could not go on";

    /// <summary>All facts, in the order in which they are run.</summary>
    public static IReadOnlyList<Fact> All { get; } =
    [
        .. LoginFacts.All, .. RecordFacts.All, .. ErrorFacts.All, .. RelationshipFacts.All, .. ExternalIdFacts.All, .. QueryFacts.All,
        .. CollectionFacts.All, .. CompositeFacts.All, .. BulkFacts.All, .. MetadataFacts.All,
    ];

    /// <summary>Runs them, deletes what they made, and prints each fact that differs or was not run.</summary>
    public async Task<ComparisonResult> RunAsync(CancellationToken cancellationToken)
    {
        var (same, different, notRun) = (0, 0, 0);
        await org.LogInAsync(cancellationToken);
        await simulator.LogInAsync(cancellationToken);
        try
        {
            foreach (var fact in All)
            {
                var real = await SeeAsync(fact, org, cancellationToken);
                var simulated = await SeeAsync(fact, simulator, cancellationToken);
                if ((real.NotRun ?? simulated.NotRun) is { } reason)
                {
                    notRun++;
                    await output.WriteLineAsync($"not run  {fact.Name}: {reason}");
                }
                else if (Differences(real.Seen, simulated.Seen) is { Count: > 0 } differences)
                {
                    different++;
                    await output.WriteLineAsync($"DIFFERS  {fact.Name}");
                    foreach (var difference in differences)
                    {
                        await output.WriteLineAsync($"         {difference.What}\n           org        {difference.Org}\n           simulator  {difference.Simulator}");
                    }
                }
                else
                {
                    same++;
                    await output.WriteLineAsync($"same     {fact.Name}");
                }
            }
        }
        finally
        {
            // Also after Ctrl+C: nothing is left behind.
            var deleted = await org.CleanUpAsync(CancellationToken.None);
            await simulator.CleanUpAsync(CancellationToken.None);
            await output.WriteLineAsync($"{deleted} records that were made were deleted again");
        }

        await output.WriteLineAsync($"{same} facts are the same, {different} differ, {notRun} were not run");
        return new ComparisonResult(same, different, notRun);
    }

    private static async Task<(IReadOnlyList<Observation> Seen, string? NotRun)> SeeAsync(Fact fact, ComparedOrg org, CancellationToken cancellationToken)
    {
        var run = new FactRun(org, cancellationToken);
        try
        {
            await fact.RunAsync(run);
            return (run.Seen, null);
        }
        catch (NotRunException e)
        {
            return (run.Seen, e.Message);
        }
        catch (Exception e) when (e is InvalidOperationException or HttpRequestException or KeyNotFoundException or System.Text.Json.JsonException)
        {
            // An answer that the fact could not go on with shows nothing, even if both gave the same.
            run.Observe(CouldNotGoOn, e.Message);
            return (run.Seen, null);
        }
    }

    private static List<Difference> Differences(IReadOnlyList<Observation> org, IReadOnlyList<Observation> simulator)
    {
        var ofSimulator = simulator.ToDictionary(seen => seen.What, seen => seen.Value);
        var ofOrg = org.ToDictionary(seen => seen.What, seen => seen.Value);
        return
        [
            .. from what in org.Concat(simulator).Select(seen => seen.What).Distinct()
               let difference = new Difference(what, ofOrg.GetValueOrDefault(what, "(nothing)"), ofSimulator.GetValueOrDefault(what, "(nothing)"))
               where difference.Org != difference.Simulator || what == CouldNotGoOn
               select difference,
        ];
    }

    private sealed record Difference(string What, string Org, string Simulator);
}

/// <summary>How many facts there were of each kind.</summary>
public sealed record ComparisonResult(int Same, int Different, int NotRun);
