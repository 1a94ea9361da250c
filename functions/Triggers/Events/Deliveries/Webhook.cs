using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace SalesforceConnector.Triggers.Events.Deliveries;

/// <summary>Delivers events by POST with a signature, in the form that Camunda's webhook connector checks.</summary>
/// <remarks>
/// Camunda documentation, "HTTP Webhook connector", HMAC. With the scopes <c>timestamp</c> and <c>body</c>, the signed text is the value
/// of the timestamp header, a colon and the body; with the scope <c>body</c> alone, which older versions have, it is the body.
/// </remarks>
internal sealed class Webhook(Uri url, CachedValue secret, TimeSpan timeout, ReceiverClient client, TimeProvider time) : IReceiver
{
    /// <summary>When the request was signed, in seconds since 1970.</summary>
    public const string TimestampHeader = "x-connector-timestamp";

    /// <summary>The signature over timestamp and body.</summary>
    public const string SignatureHeader = "x-connector-signature";

    /// <summary>The signature over the body.</summary>
    public const string BodySignatureHeader = "x-connector-body-signature";

    public async Task DeliverAsync(EventMessage message, CancellationToken cancellationToken)
    {
        var body = message.ToJson();
        var key = await secret.GetAsync(cancellationToken).ConfigureAwait(false);
        using var request = Sign(body, key);
        await client.SendAsync(
            request,
            timeout,
            (response, _) =>
            {
                if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
                {
                    // It may have been rotated.
                    secret.Forget(key);
                }

                return response.IsSuccessStatusCode ? Task.FromResult(true) : throw DeliveryProblems.Of(response, time.GetUtcNow());
            },
            cancellationToken).ConfigureAwait(false);
    }

    private HttpRequestMessage Sign(byte[] body, string secret)
    {
        var key = Encoding.UTF8.GetBytes(secret);
        var timestamp = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add(TimestampHeader, timestamp);
        request.Headers.Add(SignatureHeader, SignatureOf([.. Encoding.ASCII.GetBytes(timestamp), (byte)':', .. body], key));
        request.Headers.Add(BodySignatureHeader, SignatureOf(body, key));
        return request;
    }

    private static string SignatureOf(byte[] text, byte[] key) => $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(key, text))}";
}
