using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Telemetry;
using SalesforceConnector.Salesforce.Bodies;
using SalesforceConnector.Salesforce.Client;

namespace SalesforceConnector.Triggers.Http;

/// <summary>
/// Salesforce's success as an HTTP reply: status, headers and body as they came, streamed. When the body breaks off, or
/// its next page is not to be had, after the status line is out, the connection to the caller is broken too, so that half
/// is not taken for the whole.
/// </summary>
/// <param name="representation">The caller asked for a body where Salesforce sends none (RFC 7240, <c>return=representation</c>).</param>
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

        var deadline = Deadline.Of(httpContext);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, deadline);
        try
        {
            await reply.Body.CopyToAsync(response.Body, stallTimeout, time, either.Token).ConfigureAwait(false);
        }
        catch (Exception e) when ((ReplyBody.IsBroken(e) || e is ConnectorException) && !deadline.IsCancellationRequested)
        {
            Log.BrokeOff(logger, LoggedException.Of(e));
            httpContext.Abort();
        }
        catch (Exception e) when (deadline.IsCancellationRequested && (ReplyBody.IsBroken(e) || e is ConnectorException or OperationCanceledException))
        {
            Log.TimeOver(logger);
            httpContext.Abort();
        }
        catch (OperationCanceledException) when (httpContext.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone; there is nobody to answer.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(5, LogLevel.Warning, "Salesforce's reply broke off midway; the reply to the caller was broken off too")]
        public static partial void BrokeOff(ILogger logger, LoggedException? exception);

        [LoggerMessage(6, LogLevel.Warning, "The reply to the caller was broken off, as the invocation's time was over (Salesforce__InvocationTimeout)")]
        public static partial void TimeOver(ILogger logger);
    }
}
