using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Encodings.Web;
using System.Text.Json;
using SalesforceConnector.Salesforce.Events;

namespace SalesforceConnector.Triggers.Events.Deliveries;

/// <summary>Publishes events as messages to a Camunda 8 cluster, which drops a message id that it knows.</summary>
/// <remarks>Camunda Orchestration Cluster REST API, "Publish message".</remarks>
/// <param name="url">The cluster's REST API, without <c>/v2</c>.</param>
/// <param name="token">The access token; <see langword="null"/> for a cluster that wants none.</param>
internal sealed class CamundaMessages(Uri url, DeliveryOptions options, CachedValue? token, ReceiverClient client, TimeProvider time) : IReceiver
{
    /// <summary>The process variable with the event.</summary>
    public const string Variable = "salesforceEvent";

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Uri _publication = new($"{url.AbsoluteUri.TrimEnd('/')}/v2/messages/publication");
    private readonly EventPath? _key = options.CorrelationKey is { } path ? EventPath.TryParse(path) : null;

    public async Task DeliverAsync(EventMessage message, CancellationToken cancellationToken)
    {
        var body = Write(message);
        var bearer = token is null ? null : await token.GetAsync(cancellationToken).ConfigureAwait(false);
        if (!await PublishAsync(body, bearer, cancellationToken).ConfigureAwait(false))
        {
            // The token has ended before its time; another one may do.
            token!.Forget(bearer!);
            await PublishAsync(body, await token.GetAsync(cancellationToken).ConfigureAwait(false), cancellationToken, isSecond: true).ConfigureAwait(false);
        }
    }

    /// <returns>Whether the cluster has the message; false if it refuses the first token.</returns>
    private async Task<bool> PublishAsync(byte[] body, string? bearer, CancellationToken cancellationToken, bool isSecond = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _publication);
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (bearer is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        }

        return await client.SendAsync(
            request,
            options.Timeout,
            (response, _) => response.StatusCode switch
            {
                // The message id is known: an earlier attempt has published it.
                HttpStatusCode.Conflict => Task.FromResult(true),
                HttpStatusCode.Unauthorized when bearer is not null && !isSecond => Task.FromResult(false),
                _ => response.IsSuccessStatusCode ? Task.FromResult(true) : throw DeliveryProblems.Of(response, time.GetUtcNow()),
            },
            cancellationToken).ConfigureAwait(false);
    }

    private byte[] Write(EventMessage message)
    {
        var json = message.ToJson();
        var body = new ArrayBufferWriter<byte>(json.Length + 512);
        using (var writer = new Utf8JsonWriter(body, Readable))
        {
            writer.WriteStartObject();
            writer.WriteString("name", options.Message);
            writer.WriteString("correlationKey", KeyOf(message, json));
            writer.WriteNumber("timeToLive", (long)options.TimeToLive.TotalMilliseconds);
            writer.WriteString("messageId", message.EventId);
            writer.WriteStartObject("variables");
            writer.WritePropertyName(Variable);
            writer.WriteRawValue(json, skipInputValidation: true);
            writer.WriteEndObject();
            if (options.Tenant is not null)
            {
                writer.WriteString("tenantId", options.Tenant);
            }

            writer.WriteEndObject();
        }

        return body.WrittenSpan.ToArray();
    }

    private string KeyOf(EventMessage message, byte[] json)
    {
        if (_key is null)
        {
            return "";
        }

        using var document = JsonDocument.Parse(json);
        // What the connector says of its own, and what Salesforce does not describe, has no key of a record.
        return _key.Find(document.RootElement)
            ?? (message.Type is EventTypes.Lost or EventTypes.Overflow or EventTypes.Unreadable ? "" : throw DeliveryProblems.MissingKey(_key.ToString()));
    }
}
