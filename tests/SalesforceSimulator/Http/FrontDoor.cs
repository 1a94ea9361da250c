using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using SalesforceSimulator.Endpoints;
using System.Net.Sockets;

namespace SalesforceSimulator.Http;

/// <summary>Takes every request: records it, applies faults, has it served and sends the reply.</summary>
internal sealed class FrontDoor(Org org, OAuth oauth, AdminDoor admin)
{
    /// <summary>What Salesforce takes in a URI, and in a URI and the headers together.</summary>
    private const int LongestUri = 16_384;

    private const string JsonType = "application/json;charset=UTF-8";
    private const string HtmlType = "text/html;charset=UTF-8";

    public async Task HandleAsync(HttpContext context)
    {
        try
        {
            var request = await IncomingRequest.ReadAsync(context);
            if (request.Segments is ["__admin", .. var door])
            {
                await SendAsync(context, admin.Handle(request.Method, door, request.Body));
                return;
            }

            await ServeAsync(context, request);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client went away.
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            // A fault of the simulator itself must be seen, not taken for one of Salesforce.
            await SendTextAsync(context, 500, $"The simulator failed: {exception}", "text/plain", truncate: false);
        }
    }

    private async Task ServeAsync(HttpContext context, IncomingRequest request)
    {
        var record = request.ToRecord();
        org.Requests.Add(record);
        var fault = org.Faults.Take(request.Method, request.Path);
        if (fault is { AfterExecution: false })
        {
            await DelayAsync(fault, context);
            if (fault.Reset || fault.Status is not null)
            {
                await FailAsync(context, fault);
                return;
            }
        }

        if (TooLong(request) is { } status)
        {
            // No body of these two is documented; the edge that answers them speaks HTML.
            await SendTextAsync(context, status, "<html><body>Request too long</body></html>", HtmlType, truncate: false);
            return;
        }

        Reply reply;
        bool served;
        lock (org.Gate)
        {
            reply = new Router(org, oauth).Route(request, out served);
            org.Store.Commit();
        }

        if (!served)
        {
            org.Requests.AddUnexpected(record);
        }

        if (fault is { AfterExecution: true })
        {
            await DelayAsync(fault, context);
            if (fault.Reset || fault.Status is not null)
            {
                await FailAsync(context, fault);
                return;
            }
        }

        if (fault is { Truncate: true })
        {
            SetHead(context, reply.Status, reply.Headers);
            await SendHalfAsync(context, await reply.ToBytesAsync(), JsonType);
            return;
        }

        await SendAsync(context, reply);
    }

    private static int? TooLong(IncomingRequest request) => request.UriLength switch
    {
        > LongestUri => StatusCodes.Status414UriTooLong,
        var length when length + request.HeadersLength > LongestUri => StatusCodes.Status431RequestHeaderFieldsTooLarge,
        _ => null,
    };

    private Task DelayAsync(FaultRule fault, HttpContext context) => fault.DelayMs > 0
        ? Task.Delay(TimeSpan.FromMilliseconds(fault.DelayMs), org.Time, context.RequestAborted)
        : Task.CompletedTask;

    private static async Task FailAsync(HttpContext context, FaultRule fault)
    {
        if (fault.Reset)
        {
            Reset(context);
            return;
        }

        var status = fault.Status!.Value;
        SetHead(context, status, fault.Headers ?? new Dictionary<string, string>());
        if (fault.ErrorCode is { } code)
        {
            var reply = Reply.Error(new ApiException(status, new ApiError(code, fault.Message ?? code)), version: "");
            await SendTextAsync(context, status, Encoding.UTF8.GetString((await reply.ToBytesAsync()).Span), JsonType, fault.Truncate);
        }
        else if (fault.Body is { } body)
        {
            var type = fault.ContentType ?? (body.TrimStart() is ['{' or '[', ..] ? JsonType : HtmlType);
            await SendTextAsync(context, status, body, type, fault.Truncate);
        }
    }

    private static void Reset(HttpContext context)
    {
        // Without lingering the close is a reset, not an orderly end.
        if (context.Features.Get<IConnectionSocketFeature>() is { } connection)
        {
            connection.Socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }

        context.Abort();
    }

    private static void SetHead(HttpContext context, int status, IReadOnlyDictionary<string, string> headers)
    {
        context.Response.StatusCode = status;
        foreach (var (name, value) in headers)
        {
            context.Response.Headers[name] = value;
        }
    }

    private static async Task SendAsync(HttpContext context, Reply reply)
    {
        SetHead(context, reply.Status, reply.Headers);
        if (reply.Body is not null)
        {
            context.Response.ContentType = JsonType;
            var connection = context.Response.BodyWriter;
            await using var writer = new Utf8JsonWriter(connection, Reply.JsonOptions);
            await reply.Body(new JsonOutput(writer, connection, context.RequestAborted));
            await writer.FlushAsync(context.RequestAborted);
        }
    }

    private static async Task SendTextAsync(HttpContext context, int status, string text, string contentType, bool truncate)
    {
        context.Response.StatusCode = status;
        var bytes = Encoding.UTF8.GetBytes(text);
        if (truncate)
        {
            await SendHalfAsync(context, bytes, contentType);
            return;
        }

        context.Response.ContentType = contentType;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    private static async Task SendHalfAsync(HttpContext context, ReadOnlyMemory<byte> bytes, string contentType)
    {
        context.Response.ContentType = contentType;
        context.Response.ContentLength = bytes.Length;

        // Half of a compressed body would not be half of the text.
        context.Response.Headers[HeaderNames.ContentEncoding] = "identity";

        // Kestrel closes a connection on which less was sent than promised; an abort could lose the first half too.
        await context.Response.Body.WriteAsync(bytes[..(bytes.Length / 2)], context.RequestAborted);
    }
}
