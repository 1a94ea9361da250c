using System.Buffers;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Salesforce;

namespace SalesforceConnector.Triggers.Http;

/// <summary>Reads request bodies, within the size limit of a payload and the memory limit of all payloads.</summary>
/// <remarks>
/// A body is read to its end before the reply, even if it is rejected. If a reply comes while the Functions host is still
/// forwarding the body, the host sends an empty 500 instead.
/// </remarks>
public sealed class RequestBody(PayloadMemory memory, IOptions<SalesforceOptions> options, TimeProvider time)
{
    /// <summary>The largest body that the Functions host forwards, in bytes.</summary>
    public const int HostLimit = 104_857_600;

    /// <summary>Bodies up to this size need no reservation, so that most calls do not pay for the memory limit.</summary>
    private const int UncountedBytes = 65_536;

    /// <summary>The only supported content encoding.</summary>
    private const string Identity = "identity";

    /// <summary>The time within which a caller must send the body.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);

    /// <summary>A request's body that is a file, of any size that the Functions host forwards; it is not kept in memory.</summary>
    /// <exception cref="ConnectorException">It is too large, or compressed.</exception>
    internal static Stream OpenFile(HttpRequest request)
    {
        RefuseEncoding(request);
        if (request.ContentLength > HostLimit)
        {
            throw FileTooLarge(cause: null);
        }

        RaiseServersLimit(request);
        return request.Body;
    }

    /// <summary>The problem of a body, a file, that could not be read to its end.</summary>
    internal static ConnectorException Unreadable(BadHttpRequestException e) =>
        e.StatusCode == StatusCodes.Status413PayloadTooLarge ? FileTooLarge(e) : Unreadable(e.StatusCode, e.Message, e);

    /// <summary>The problem of a file that is too large for the way in which it was sent.</summary>
    internal static ConnectorException FileTooLarge(string member, string detail, Exception? cause) =>
        new(
            Problem.Create(
                ProblemKind.InvalidPayload, StatusCodes.Status413PayloadTooLarge, [new SalesforceError(detail, ErrorCodes.PayloadTooLarge, [member])], detail),
            cause);

    private static ConnectorException FileTooLarge(Exception? cause) => FileTooLarge(
        "body", $"The file is larger than {HostLimit} bytes, the largest body that Azure Functions takes: put it into a blob and send contentUrl.", cause);

    /// <summary>Reads a payload. Its memory is reserved until the request ends.</summary>
    /// <returns>The payload's text, checked by <see cref="PayloadScan"/>.</returns>
    /// <exception cref="ConnectorException">The payload is too large or not valid, or there is not enough memory for it.</exception>
    internal async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, JsonTypeInfo type, CancellationToken cancellationToken)
    {
        RefuseEncoding(request);
        var limit = options.Value.MaxPayloadBytes;
        if (request.ContentLength > limit)
        {
            throw TooLarge(limit);
        }

        RaiseServersLimit(request);
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            var first = new byte[request.ContentLength <= UncountedBytes ? (int)request.ContentLength : UncountedBytes];
            var read = await ReadAsync(request, first, either.Token).ConfigureAwait(false);
            if (read < first.Length || request.ContentLength == read)
            {
                return PayloadReader.WithoutByteOrderMark(first.AsMemory(0, read));
            }

            // The length of a chunked body is unknown, so the limit is reserved.
            var reservation = await memory.ReserveAsync(request.ContentLength ?? limit, either.Token).ConfigureAwait(false);
            request.HttpContext.Response.RegisterForDispose(reservation);
            var body = await ReadAsync(request, first, reservation, limit, either.Token).ConfigureAwait(false);
            // Check before copying it into one block.
            PayloadReader.Scan(body, type);
            ReadOnlyMemory<byte> whole = body.ToArray();
            reservation.ReturnBlocks();
            return PayloadReader.WithoutByteOrderMark(whole);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw Unreadable(StatusCodes.Status408RequestTimeout, $"it was not complete after {Patience.TotalSeconds} s", null);
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw TooLarge(limit);
        }
        catch (BadHttpRequestException e)
        {
            throw Unreadable(e.StatusCode, e.Message, e);
        }
    }

    /// <summary>Reads the rest of a body and discards it.</summary>
    internal async Task DiscardAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        RaiseServersLimit(request);
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        var block = ArrayPool<byte>.Shared.Rent(UncountedBytes);
        try
        {
            while (await request.Body.ReadAsync(block, either.Token).ConfigureAwait(false) > 0)
            {
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The body exceeds the host's limit, is malformed, or stalls. The caller still gets its reply.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    private static async Task<ReadOnlySequence<byte>> ReadAsync(
        HttpRequest request, byte[] first, PayloadMemory.Reservation reservation, int limit, CancellationToken cancellationToken)
    {
        var begin = new Segment(first);
        var end = begin;
        int read;
        do
        {
            var block = reservation.NextBlock();
            read = await ReadAsync(request, block, cancellationToken).ConfigureAwait(false);
            end = end.Append(block.AsMemory(0, read));
            if (end.RunningIndex + read > limit)
            {
                throw TooLarge(limit);
            }
        }
        while (read == PayloadMemory.BlockBytes);
        return new ReadOnlySequence<byte>(begin, 0, end, read);
    }

    private static ValueTask<int> ReadAsync(HttpRequest request, byte[] block, CancellationToken cancellationToken) =>
        request.Body.ReadAtLeastAsync(block, block.Length, throwOnEndOfStream: false, cancellationToken);

    // A small compressed body could expand beyond all limits.
    private static void RefuseEncoding(HttpRequest request)
    {
        var encodings = request.Headers.ContentEncoding.ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (Array.Find(encodings, encoding => !encoding.Equals(Identity, StringComparison.OrdinalIgnoreCase)) is { } other)
        {
            // RFC 9110, section 15.5.16: the reply lists the supported encodings.
            request.HttpContext.Response.Headers.AcceptEncoding = Identity;
            throw new ConnectorException(Problem.Create(
                ProblemKind.InvalidPayload,
                StatusCodes.Status415UnsupportedMediaType,
                ErrorCodes.InvalidHeader,
                $"The header Content-Encoding must be {Identity} or absent; got {Quote.Value(other)}: send the payload uncompressed."));
        }
    }

    // Kestrel's default is 30,000,000 bytes; above it, Kestrel would reply without a problem.
    private static void RaiseServersLimit(HttpRequest request)
    {
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
        {
            feature.MaxRequestBodySize = HostLimit;
        }
    }

    private static ConnectorException TooLarge(int limit) =>
        new(Problem.Create(
            ProblemKind.InvalidPayload,
            StatusCodes.Status413PayloadTooLarge,
            ErrorCodes.PayloadTooLarge,
            $"The payload is larger than {limit} bytes (Salesforce__MaxPayloadBytes)."));

    private static ConnectorException Unreadable(int status, string why, Exception? cause) =>
        new(Problem.Create(ProblemKind.InvalidPayload, status, ErrorCodes.InvalidJson, $"The payload could not be read: {why}"), cause);

    /// <summary>A segment of a body.</summary>
    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory) => Memory = memory;

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory) { RunningIndex = RunningIndex + Memory.Length };
            Next = next;
            return next;
        }
    }
}
