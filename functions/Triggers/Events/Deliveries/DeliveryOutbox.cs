using System.Security.Cryptography;
using System.Text;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Triggers.Queues;

namespace SalesforceConnector.Triggers.Events.Deliveries;

/// <summary>Puts events on the queue of the function <see cref="DeliverEvent"/>, or keeps them on the poison queue.</summary>
internal sealed class DeliveryOutbox(QueueOutbox queues, EventBlobs blobs) : IEventSink
{
    public async Task SendAsync(EventMessage message, TopicPosition position, CancellationToken cancellationToken) =>
        await queues.EnqueueAsync(DeliverEvent.Operation, (await WrapAsync(message, cancellationToken).ConfigureAwait(false)).ToMessage(), TimeSpan.Zero, cancellationToken)
            .ConfigureAwait(false);

    /// <summary>Keeps an event that was not delivered, for an operator, who can send it to the queue.</summary>
    /// <returns>The message's id on the poison queue.</returns>
    public async Task<string> KeepAsync(EventMessage message, string errorCode, CancellationToken cancellationToken) =>
        await queues.KeepAsync(DeliverEvent.Operation, (await WrapAsync(message, cancellationToken).ConfigureAwait(false)).ToMessage(), errorCode, cancellationToken)
            .ConfigureAwait(false);

    private async Task<Envelope> WrapAsync(EventMessage message, CancellationToken cancellationToken)
    {
        var envelope = Wrap(message);
        return envelope.FitsWithRetries(envelope.ToMessage()) || message.Payload is not { } payload
            ? envelope
            : Wrap(message with { Payload = null, PayloadUrl = await blobs.StoreAsync(message, payload, cancellationToken).ConfigureAwait(false) });
    }

    private static Envelope Wrap(EventMessage message) => new()
    {
        CorrelationId = IdOf(message),
        Payload = new RawJson(message.ToJson()),
        // The result is for nobody's queue.
        RespondAsync = true,
    };

    private static string IdOf(EventMessage message)
    {
        var id = $"{message.Subscription}:{message.EventId}";
        return id.Length <= Envelope.MaxCorrelationIdLength && !id.Any(char.IsControl)
            ? id
            : $"{message.Subscription}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(message.EventId)))}";
    }
}
