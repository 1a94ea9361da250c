using System.Buffers;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Salesforce;

namespace SalesforceConnector.Triggers.Http;

/// <summary>Reads the bodies of HTTP calls, within the limits of one payload and of all together.</summary>
/// <remarks>
/// A body is read to its end before the call is answered, even if nothing of it is kept: the Functions host is still
/// forwarding it, and makes an empty 500 of an answer that comes before the rest has been read.
/// </remarks>
public sealed class RequestBody(PayloadMemory memory, IOptions<SalesforceOptions> options, TimeProvider time)
{
    /// <summary>The largest body that the Functions host forwards, in bytes.</summary>
    public const int HostLimit = 104_857_600;

    /// <summary>Bodies up to this size are not counted: most calls, which pay nothing for the limit.</summary>
    private const int UncountedBytes = 65_536;

    /// <summary>The only content encoding that is taken.</summary>
    private const string Identity = "identity";

    /// <summary>How long a caller may take to send a body.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);

    /// <summary>Reads a payload. The memory that it takes is reserved until the request ends.</summary>
    /// <returns>The payload's text, which has been looked through by <see cref="PayloadScan"/>.</returns>
    /// <exception cref="ConnectorException">It is too large, there is no room for it, or it cannot be read.</exception>
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

            // Nobody knows how long a chunked body will be.
            var reservation = await memory.ReserveAsync(request.ContentLength ?? limit, either.Token).ConfigureAwait(false);
            request.HttpContext.Response.RegisterForDispose(reservation);
            var body = await ReadAsync(request, first, reservation, limit, either.Token).ConfigureAwait(false);
            // Before there is a second copy of it, in one piece.
            PayloadReader.Scan(body, type);
            ReadOnlyMemory<byte> whole = body.ToArray();
            reservation.ReturnBlocks();
            return PayloadReader.WithoutByteOrderMark(whole);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw Unreadable(StatusCodes.Status408RequestTimeout, $"it was not there within {Patience.TotalSeconds} s", null);
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

    /// <summary>Reads what is left of a body and keeps none of it.</summary>
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
            // It is longer than the host's limit, malformed, or stands still; the call has its answer all the same.
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

    // A payload is small beside what a compressed one could become.
    private static void RefuseEncoding(HttpRequest request)
    {
        var encodings = request.Headers.ContentEncoding.ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (Array.Find(encodings, encoding => !encoding.Equals(Identity, StringComparison.OrdinalIgnoreCase)) is { } other)
        {
            // RFC 9110, section 15.5.16: it tells what would have been taken.
            request.HttpContext.Response.Headers.AcceptEncoding = Identity;
            throw new ConnectorException(Problem.Create(
                ProblemKind.InvalidPayload,
                StatusCodes.Status415UnsupportedMediaType,
                ErrorCodes.InvalidHeader,
                $"The header Content-Encoding must be {Identity} or absent; got {Quote.Value(other)}: send the payload uncompressed."));
        }
    }

    // The server's own is 30,000,000 bytes, over which it would answer without a problem.
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
        new(Problem.Create(ProblemKind.InvalidPayload, status, ErrorCodes.InvalidJson, $"The payload cannot be read: {why}"), cause);

    /// <summary>A block of a body.</summary>
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
