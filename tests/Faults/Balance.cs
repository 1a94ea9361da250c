namespace Faults;

/// <summary>What became of the creates of one round.</summary>
/// <param name="Sent">Messages that were sent.</param>
/// <param name="Succeeded">Those whose result is a success.</param>
/// <param name="Unknown">Those whose result says that the outcome is unknown.</param>
/// <param name="Failed">Those whose result is another failure.</param>
/// <param name="Repeated">Results that came a second time.</param>
/// <param name="Records">Records that the org has of them.</param>
/// <param name="Twice">Those that it has more than one record of.</param>
/// <param name="Untrue">Successes without a record, and failures that are known, with one.</param>
/// <param name="Poisoned">Messages on poison queues.</param>
internal sealed record Balance(
    bool WithExternalId, int Sent, int Succeeded, int Unknown, int Failed, int Repeated, int Records, int Twice, int Untrue, int Poisoned, int Kills, TimeSpan Elapsed)
{
    public int Lost => Sent - Succeeded - Unknown - Failed;

    /// <summary>Nothing lost, nothing twice, nothing untrue; with external ids, everything done.</summary>
    public bool IsWhole => Lost == 0 && Twice == 0 && Untrue == 0 && Failed == 0 && Poisoned == 0 && (!WithExternalId || (Succeeded == Sent && Records == Sent));

    public async Task PrintAsync(TextWriter output) => await output.WriteLineAsync(
        $"""

        Creates {(WithExternalId ? "with" : "without")} externalIdField, {Kills} kills, {Elapsed.TotalSeconds:F0} s
          sent              {Sent,6}
          results           {Sent - Lost,6}   ({Succeeded} succeeded, {Unknown} of unknown outcome, {Failed} failed otherwise; {Repeated} came again)
          records at the org{Records,6}
          twice             {Twice,6}
          lost              {Lost,6}
          untrue            {Untrue,6}
          poisoned          {Poisoned,6}
          {(IsWhole ? "balanced" : "NOT BALANCED")}
        """);
}
