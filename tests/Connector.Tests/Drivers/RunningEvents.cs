using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using SalesforceConnector.Triggers.Events;

namespace Connector.Tests.Drivers;

/// <summary>A run that receives events, and what it puts on the queue.</summary>
internal sealed class RunningEvents : IAsyncDisposable
{
    private readonly ConnectorApp _app;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _run;

    public RunningEvents(ConnectorApp app)
        : this(app, app.Services.GetRequiredService<EventRun>())
    {
    }

    /// <param name="run">A run of the app's, or one that has other things around it than the app has.</param>
    public RunningEvents(ConnectorApp app, EventRun run)
    {
        _app = app;
        _run = run.RunAsync(_end.Token);
    }

    public List<JsonObject> Messages { get; } = [];

    /// <summary>Whether the run has ended by itself.</summary>
    public bool HasEnded => _run.IsCompleted;

    /// <summary>Waits until the org has open subscriptions.</summary>
    public async Task<RunningEvents> ListeningAsync(int streams = 1)
    {
        await QueueDriver.WaitAsync(
            () => _run.IsFaulted ? throw _run.Exception! : Task.FromResult(_app.Org.Events.Stats.OpenStreams == streams), () => $"{streams} subscriptions");
        return this;
    }

    /// <summary>Waits for so many messages altogether.</summary>
    public async Task<IReadOnlyList<JsonObject>> ReceivedAsync(int count)
    {
        await QueueDriver.WaitAsync(
            async () =>
            {
                Messages.AddRange((await _app.Queues.TakeAllAsync(EventOutbox.Name)).Select(text => JsonNode.Parse(text)!.AsObject()));
                return Messages.Count >= count;
            },
            () => $"{count} events; got {string.Join(", ", Messages.Select(message => message.ToJsonString()))}");
        Messages.Count.ShouldBe(count, string.Join(", ", Messages.Select(message => message.ToJsonString())));
        return Messages;
    }

    public Task EndedAsync() => _run.WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System, TestContext.Current.CancellationToken);

    /// <summary>Ends the run in order, as the host does when it stops the app.</summary>
    public async Task EndAsync()
    {
        await _end.CancelAsync();
        await EndedAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _end.Dispose();
    }
}
