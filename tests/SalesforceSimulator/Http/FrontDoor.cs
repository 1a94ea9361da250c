using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using SalesforceSimulator.Events;
using SalesforceSimulator.Requests;

namespace SalesforceSimulator.Http;

/// <summary>Receives all requests: records each, applies faults, routes it and sends the reply.</summary>
internal sealed class FrontDoor(Org org, Router router, AdminDoor admin)
{
    /// <summary>Salesforce's limits for a URI, and for a URI and the headers together.</summary>
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
            // The client disconnected.
        }
        catch (InvalidDataException exception)
        {
            await SendAsync(context, Reply.NotKnown(new NotKnownException($"what Salesforce answers to malformed multipart/form-data: {exception.Message}")));
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            // An error of the simulator itself must be visible as such, and not look like one of Salesforce's.
            SetHead(context, StatusCodes.Status500InternalServerError);
            await SendAsync(context, Encoding.UTF8.GetBytes($"The simulator failed: {exception}"), "text/plain", truncate: false);
        }
    }

    private async Task ServeAsync(HttpContext context, IncomingRequest request)
    {
        var record = request.ToRecord();
        org.Requests.Add(record);
        var fault = org.Faults.Take(request.Method, request.Path);
        if (await FailAsync(context, fault, afterExecution: false))
        {
            return;
        }

        if (TooLong(request) is { } status)
        {
            // The bodies of these two replies are not documented. They come from an edge server that sends HTML.
            SetHead(context, status);
            await SendAsync(context, "<html><body>Request too long</body></html>"u8.ToArray(), HtmlType, truncate: false);
            return;
        }

        Reply reply;
        bool served;
        lock (org.Gate)
        {
            reply = router.Route(request, out served);
            org.Store.Commit(org.Events is null || org.Store.Mark == 0 ? "" : ChangeOrigin.Of(request));
        }

        if (reply.OwnWords is not null)
        {
            org.Requests.AddNotKnown(record);
        }

        if (!served)
        {
            org.Requests.AddUnexpected(record);
        }

        if (await FailAsync(context, fault, afterExecution: true))
        {
            return;
        }

        if (reply.File is { } file)
        {
            SetHead(context, reply.Status, reply.Headers);
            context.Response.ContentLength = file.Length;
            if (fault is { Truncate: true })
            {
                // Half of a compressed body would not be half of the file.
                context.Response.Headers[HeaderNames.ContentEncoding] = "identity";
            }

            await file.CopyToAsync(context.Response.Body, fault is { Truncate: true } ? file.Length / 2 : file.Length, context.RequestAborted);
            return;
        }

        if (fault is { Truncate: true })
        {
            SetHead(context, reply.Status, reply.Headers);
            await SendAsync(context, await reply.ToBytesAsync(), reply.Content?.Type ?? JsonType, truncate: true);
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

    /// <summary>Applies a rule's delay and fault, if it is one for this phase.</summary>
    /// <returns>Whether a reply was sent.</returns>
    private async Task<bool> FailAsync(HttpContext context, FaultRule? fault, bool afterExecution)
    {
        if (fault is null || fault.AfterExecution != afterExecution)
        {
            return false;
        }

        if (fault.DelayMs > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(fault.DelayMs), org.Time, context.RequestAborted);
        }

        if (fault.Reset)
        {
            Reset(context);
            return true;
        }

        if (fault.Status is not { } status)
        {
            return false;
        }

        SetHead(context, status, fault.Headers);
        if (fault.ErrorCode is { } code)
        {
            var reply = Reply.Error(new ApiException(status, new ApiError(code, fault.Message ?? code)), version: "");
            await SendAsync(context, await reply.ToBytesAsync(), JsonType, fault.Truncate);
        }
        else if (fault.Body is { } body)
        {
            var type = fault.ContentType ?? (body.TrimStart() is ['{' or '[', ..] ? JsonType : HtmlType);
            await SendAsync(context, Encoding.UTF8.GetBytes(body), type, fault.Truncate);
        }

        return true;
    }

    private static void Reset(HttpContext context)
    {
        // Closing without lingering resets the connection.
        if (context.Features.Get<IConnectionSocketFeature>() is { } connection)
        {
            connection.Socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }

        context.Abort();
    }

    private void SetHead(HttpContext context, int status, IReadOnlyDictionary<string, string>? headers = null)
    {
        context.Response.StatusCode = status;
        // By the org's clock, from which a client can tell that its own is wrong.
        context.Response.Headers.Date = HeaderUtilities.FormatDate(org.Time.GetUtcNow());
        foreach (var (name, value) in headers ?? new Dictionary<string, string>())
        {
            context.Response.Headers[name] = value;
        }
    }

    private async Task SendAsync(HttpContext context, Reply reply)
    {
        SetHead(context, reply.Status, reply.Headers);
        if (reply.OwnWords is { } words)
        {
            await SendAsync(context, Encoding.UTF8.GetBytes(words), "text/plain;charset=UTF-8", truncate: false);
        }
        else if (reply.Content is var (type, bytes))
        {
            await SendAsync(context, bytes, type, truncate: false);
        }
        else if (reply.Body is not null)
        {
            context.Response.ContentType = JsonType;
            var connection = context.Response.BodyWriter;
            await using var writer = new Utf8JsonWriter(connection, Reply.JsonOptions);
            await reply.Body(new JsonOutput(writer, connection, context.RequestAborted));
            await writer.FlushAsync(context.RequestAborted);
        }
    }

    private static async Task SendAsync(HttpContext context, ReadOnlyMemory<byte> body, string contentType, bool truncate)
    {
        context.Response.ContentType = contentType;
        if (truncate)
        {
            // Kestrel closes a connection with an incomplete body. An abort could also lose the first half of the body. Half of a
            // compressed body would not be half of the text.
            context.Response.ContentLength = body.Length;
            context.Response.Headers[HeaderNames.ContentEncoding] = "identity";
            body = body[..(body.Length / 2)];
        }

        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }
}
