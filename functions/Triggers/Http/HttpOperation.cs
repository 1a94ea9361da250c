using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Annotations;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Contracts.Telemetry;
using SalesforceConnector.Salesforce;
using SalesforceConnector.Salesforce.Authentication;
using SalesforceConnector.Triggers.Http.Identity;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Triggers.Http;

/// <summary>
/// The HTTP edge: reads the payload, runs the operation and answers, with a problem where it failed. No exception leaves
/// it: the Functions host would make an empty 500 of one.
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
    /// <summary>The host's, as host.json has it.</summary>
    public const string RoutePrefix = "api";

    public const string CorrelationIdHeader = "x-correlation-id";

    /// <summary>Carries out an operation, or puts it on its queue if the caller prefers.</summary>
    public Task<IResult> RunAsync<TPayload>(IOperation<TPayload> operation, HttpRequest request, CancellationToken cancellationToken)
        where TPayload : Payload =>
        GuardAsync(
            operation.Name,
            request,
            async (ids, correlationId, cancellation) =>
            {
                var type = types.Of<TPayload>();
                var json = await body.ReadAsync(request, type, cancellation).ConfigureAwait(false);
                var payload = PayloadReader.Read(json, type);
                payload.ValidateCallerId(ids.OperationId);
                orgs.Admit(payload, callers.Of(request));
                var preferences = Preferences.Of(request);
                if (preferences.RespondAsync)
                {
                    return await AcceptAsync(operation.Name, ids, payload, new RawJson(json), preferences.Representation, cancellation).ConfigureAwait(false);
                }

                if (ids.IdempotencyKey is { } key && payload.IsWrite)
                {
                    return await keyed.RunAsync(
                        operation, key, payload, new RawJson(json), preferences.Representation, cancellation).ConfigureAwait(false);
                }

                var reply = await operation.ExecuteAsync(payload, new OperationContext(ids.OperationId ?? correlationId), cancellation).ConfigureAwait(false);
                request.HttpContext.Response.RegisterForDispose(reply);
                return new ReplyResult(reply, preferences.Representation, options.Value.StallTimeout, time, logger);
            },
            cancellationToken);

    /// <summary>Carries out what is no operation at Salesforce, but an operator's request to the app.</summary>
    internal Task<IResult> RunAsync<TResult>(
        string name, HttpRequest request, Func<CancellationToken, Task<TResult>> runAsync, CancellationToken cancellationToken)
        where TResult : IStatusCodeHttpResult =>
        GuardAsync(name, request, async (_, _, cancellation) => await runAsync(cancellation).ConfigureAwait(false), cancellationToken);

    /// <summary>Reads the body of such a request.</summary>
    /// <exception cref="ConnectorException">It cannot be used.</exception>
    internal async Task<TRequest> ReadAsync<TRequest>(HttpRequest request, JsonTypeInfo<TRequest> type, CancellationToken cancellationToken)
        where TRequest : class =>
        PayloadReader.Read(await body.ReadAsync(request, type, cancellationToken).ConfigureAwait(false), type);

    /// <summary>Answers with the result of a request that was accepted earlier.</summary>
    public Task<IResult> GetResultAsync(HttpRequest request, string correlationId, CancellationToken cancellationToken) =>
        GuardAsync(
            nameof(GetResult),
            request,
            (_, _, cancellation) => accepted.GetResultAsync(correlationId, cancellation),
            cancellationToken);

    /// <summary>Whatever happens is an answer, and a line in the log.</summary>
    private async Task<IResult> GuardAsync(
        string operation,
        HttpRequest request,
        Func<CallerIds, string, CancellationToken, Task<IStatusCodeHttpResult>> runAsync,
        CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var ids = CallerIds.Read(request);
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
            // Of a result that says none the server makes 200.
            var status = result.StatusCode ?? StatusCodes.Status200OK;
            span.End(status);
            Log.Answered(logger, operation, correlationId, status, Elapsed());
            return (IResult)result;
        }
        catch (Exception e) when (deadline.IsCancellationRequested
            && e is OperationCanceledException or ConnectorException { Problem.ErrorCode: ErrorCodes.Stopping })
        {
            var problem = Problems.DeadlineOver(options.Value.InvocationTimeout, e is ConnectorException { Problem.OutcomeUnknown: true });
            span.End(problem.Status, problem.ErrorCode);
            Log.Failed(logger, LogLevel.Warning, operation, correlationId, problem.Status, problem.ErrorCode, Elapsed(), LoggedException.Of(e));
            return new ProblemResult(problem);
        }
        catch (ConnectorException e) when (e.Problem.ErrorCode == ErrorCodes.Stopping && request.HttpContext.RequestAborted.IsCancellationRequested)
        {
            // It is the caller that has stopped the call, and not the app: there is nobody to answer.
            return GivenUp();
        }
        catch (ConnectorException e)
        {
            if (e.Problem.Status != StatusCodes.Status408RequestTimeout)
            {
                await body.DiscardAsync(request, either.Token).ConfigureAwait(false);
            }

            // What the caller did wrong is the caller's to see; an operator looks for the rest.
            var level = e.Problem.Status < StatusCodes.Status500InternalServerError ? LogLevel.Information : LogLevel.Warning;
            var elapsed = Elapsed();
            var cause = LoggedException.Of(e.InnerException);
            span.End(e.Problem.Status, e.Problem.ErrorCode);
            Log.Failed(logger, level, operation, correlationId, e.Problem.Status, e.Problem.ErrorCode, elapsed, cause);
            return new ProblemResult(e.Problem);
        }
        catch (Exception e) when (either.IsCancellationRequested && e is OperationCanceledException or IOException)
        {
            return GivenUp();
        }
        catch (Exception e) when (StorageConnection.IsFailure(e))
        {
            // Key Vault's failures of this kind have become problems already: it is the queue behind the call.
            Log.Faulted(logger, operation, correlationId, Elapsed(), LoggedException.Of(e));
            span.End(Problems.StorageUnavailable.Status, Problems.StorageUnavailable.ErrorCode);
            return new ProblemResult(Problems.StorageUnavailable);
        }
        catch (Exception e)
        {
            Log.Faulted(logger, operation, correlationId, Elapsed(), LoggedException.Of(e));
            return new ProblemResult(Problem.Create(
                ProblemKind.Internal,
                StatusCodes.Status500InternalServerError,
                ErrorCodes.Internal,
                $"The connector failed; its log says more, under the correlation id {correlationId}."));
        }

        IResult GivenUp()
        {
            span.End(StatusCodes.Status499ClientClosedRequest);
            Log.Cancelled(logger, operation, correlationId, Elapsed());
            return Results.StatusCode(StatusCodes.Status499ClientClosedRequest);
        }

        double Elapsed() => time.GetElapsedTime(started).TotalMilliseconds;
    }

    // What can be found wrong without Salesforce is found now, while somebody listens.
    private Task<IStatusCodeHttpResult> AcceptAsync(
        string operation, CallerIds ids, Payload payload, RawJson json, bool representation, CancellationToken cancellationToken)
    {
        payload.RefuseSecrets();
        orgs.Resolve(payload);
        orgs.Admit(payload, Caller.OfQueue(OperationQueues.Of(operation)));
        return accepted.AcceptAsync(operation, ids, json, representation, cancellationToken);
    }


    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Operation} {CorrelationId}: {Status} after {Milliseconds:F0} ms")]
        public static partial void Answered(ILogger logger, string operation, string correlationId, int status, double milliseconds);

        [LoggerMessage(EventId = 2, Message = "{Operation} {CorrelationId}: {Status} {ErrorCode} after {Milliseconds:F0} ms")]
        public static partial void Failed(
            ILogger logger, LogLevel level, string operation, string correlationId, int status, string errorCode, double milliseconds, LoggedException? exception);

        [LoggerMessage(3, LogLevel.Warning, "{Operation} {CorrelationId}: given up by the caller after {Milliseconds:F0} ms")]
        public static partial void Cancelled(ILogger logger, string operation, string correlationId, double milliseconds);

        [LoggerMessage(4, LogLevel.Error, "{Operation} {CorrelationId}: failed after {Milliseconds:F0} ms")]
        public static partial void Faulted(
            ILogger logger, string operation, string correlationId, double milliseconds, LoggedException? exception);
    }
}
