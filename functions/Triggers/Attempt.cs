using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Salesforce.Bodies;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Triggers;

/// <summary>How an attempt ended: with a result, or with the problem and what caused it.</summary>
internal sealed record AttemptEnd(ResultMessage? Result, Problem? Problem = null, Exception? Cause = null);

/// <summary>One attempt at an operation that ends by itself before the Functions host would end it, whatever is thrown.</summary>
internal sealed class Attempt(TimeSpan timeout, bool isWrite, Repetition repetition, TimeProvider time)
{
    /// <param name="call">Calls Salesforce.</param>
    /// <param name="storeAsync">Makes the result of Salesforce's success.</param>
    public async Task<AttemptEnd> RunAsync(
        Func<CancellationToken, Task<SalesforceReply>> call,
        Func<SalesforceReply, CancellationToken, Task<ResultMessage>> storeAsync,
        CancellationToken cancellationToken)
    {
        var isCarriedOut = false;
        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            using var reply = await call(either.Token).ConfigureAwait(false);
            isCarriedOut = true;
            // A success in hand is not given up because the app stops; of a read there can be another one.
            return new AttemptEnd(await storeAsync(reply, isWrite ? deadline.Token : either.Token).ConfigureAwait(false));
        }
        catch (Exception e) when (deadline.IsCancellationRequested && IsCancellation(e))
        {
            var outcomeUnknown = isWrite && (isCarriedOut || e is not ConnectorException { Problem.OutcomeUnknown: false });
            return new AttemptEnd(null, Problems.DeadlineOver(timeout, outcomeUnknown), e);
        }
        catch (ConnectorException e)
        {
            return new AttemptEnd(null, isCarriedOut ? Unknown(e.Problem) : e.Problem, e.InnerException ?? e);
        }
        catch (Exception e) when (isCarriedOut && StorageConnection.IsFailure(e))
        {
            return new AttemptEnd(null, repetition == Repetition.Forbidden ? Problems.BodyNotStored : Unknown(Problems.StorageUnavailable), e);
        }
        catch (Exception e) when (isCarriedOut && ReplyBody.IsBroken(e))
        {
            return new AttemptEnd(null, Unknown(Problems.BrokenOff), e);
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            return new AttemptEnd(null, Unknown(Problems.Stopping), e);
        }
        catch (Exception e)
        {
            // Whatever it was, it counts as an attempt, and another one is made.
            return new AttemptEnd(null, Unknown(Problems.Faulted), e);
        }
    }

    private static bool IsCancellation(Exception exception) =>
        exception is OperationCanceledException or ConnectorException { Problem.ErrorCode: ErrorCodes.Stopping };

    /// <summary>Of a write, nobody knows then whether it was carried out.</summary>
    private Problem Unknown(Problem problem) => isWrite ? problem.WithUnknownOutcome() : problem;
}
