using Azure;
using Eventbus.V1;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Salesforce.Authentication;
using SalesforceConnector.Salesforce.Events;
using SalesforceConnector.Triggers.Events.Deliveries;

namespace SalesforceConnector.Triggers.Events;

/// <summary>
/// Receives one topic by one stream, from the stored position. An event is put on the queue or delivered first, and then its position is
/// stored, so that none is lost whatever ends in between.
/// </summary>
internal sealed partial class TopicReceiver(
    Subscription subscription, PositionTable positions, EventDelivery delivery, PubSubClient client, TimeSpan lease, TimeProvider time, ILogger logger)
{
    // Salesforce allows no more, and ends a stream on which nothing is requested.
    private const int MostAllowed = 100;
    private const int AtOnce = 16;

    // Events of a stream that ends before they are delivered are sent again, and each counts for the org's deliveries of a day.
    private readonly int _mostRequested = subscription.Options is { InOrder: true, Deliver: not null } ? AtOnce : MostAllowed;

    // The token of the last stream.
    private AccessToken? _token;
    private AccessToken? _refused;
    private bool _isConfirmed;
    private bool _hasResponded;

    // When the subscription began, if it goes on from the earliest event since: what is older is left out. The events of a stream that
    // begins with the latest are not compared with this machine's clock.
    private DateTimeOffset? _since;

    /// <summary>Called when Salesforce has sent the first position of this run.</summary>
    public required Action Confirmed { get; init; }

    /// <summary>Salesforce has refused the token of the last stream.</summary>
    /// <returns>Whether that is the first time in a row, so that another token may help.</returns>
    public bool RefuseToken()
    {
        var isFirst = _refused is null;
        _refused = _token;
        return isFirst;
    }

    /// <returns>Whether Salesforce has sent anything since this was last asked.</returns>
    public bool TakeHasResponded()
    {
        var hasResponded = _hasResponded;
        _hasResponded = false;
        return hasResponded;
    }

    /// <summary>Receives until the end, or until the stream fails.</summary>
    /// <param name="ending">When nothing more is to be received. What has been received before is stored.</param>
    /// <param name="cancellation">When everything must have ended.</param>
    /// <exception cref="PubSubException">The stream has failed.</exception>
    /// <exception cref="ConnectorException">There is no access token.</exception>
    /// <exception cref="LeaseLostException">Another run has taken over.</exception>
    /// <exception cref="DeliveryFailedException">The receiver does not take an event.</exception>
    /// <exception cref="RequestFailedException">Storage does not take an event, or the position.</exception>
    public async Task ReceiveAsync(TopicPosition position, CancellationToken ending, CancellationToken cancellation)
    {
        _token = await client.GetTokenAsync(subscription.Target, _refused, ending).ConfigureAwait(false);
        var first = await BeginAsync(position, cancellation).ConfigureAwait(false);
        using var stream = client.Open(_token, cancellation);
        await stream.RequestAsync(first, cancellation).ConfigureAwait(false);
        if (first.ReplayPreset != ReplayPreset.Custom)
        {
            Log.Begun(logger, subscription.Name, first.ReplayPreset == ReplayPreset.Latest ? "latest" : "earliest", subscription.Topic);
        }

        var pending = _mostRequested;
        while (!ending.IsCancellationRequested)
        {
            if (await ReadAsync(stream, position, ending, cancellation).ConfigureAwait(false) is not { } response)
            {
                break;
            }

            _hasResponded = true;
            _refused = null;
            await StoreAsync(response, position, ending, cancellation).ConfigureAwait(false);
            if (response.Events.Count > 0)
            {
                Log.Received(logger, subscription.Name, response.Events.Count);
            }

            if (!_isConfirmed)
            {
                _isConfirmed = true;
                Confirmed();
            }

            pending -= response.Events.Count;
            if (pending <= _mostRequested / 2 && !ending.IsCancellationRequested)
            {
                // Only what has been delivered is requested anew.
                await stream.RequestAsync(new FetchRequest { NumRequested = _mostRequested - pending }, cancellation).ConfigureAwait(false);
                pending = _mostRequested;
            }
        }

        await stream.EndAsync().ConfigureAwait(false);
    }

    private async Task<FetchRequest> BeginAsync(TopicPosition position, CancellationToken cancellation)
    {
        var request = new FetchRequest { TopicName = subscription.Topic, NumRequested = _mostRequested };
        _since = position.LatestSince;
        if (position.ReplayId is { } replayId)
        {
            (request.ReplayPreset, request.ReplayId) = (ReplayPreset.Custom, ByteString.CopyFrom(replayId));
        }
        else if (position.FromEarliest || position.LatestSince is not null)
        {
            // Begun with the latest event, and ended before Salesforce sent a position: what has happened since is after the earliest.
            request.ReplayPreset = ReplayPreset.Earliest;
        }
        else
        {
            position.LatestSince = time.GetUtcNow();
            await positions.SaveAsync(position, cancellation).ConfigureAwait(false);
            request.ReplayPreset = ReplayPreset.Latest;
        }

        return request;
    }

    /// <summary>Waits for events, and renews the lease meanwhile.</summary>
    /// <returns><see langword="null"/> at the end.</returns>
    private async Task<FetchResponse?> ReadAsync(EventStream stream, TopicPosition position, CancellationToken ending, CancellationToken cancellation)
    {
        var reading = stream.ReadAsync(cancellation);
        while (!reading.IsCompleted)
        {
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(ending);
            await Task.WhenAny(reading, Task.Delay(lease / 3, time, waiting.Token)).ConfigureAwait(false);
            await waiting.CancelAsync().ConfigureAwait(false);
            if (!reading.IsCompleted)
            {
                if (ending.IsCancellationRequested)
                {
                    Forget(reading);
                    return null;
                }

                try
                {
                    await positions.SaveAsync(position, cancellation).ConfigureAwait(false);
                }
                catch
                {
                    Forget(reading);
                    throw;
                }
            }
        }

        return await reading.ConfigureAwait(false);
    }

    /// <summary>Puts the events on the queue, and stores the position behind them while the next ones are put.</summary>
    private async Task StoreAsync(FetchResponse response, TopicPosition position, CancellationToken ending, CancellationToken cancellation)
    {
        if (position.LeaseUntil < time.GetUtcNow())
        {
            // Storage did not take it for a long time: another run may have taken over.
            await positions.SaveAsync(position, cancellation).ConfigureAwait(false);
        }

        var storing = Task.CompletedTask;
        var reached = response.Events.Count == 0 ? response.LatestReplayId : ByteString.Empty;
        try
        {
            foreach (var some in response.Events.Chunk(subscription.Options.InOrder ? 1 : AtOnce))
            {
                await SendAsync(some, position, RenewAsync, cancellation).ConfigureAwait(false);
                reached = some[^1].ReplayId;
                if (storing.IsCompleted)
                {
                    await storing.ConfigureAwait(false);
                    storing = SaveAsync(position, reached, cancellation);
                    reached = ByteString.Empty;
                }

                if (ending.IsCancellationRequested)
                {
                    break;
                }
            }
        }
        catch (DeliveryFailedException) when (!reached.IsEmpty)
        {
            // What has been delivered is not to be delivered again. The caller stores it.
            await storing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            MoveTo(position, reached);
            throw;
        }
        finally
        {
            await storing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await storing.ConfigureAwait(false);
        if (!reached.IsEmpty)
        {
            await SaveAsync(position, reached, cancellation).ConfigureAwait(false);
        }

        delivery.Stored();

        async Task RenewAsync()
        {
            await storing.ConfigureAwait(false);
            await positions.SaveAsync(position, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Sends events, and renews the lease meanwhile: a receiver may take its time.</summary>
    private async Task SendAsync(ConsumerEvent[] some, TopicPosition position, Func<Task> renewAsync, CancellationToken cancellation)
    {
        using var sending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var sent = delivery.SendAsync(some, _token!, position, _since, sending.Token);
        try
        {
            while (!sent.IsCompleted)
            {
                using var waiting = new CancellationTokenSource();
                await Task.WhenAny(sent, Task.Delay(lease / 3, time, waiting.Token)).ConfigureAwait(false);
                await waiting.CancelAsync().ConfigureAwait(false);
                if (!sent.IsCompleted)
                {
                    await renewAsync().ConfigureAwait(false);
                }
            }
        }
        catch
        {
            // The run that has taken over sends them.
            await sending.CancelAsync().ConfigureAwait(false);
            await sent.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        await sent.ConfigureAwait(false);
    }

    private async Task SaveAsync(TopicPosition position, ByteString replayId, CancellationToken cancellation)
    {
        MoveTo(position, replayId);
        await positions.SaveAsync(position, cancellation).ConfigureAwait(false);
    }

    private void MoveTo(TopicPosition position, ByteString replayId)
    {
        position.ReplayId = replayId.ToByteArray();
        position.ConfirmedAt = time.GetUtcNow();
        position.LatestSince = _since;
        (position.Refusals, position.PausedUntil) = (0, null);
        (position.DeliveryFailures, position.DeliveryFailedSince) = (0, null);
    }

    private static void Forget(Task reading) => _ = reading.ContinueWith(
        task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Events {Subscription}: begins with the {First} event of {Topic}")]
        public static partial void Begun(ILogger logger, string subscription, string first, string topic);

        [LoggerMessage(2, LogLevel.Information, "Events {Subscription}: {Count} received")]
        public static partial void Received(ILogger logger, string subscription, int count);
    }
}
