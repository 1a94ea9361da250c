using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Salesforce.Bodies;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Triggers;

/// <summary>The outcome of an attempt: a result, or a problem and its cause, or neither if the operation is to be continued.</summary>
internal sealed record AttemptEnd(ResultMessage? Result, Problem? Problem = null, Exception? Cause = null)
{
    /// <summary>When to continue an operation that has not finished.</summary>
    public TimeSpan? ContinueAfter { get; init; }
}

/// <summary>One attempt at an operation. It times out before the Functions host's own timeout, and never throws.</summary>
internal sealed class Attempt(TimeSpan timeout, bool isWrite, Repetition repetition, TimeProvider time)
{
    /// <param name="call">Calls Salesforce.</param>
    /// <param name="storeAsync">Creates the result of a successful call.</param>
    public async Task<AttemptEnd> RunAsync(
        Func<CancellationToken, Task<SalesforceReply>> call,
        Func<SalesforceReply, CancellationToken, Task<ResultMessage>> storeAsync,
        CancellationToken cancellationToken)
    {
        var isExecuted = false;
        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            using var reply = await call(either.Token).ConfigureAwait(false);
            isExecuted = true;
            if (reply.ContinueAfter is { } pause)
            {
                return new AttemptEnd(null) { ContinueAfter = pause };
            }

            // Store the result of a write even if the app is shutting down. A read can be repeated.
            return new AttemptEnd(await storeAsync(reply, isWrite ? deadline.Token : either.Token).ConfigureAwait(false));
        }
        catch (Exception e) when (deadline.IsCancellationRequested && IsCancellation(e))
        {
            if (repetition == Repetition.Resumable)
            {
                // The next attempt continues from the progress that was saved.
                return new AttemptEnd(
                    null,
                    Problems.DeadlineExceeded(timeout, e is ConnectorException { Problem.OutcomeUnknown: true }) with { Retryable = true },
                    e);
            }

            var outcomeUnknown = isWrite && (isExecuted || e is not ConnectorException { Problem.OutcomeUnknown: false });
            return new AttemptEnd(null, Problems.DeadlineExceeded(timeout, outcomeUnknown), e);
        }
        catch (ConnectorException e)
        {
            return new AttemptEnd(null, isExecuted ? Unknown(e.Problem) : e.Problem, e.InnerException ?? e);
        }
        catch (Exception e) when (isExecuted && StorageConnection.IsFailure(e))
        {
            return new AttemptEnd(null, repetition == Repetition.NotIdempotent ? Problems.BodyNotStored : Unknown(Problems.StorageUnavailable), e);
        }
        catch (Exception e) when (isExecuted && ReplyBody.IsBroken(e))
        {
            return new AttemptEnd(null, Unknown(Problems.IncompleteReply), e);
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            return new AttemptEnd(null, Unknown(Problems.Stopping), e);
        }
        catch (Exception e)
        {
            // An unexpected failure counts as an attempt and is retried.
            return new AttemptEnd(null, Unknown(Problems.Faulted), e);
        }
    }

    private static bool IsCancellation(Exception exception) =>
        exception is OperationCanceledException or ConnectorException { Problem.ErrorCode: ErrorCodes.Stopping };

    /// <summary>For a write, marks the outcome as unknown.</summary>
    private Problem Unknown(Problem problem) => isWrite ? problem.WithUnknownOutcome() : problem;
}
