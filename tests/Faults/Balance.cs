namespace Faults;

/// <summary>What became of the creates that went in by one door.</summary>
/// <param name="Sent">Creates that were sent.</param>
/// <param name="Succeeded">Those whose answer is a success.</param>
/// <param name="Unknown">Those whose answer says that the outcome is unknown, or never came as the connection broke.</param>
/// <param name="Failed">Those whose answer is another failure.</param>
/// <param name="Repeated">By queue, results that came a second time; by HTTP, requests that were sent again.</param>
internal sealed record DoorBalance(int Sent, int Succeeded, int Unknown, int Failed, int Repeated)
{
    public int Lost => Sent - Succeeded - Unknown - Failed;

    public override string ToString() =>
        $"{Sent,6} sent, {Sent - Lost,6} answered: {Succeeded} succeeded, {Unknown} of unknown outcome, {Failed} failed otherwise ({Repeated} came or were sent again)";
}

/// <summary>What became of the creates of one round.</summary>
/// <param name="Records">Records that the org has of them.</param>
/// <param name="Twice">Those that it has more than one record of.</param>
/// <param name="Untrue">Successes without a record, and failures that are known, with one.</param>
/// <param name="Poisoned">Messages on poison queues.</param>
internal sealed record Balance(
    bool WithExternalId, DoorBalance Queue, DoorBalance Http, int Records, int Twice, int Untrue, int Poisoned, string Disturbances, TimeSpan Elapsed)
{
    private int Lost => Queue.Lost + Http.Lost;

    /// <summary>Nothing lost, nothing twice, nothing untrue; with external ids, everything done.</summary>
    public bool IsWhole =>
        Lost == 0 && Twice == 0 && Untrue == 0 && Queue.Failed + Http.Failed == 0 && Poisoned == 0
        && (!WithExternalId || (Queue.Succeeded == Queue.Sent && Http.Succeeded == Http.Sent && Records == Queue.Sent + Http.Sent));

    public async Task PrintAsync(TextWriter output) => await output.WriteLineAsync(
        $"""

        Creates {(WithExternalId ? "with" : "without")} externalIdField, {Disturbances}, {Elapsed.TotalSeconds:F0} s
          by queue          {Queue}
          by HTTP           {Http}
          records at the org{Records,6}
          twice             {Twice,6}
          lost              {Lost,6}
          unknown           {Queue.Unknown + Http.Unknown,6}
          untrue            {Untrue,6}
          poisoned          {Poisoned,6}
          {(IsWhole ? "balanced" : "NOT BALANCED")}
        """);
}
