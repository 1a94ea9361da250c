using SalesforceConnector.Salesforce.Bodies;
using SalesforceConnector.Salesforce.Client;

namespace SalesforceConnector.Operations.Collections;

/// <summary>Joins the arrays of several replies. Writes one while the next is being fetched.</summary>
/// <param name="get">Gets the complete reply with an index.</param>
internal sealed class JoinedArrays(SalesforceReply first, int count, Func<int, CancellationToken, Task<SalesforceReply>> get) : ReplyBody
{
    public override long? Length => null;

    public override async Task CopyToAsync(
        Stream destination, TimeSpan stallTimeout, TimeProvider time, CancellationToken cancellationToken)
    {
        await destination.WriteAsync("["u8.ToArray(), cancellationToken).ConfigureAwait(false);
        var reply = first;
        for (var i = 0; i < count; i++)
        {
            var following = i + 1;
            await using var next = following < count
                ? new Prefetch<SalesforceReply>(cancellation => get(following, cancellation), cancellationToken)
                : null;
            using (reply)
            {
                if (i > 0)
                {
                    await destination.WriteAsync(","u8.ToArray(), cancellationToken).ConfigureAwait(false);
                }

                await destination.WriteAsync(Inside(reply.Bytes), cancellationToken).ConfigureAwait(false);
            }

            if (next is not null)
            {
                reply = await next.TakeAsync().ConfigureAwait(false);
            }
        }

        await destination.WriteAsync("]"u8.ToArray(), cancellationToken).ConfigureAwait(false);
    }

    public override void Dispose() => first.Dispose();

    private static ReadOnlyMemory<byte> Inside(ReadOnlyMemory<byte> array)
    {
        var text = array.Span.Trim(" \t\r\n"u8);
        if (text is not [(byte)'[', .., (byte)']'])
        {
            throw new IOException("Salesforce's reply is not an array of records.");
        }

        array.Span.Overlaps(text, out var start);
        return array.Slice(start + 1, text.Length - 2);
    }
}
