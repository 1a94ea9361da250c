using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Contracts.Telemetry;
using SalesforceConnector.Salesforce;
using SalesforceConnector.Salesforce.Authentication;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Triggers.Http.Identity;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Triggers.Http;

/// <summary>
/// The HTTP boundary: reads the payload, executes the operation and returns a reply or a problem. It never throws,
/// because the Functions host would turn an exception into an empty 500.
/// </summary>
public sealed partial class HttpOperation(
    PayloadTypes types,
    AcceptedRequests accepted,
    KeyedCalls keyed,
    Orgs orgs,
    HttpCallers callers,
    RequestBody body,
    IOptions<SalesforceOptions> options,
    ConnectorTelemetry telemetry,
    TimeProvider time,
    ILogger<HttpOperation> logger)
{
    /// <summary>The route prefix, as in host.json.</summary>
    public const string RoutePrefix = "api";

    public const string CorrelationIdHeader = "x-correlation-id";

    /// <summary>Executes an operation, or queues it with <c>Prefer: respond-async</c>, and always if it takes several attempts.</summary>
    public Task<IResult> RunAsync<TPayload>(IOperation<TPayload> operation, HttpRequest request, CancellationToken cancellationToken)
        where TPayload : Payload =>
        RunAsync(operation, request, (_, _, cancellation) => body.ReadAsync(request, types.Get<TPayload>(), cancellation), cancellationToken);

    /// <summary>Executes an operation whose payload is not the body of the request.</summary>
    /// <param name="readAsync">Makes the payload's JSON of the request and its idempotency key.</param>
    internal Task<IResult> RunAsync<TPayload>(
        IOperation<TPayload> operation,
        HttpRequest request,
        Func<HttpRequest, string?, CancellationToken, Task<ReadOnlyMemory<byte>>> readAsync,
        CancellationToken cancellationToken)
        where TPayload : Payload =>
        GuardAsync(
            operation.Name,
            request,
            async (ids, correlationId, cancellation) =>
            {
                var type = types.Get<TPayload>();
                var json = await readAsync(request, ids.IdempotencyKey, cancellation).ConfigureAwait(false);
                var payload = PayloadReader.Read(json, type);
                payload.ValidateCallerId(ids.OperationId);
                orgs.Admit(payload, () => callers.Of(request));
                var preferences = Preferences.Read(request);
                if (preferences.RespondAsync || payload.Repetition == Repetition.Resumable)
                {
                    return await AcceptAsync(operation.Name, ids, payload, new RawJson(json), preferences, cancellation).ConfigureAwait(false);
                }

                if (ids.IdempotencyKey is { } key && payload.IsWrite)
                {
                    return await keyed.RunAsync(
                        operation, key, payload, new RawJson(json), preferences.Representation, cancellation).ConfigureAwait(false);
                }

                var reply = await ExecuteAsync(operation, payload, new OperationContext(ids.OperationId ?? correlationId), cancellation).ConfigureAwait(false);
                request.HttpContext.Response.RegisterForDispose(reply);
                return new ReplyResult(reply, preferences.Representation, options.Value.StallTimeout, time, logger);
            },
            cancellationToken);

    /// <summary>Executes an operator's request to the app, which does not call Salesforce.</summary>
    internal Task<IResult> RunAsync<TResult>(
        string name, HttpRequest request, Func<CancellationToken, Task<TResult>> runAsync, CancellationToken cancellationToken)
        where TResult : IStatusCodeHttpResult =>
        GuardAsync(name, request, async (_, _, cancellation) => await runAsync(cancellation).ConfigureAwait(false), cancellationToken);

    /// <summary>Reads the body of an operator's request.</summary>
    /// <exception cref="ConnectorException">The body is not valid.</exception>
    internal async Task<TRequest> ReadAsync<TRequest>(HttpRequest request, JsonTypeInfo<TRequest> type, CancellationToken cancellationToken)
        where TRequest : class =>
        PayloadReader.Read(await body.ReadAsync(request, type, cancellationToken).ConfigureAwait(false), type);

    /// <summary>Returns the result of an accepted request.</summary>
    public Task<IResult> GetResultAsync(HttpRequest request, string correlationId, CancellationToken cancellationToken) =>
        GuardAsync(
            nameof(GetResult),
            request,
            (_, _, cancellation) => accepted.GetResultAsync(correlationId, org => orgs.Admit(org, () => callers.Of(request)), cancellation),
            cancellationToken);

    /// <summary>Turns every outcome into a reply and one log line.</summary>
    private async Task<IResult> GuardAsync(
        string operation,
        HttpRequest request,
        Func<RequestIds, string, CancellationToken, Task<IStatusCodeHttpResult>> runAsync,
        CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var ids = RequestIds.Read(request);
        var correlationId = ids.CorrelationId ?? Guid.NewGuid().ToString();
        request.HttpContext.Response.Headers[CorrelationIdHeader] = correlationId;
        using var span = telemetry.Begin(operation, Trigger.Http, correlationId, request.Headers.TraceParent);
        var deadline = Deadline.Begin(request.HttpContext, options.Value.InvocationTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, request.HttpContext.RequestAborted, deadline);
        try
        {
            var result = ids.Refusal is { } refusal
                ? throw new ConnectorException(refusal)
                : await runAsync(ids, correlationId, either.Token).ConfigureAwait(false);
            if (result is IIdentifiedResult identified)
            {
                // The operation runs under this id, by which a reader of the reply looks for it.
                correlationId = identified.CorrelationId;
                request.HttpContext.Response.Headers[CorrelationIdHeader] = correlationId;
            }

            // A result without a status is sent as 200.
            var status = result.StatusCode ?? StatusCodes.Status200OK;
            var errorCode = (result as IFailureResult)?.ErrorCode;
            span.End(status, errorCode);
            if (errorCode is null)
            {
                Log.Answered(logger, operation, correlationId, status, Elapsed());
            }
            else
            {
                var (level, elapsed) = (LevelOf(status, errorCode), Elapsed());
                Log.Failed(logger, level, operation, correlationId, status, errorCode, elapsed, exception: null);
            }

            return (IResult)result;
        }
        catch (Exception e) when (deadline.IsCancellationRequested
            && e is OperationCanceledException or ConnectorException { Problem.ErrorCode: ErrorCodes.Stopping })
        {
            var problem = Problems.DeadlineExceeded(options.Value.InvocationTimeout, e is ConnectorException { Problem.OutcomeUnknown: true });
            span.End(problem.Status, problem.ErrorCode);
            Log.Failed(logger, LogLevel.Warning, operation, correlationId, problem.Status, problem.ErrorCode, Elapsed(), LoggedException.From(e));
            return new ProblemResult(problem);
        }
        catch (ConnectorException e) when (e.Problem.ErrorCode == ErrorCodes.Stopping && request.HttpContext.RequestAborted.IsCancellationRequested)
        {
            // The caller disconnected; the app is not stopping. No one receives a reply.
            return Cancelled();
        }
        catch (ConnectorException e)
        {
            if (e.Problem.Status != StatusCodes.Status408RequestTimeout)
            {
                await body.DiscardAsync(request, either.Token).ConfigureAwait(false);
            }

            var (level, elapsed) = (LevelOf(e.Problem.Status, e.Problem.ErrorCode), Elapsed());
            var cause = LoggedException.From(e.InnerException);
            span.End(e.Problem.Status, e.Problem.ErrorCode);
            Log.Failed(logger, level, operation, correlationId, e.Problem.Status, e.Problem.ErrorCode, elapsed, cause);
            return new ProblemResult(e.Problem);
        }
        catch (Exception e) when (IsCancelled(e, either.Token))
        {
            return Cancelled();
        }
        catch (Exception e) when (StorageConnection.IsFailure(e))
        {
            // Failures of Key Vault are already problems here, so this is the storage of queues and results.
            Log.Faulted(logger, operation, correlationId, Elapsed(), LoggedException.From(e));
            span.End(Problems.StorageUnavailable.Status, Problems.StorageUnavailable.ErrorCode);
            return new ProblemResult(Problems.StorageUnavailable);
        }
        catch (Exception e)
        {
            Log.Faulted(logger, operation, correlationId, Elapsed(), LoggedException.From(e));
            return new ProblemResult(Problem.Create(
                ProblemKind.Internal,
                StatusCodes.Status500InternalServerError,
                ErrorCodes.Internal,
                $"The connector failed. See its log for the correlation id {correlationId}."));
        }

        IResult Cancelled()
        {
            span.End(StatusCodes.Status499ClientClosedRequest);
            Log.Cancelled(logger, operation, correlationId, Elapsed());
            return Results.StatusCode(StatusCodes.Status499ClientClosedRequest);
        }

        double Elapsed() => time.GetElapsedTime(started).TotalMilliseconds;
    }

    // Client errors are for the caller to fix. Operators need to see the others, and the connector's own faults first.
    private static LogLevel LevelOf(int status, string errorCode) =>
        status < StatusCodes.Status500InternalServerError ? LogLevel.Information
        : errorCode == ErrorCodes.Internal ? LogLevel.Error
        : LogLevel.Warning;

    private static async Task<SalesforceReply> ExecuteAsync<TPayload>(
        IOperation<TPayload> operation, TPayload payload, OperationContext context, CancellationToken cancellationToken)
        where TPayload : Payload
    {
        try
        {
            return await operation.ExecuteAsync(payload, context, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (payload.IsWrite && !IsForeseen(e, cancellationToken))
        {
            // Nothing tells whether Salesforce had the call by then.
            throw new ConnectorException(Problems.Faulted.WithUnknownOutcome(), e);
        }
    }

    private static bool IsForeseen(Exception exception, CancellationToken cancellationToken) =>
        exception is ConnectorException
        || IsCancelled(exception, cancellationToken)
        || StorageConnection.IsFailure(exception);

    private static bool IsCancelled(Exception exception, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested && exception is OperationCanceledException or IOException;

    // Validates everything that needs no call to Salesforce now, while the caller waits for the reply.
    private Task<IStatusCodeHttpResult> AcceptAsync(
        string operation, RequestIds ids, Payload payload, RawJson json, Preferences preferences, CancellationToken cancellationToken)
    {
        payload.RefuseSecrets();
        var org = orgs.Resolve(payload).Org;
        orgs.Admit(payload, () => Caller.OfQueue(OperationQueues.NameOf(operation)));
        return accepted.AcceptAsync(operation, ids, json, org, preferences, cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Operation} {CorrelationId}: {Status} after {Milliseconds:F0} ms")]
        public static partial void Answered(ILogger logger, string operation, string correlationId, int status, double milliseconds);

        [LoggerMessage(EventId = 2, Message = "{Operation} {CorrelationId}: {Status} {ErrorCode} after {Milliseconds:F0} ms")]
        public static partial void Failed(
            ILogger logger, LogLevel level, string operation, string correlationId, int status, string errorCode, double milliseconds, LoggedException? exception);

        [LoggerMessage(3, LogLevel.Warning, "{Operation} {CorrelationId}: cancelled by the caller after {Milliseconds:F0} ms")]
        public static partial void Cancelled(ILogger logger, string operation, string correlationId, double milliseconds);

        [LoggerMessage(4, LogLevel.Error, "{Operation} {CorrelationId}: failed after {Milliseconds:F0} ms")]
        public static partial void Faulted(
            ILogger logger, string operation, string correlationId, double milliseconds, LoggedException? exception);
    }
}
