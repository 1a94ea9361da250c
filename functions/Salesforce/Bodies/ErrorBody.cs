using System.Text;
using SalesforceConnector.Contracts.Json;

namespace SalesforceConnector.Salesforce.Bodies;

/// <summary>Reads the whole body of an error or login reply, up to 1 MiB.</summary>
internal static class ErrorBody
{
    public const int MaxBytes = 1 << 20;

    private const int MaxQuotedBytes = 2 << 10;
    private const int ShortestSecret = 8;

    /// <param name="secret">The request's credential. It is redacted, in case the body echoes it.</param>
    /// <returns>The body, cut at 1 MiB; if the connection fails, the part received so far.</returns>
    public static async Task<byte[]> ReadAsync(Stream stream, string secret, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        var buffer = new byte[4_096];
        try
        {
            int read;
            while (body.Length < MaxBytes
                && (read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                body.Write(buffer, 0, (int)Math.Min(read, MaxBytes - body.Length));
            }
        }
        catch (Exception e) when (ReplyBody.IsBroken(e))
        {
            // The status is valid without the rest of the body.
        }

        return Redact(body.ToArray(), secret);
    }

    /// <summary>Quotes the body, at most 2 KiB.</summary>
    public static string Describe(ReadOnlySpan<byte> body) => Quote.Body(body, MaxQuotedBytes);

    // Replaces the secret in its plain and its form-encoded notation.
    private static byte[] Redact(byte[] body, string secret)
    {
        if (secret.Length < ShortestSecret)
        {
            return body;
        }

        foreach (var form in new[] { secret, Uri.EscapeDataString(secret) })
        {
            if (body.AsSpan().IndexOf(Encoding.UTF8.GetBytes(form)) >= 0)
            {
                body = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(body).Replace(form, "(secret)", StringComparison.Ordinal));
            }
        }

        return body;
    }
}
