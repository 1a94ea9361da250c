using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Telemetry;
using SalesforceConnector.Salesforce.Bodies;
using SalesforceConnector.Salesforce.Client;

namespace SalesforceConnector.Triggers.Http;

/// <summary>
/// Streams Salesforce's successful reply: status, headers and body, unchanged. If the body fails after the status line
/// was sent, the connection to the caller is aborted, so that a partial body is not mistaken for a complete one.
/// </summary>
/// <param name="representation">The caller requests a body even if Salesforce sends none (RFC 7240, <c>return=representation</c>).</param>
internal sealed partial class ReplyResult(
    SalesforceReply reply, bool representation, TimeSpan stallTimeout, TimeProvider time, ILogger logger)
    : IResult, IStatusCodeHttpResult
{
    private readonly byte[]? _representation = representation ? reply.Representation : null;

    public int? StatusCode => _representation is null ? reply.Status : StatusCodes.Status200OK;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        foreach (var (name, value) in reply.Headers)
        {
            response.Headers[name] = value;
        }

        if (_representation is { } written)
        {
            foreach (var (name, value) in SalesforceReply.RepresentationHeaders)
            {
                response.Headers[name] = value;
            }

            response.ContentLength = written.Length;
            await response.Body.WriteAsync(written, CancellationToken.None).ConfigureAwait(false);
            return;
        }

        response.StatusCode = reply.Status;
        if (reply.Status is not (StatusCodes.Status204NoContent or StatusCodes.Status304NotModified))
        {
            response.ContentLength = reply.Body.AnnouncedLength;
        }

        var deadline = Deadline.Get(httpContext);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, deadline);
        try
        {
            await reply.Body.CopyToAsync(response.Body, stallTimeout, time, either.Token).ConfigureAwait(false);
        }
        catch (Exception e) when ((ReplyBody.IsBroken(e) || e is ConnectorException) && !deadline.IsCancellationRequested)
        {
            Log.ReplyIncomplete(logger, LoggedException.From(e));
            httpContext.Abort();
        }
        catch (Exception e) when (deadline.IsCancellationRequested && (ReplyBody.IsBroken(e) || e is ConnectorException or OperationCanceledException))
        {
            Log.TimeOver(logger);
            httpContext.Abort();
        }
        catch (OperationCanceledException) when (httpContext.RequestAborted.IsCancellationRequested)
        {
            // The caller disconnected.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(5, LogLevel.Warning, "Salesforce's reply failed midway; the reply to the caller was aborted")]
        public static partial void ReplyIncomplete(ILogger logger, LoggedException? exception);

        [LoggerMessage(6, LogLevel.Warning, "The reply to the caller was aborted, because the invocation timed out (Salesforce__InvocationTimeout)")]
        public static partial void TimeOver(ILogger logger);
    }
}
