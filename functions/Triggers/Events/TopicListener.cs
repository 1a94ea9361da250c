using Microsoft.Extensions.Logging;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Salesforce.Events;
using SalesforceConnector.Triggers.Events.Deliveries;

namespace SalesforceConnector.Triggers.Events;

/// <summary>Receives one topic for a while, under a lease, and deals with failures: one stream at a time.</summary>
internal sealed partial class TopicListener(
    Subscription subscription, PositionTable positions, TopicReceiver receiver, EventDelivery delivery, DeliveryPause deliveryPause, EventTelemetry telemetry, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestRefusalPause = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan LookAtLease = TimeSpan.FromSeconds(5);

    private readonly Guid _owner = Guid.NewGuid();
    private int _failures;

    /// <param name="ending">When nothing more is to be received. What has been received before is stored.</param>
    /// <param name="cancellation">When everything must have ended.</param>
    /// <param name="listenLonger">Puts the end off, until Salesforce must have sent a position.</param>
    public async Task ListenAsync(Action listenLonger, CancellationToken ending, CancellationToken cancellation)
    {
        var position = default(TopicPosition);
        while (!ending.IsCancellationRequested)
        {
            try
            {
                position ??= await AcquireAsync(ending).ConfigureAwait(false);
                if (position.DeliveryFailures > 0)
                {
                    await deliveryPause.WaitAsync(position, ending, cancellation).ConfigureAwait(false);
                }

                if (position.PausedUntil > time.GetUtcNow())
                {
                    break;
                }

                if (position.ReplayId is null || IsOld(position))
                {
                    listenLonger();
                }

                if (!await ReceiveAsync(position, ending, cancellation).ConfigureAwait(false))
                {
                    break;
                }
            }
            catch (LeaseLostException)
            {
                Log.LeaseLost(logger, subscription.Name);
                return;
            }
            catch (DeliveryFailedException e)
            {
                deliveryPause.Begin(position!, e);
            }
            catch (ConnectorException e)
            {
                // No access token.
                await PauseAsync(e.Problem.ErrorCode, ending).ConfigureAwait(false);
            }
            catch (Exception e) when (StorageConnection.IsFailure(e))
            {
                await PauseAsync(ErrorCodes.StorageUnavailable, ending).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (ending.IsCancellationRequested)
            {
                break;
            }
        }

        if (position is not null)
        {
            await ReleaseAsync(position, cancellation).ConfigureAwait(false);
        }
    }

    // Salesforce keeps a position for 72 hours, and renews it if there are no events. Short runs do not live to see that.
    private bool IsOld(TopicPosition position) => time.GetUtcNow() - position.ConfirmedAt > TimeSpan.FromHours(24);

    private async Task<TopicPosition> AcquireAsync(CancellationToken ending)
    {
        while (true)
        {
            var (position, isMine) = await positions.AcquireAsync(subscription.Beginning, _owner, ending).ConfigureAwait(false);
            if (isMine)
            {
                return position;
            }

            // Of a run that still receives, or that ended without a word.
            await Task.Delay(LookAtLease, time, ending).ConfigureAwait(false);
        }
    }

    /// <returns>Whether to go on in this run.</returns>
    private async Task<bool> ReceiveAsync(TopicPosition position, CancellationToken ending, CancellationToken cancellation)
    {
        try
        {
            await receiver.ReceiveAsync(position, ending, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (PubSubException e)
        {
            return await HandleAsync(e, position, ending, cancellation).ConfigureAwait(false);
        }
    }

    /// <returns>Whether to go on in this run.</returns>
    private async Task<bool> HandleAsync(PubSubException exception, TopicPosition position, CancellationToken ending, CancellationToken cancellation)
    {
        switch (exception.Failure)
        {
            case PubSubFailure.Session when receiver.RefuseToken():
                // The token has ended, and another one may do.
                return true;
            case PubSubFailure.PositionLost when position.ReplayId is not null:
                telemetry.Failed(subscription.Name, exception.Code);
                await delivery.SendLostAsync(position, cancellation).ConfigureAwait(false);
                (position.ReplayId, position.FromEarliest) = (null, true);
                await positions.SaveAsync(position, cancellation).ConfigureAwait(false);
                return true;
            case PubSubFailure.LimitReached or PubSubFailure.NotSetUp:
                telemetry.Failed(subscription.Name, exception.Code);
                position.Refusals++;
                position.PausedUntil = time.GetUtcNow() + Backoff.PauseAfter(position.Refusals, TimeSpan.FromMinutes(1), LongestRefusalPause);
                if (position is { ReplayId: null, FromEarliest: false } && exception.Failure == PubSubFailure.NotSetUp)
                {
                    // It has never begun.
                    position.LatestSince = null;
                }

                Log.Refused(logger, subscription.Name, subscription.Topic, exception.Code, AdviceFor(exception), position.PausedUntil.Value);
                return false;
            default:
                await PauseAsync(exception.Code, ending).ConfigureAwait(false);
                return true;
        }
    }

    private async Task PauseAsync(string errorCode, CancellationToken ending)
    {
        telemetry.Failed(subscription.Name, errorCode);
        _failures = receiver.TakeHasResponded() ? 1 : _failures + 1;
        var pause = Backoff.PauseAfter(_failures, TimeSpan.FromSeconds(1), LongestPause, Backoff.Jitter());
        Log.Interrupted(logger, subscription.Name, errorCode, pause);
        await Task.Delay(pause, time, ending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task ReleaseAsync(TopicPosition position, CancellationToken cancellation)
    {
        position.Owner = null;
        try
        {
            await positions.SaveAsync(position, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (StorageConnection.IsFailure(e) || e is OperationCanceledException or LeaseLostException)
        {
            // The lease ends by itself.
            Log.NotReleased(logger, subscription.Name, e.GetType().Name);
        }
    }

    private static string AdviceFor(PubSubException exception) => exception.Failure == PubSubFailure.LimitReached
        ? "the org's event deliveries or subscribers are used up; events wait in Salesforce for 72 hours"
        : "check the topic's name, that change data capture is switched on for the object, and that the app's user may read it";

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Events {Subscription}: interrupted by {ErrorCode}; the next attempt is in {Pause}")]
        public static partial void Interrupted(ILogger logger, string subscription, string errorCode, TimeSpan pause);

        [LoggerMessage(2, LogLevel.Error, "Events {Subscription}: Salesforce refuses the topic {Topic} ({ErrorCode}): {Advice}. The next attempt is at {PausedUntil}")]
        public static partial void Refused(ILogger logger, string subscription, string topic, string errorCode, string advice, DateTimeOffset pausedUntil);

        [LoggerMessage(3, LogLevel.Warning, "Events {Subscription}: another run has taken over")]
        public static partial void LeaseLost(ILogger logger, string subscription);

        [LoggerMessage(4, LogLevel.Warning, "Events {Subscription}: the subscription could not be released ({Failure}); the next run waits for its lease")]
        public static partial void NotReleased(ILogger logger, string subscription, string failure);
    }
}
