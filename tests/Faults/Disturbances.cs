namespace Faults;

/// <summary>What goes wrong in a round besides single calls, in turn, evenly over its progress.</summary>
/// <param name="tablesOutage">How long the tables are cut off, once, in the middle.</param>
internal sealed class Disturbances(Org org, Functions functions, Storage storage, int kills, TimeSpan tablesOutage, TextWriter output)
{
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(3);

    private readonly (string Name, Func<CancellationToken, Task> Do)[] _events =
    [
        .. Enumerable.Range(0, kills).SelectMany<int, (string, Func<CancellationToken, Task>)>(round =>
        [
            ("the functions were killed", async _ =>
            {
                await functions.KillAsync();
                functions.Start();
            }),
            round % 2 == 0
                ? ("all sessions ended", _ =>
                {
                    org.ExpireTokens();
                    return Task.CompletedTask;
                })
                : ("logins were refused", _ =>
                {
                    org.RefuseLogins();
                    return Task.CompletedTask;
                }),
            round % 2 == 0
                ? ("the daily limit was reached", _ =>
                {
                    org.ExceedDailyLimit();
                    return Task.CompletedTask;
                })
                : ("the storage was stopped", cancellation => storage.RestartAsync(Outage, cancellation)),
            .. round == (kills - 1) / 2
                ? [($"the tables were cut off for {tablesOutage.TotalSeconds:F0} s", cancellation => storage.CutTablesAsync(tablesOutage, cancellation))]
                : Array.Empty<(string, Func<CancellationToken, Task>)>(),
        ]),
    ];

    private int _next;

    /// <summary>Does what is due when this share of the round is done.</summary>
    /// <returns>Whether something was.</returns>
    public async Task<bool> FollowAsync(double progress, CancellationToken cancellationToken)
    {
        var before = _next;
        while (_next < _events.Length && progress >= (_next + 1.0) / (_events.Length + 1))
        {
            var (name, disturb) = _events[_next++];
            await disturb(cancellationToken);
            await output.WriteLineAsync($"  {name} at {progress:P0}");
        }

        return _next > before;
    }

    public override string ToString() => string.Join(", ", _events.Take(_next).CountBy(disturbance => disturbance.Name)
        .Select(count => count.Value == 1 ? $"{count.Key}" : $"{count.Key} {count.Value} times"));
}
