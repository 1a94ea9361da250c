namespace Faults;

/// <summary>What goes wrong while events are received, evenly over the progress.</summary>
/// <param name="outage">How long the storage is stopped, once, in the middle.</param>
internal sealed class EventDisturbances(ChangingOrg org, Functions functions, Storage storage, int kills, TimeSpan outage, TextWriter output)
{
    private readonly int _count = kills * 3;
    private int _done;
    private int _expired;
    private int _broken;
    private int _killed;
    private bool _stopped;

    /// <summary>Starts the functions, and the timer function without waiting for the next minute.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        functions.Start();
        using var client = new HttpClient { BaseAddress = functions.BaseUrl };
        while (true)
        {
            try
            {
                using var response = await client.PostAsync(new Uri("/admin/functions/ReceiveEvents", UriKind.Relative), content: null, cancellationToken);
                if (response.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not there yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
        }
    }

    /// <returns>Whether something was done.</returns>
    public async Task<bool> FollowAsync(double progress, CancellationToken cancellationToken)
    {
        if (_done >= _count || progress < (_done + 1.0) / (_count + 1))
        {
            return false;
        }

        switch (_done++ % 3)
        {
            case 0:
                org.ExpireTokens();
                _expired++;
                break;
            case 1:
                org.BreakStreams();
                _broken++;
                break;
            default:
                await functions.KillAsync();
                await StartAsync(cancellationToken);
                _killed++;
                break;
        }

        if (!_stopped && progress > 0.5)
        {
            _stopped = true;
            await storage.RestartAsync(outage, cancellationToken);
        }

        await output.WriteLineAsync($"{progress:P0}: {this}");
        return true;
    }

    public override string ToString() =>
        $"killed {_killed} times, tokens ended {_expired} times, streams broken {_broken} times, storage {(_stopped ? $"stopped for {outage.TotalSeconds:F0} s" : "not stopped")}";
}
