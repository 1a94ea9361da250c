using System.Net.Mime;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Azure.Storage.Queues;
using Azure.Storage.Sas;
using SalesforceConnector.Triggers.Queues;

namespace LocalHost;

/// <summary>The calls of the steps. Prints each request and reply.</summary>
/// <param name="key">The function key, if one is required.</param>
/// <param name="org">The simulated org.</param>
internal sealed class PassCalls(FunctionsHost functions, string? key, Uri org, LocalStorage storage, TextWriter output) : IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan SignatureLifetime = TimeSpan.FromHours(1);

    // The time after which results for others become visible again.
    private static readonly TimeSpan Hidden = TimeSpan.FromSeconds(1);

    private readonly HttpClient _client = new();
    private readonly PassPrinter _printer = new(output);

    /// <summary>Why there are no queues; <see langword="null"/> if there are.</summary>
    public string? NoQueues => storage.Unavailable;

    /// <returns>The URL of a function; <see langword="null"/> if it does not exist.</returns>
    public Uri? Find(string function) =>
        functions.Functions.FirstOrDefault(candidate => candidate.Name == function) is { } found ? new Uri(functions.BaseUrl, found.Route) : null;

    public Task<PassReply> PostAsync(
        Uri url, string payload, CancellationToken cancellationToken, params (string Name, string? Value)[] headers) =>
        SendAsync(HttpMethod.Post, url, payload, MediaTypeNames.Application.Json, [("x-functions-key", key), .. headers], cancellationToken);

    public Task<PassReply> PostToOrgAsync(string path, string payload, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, new Uri(org, path), payload, MediaTypeNames.Application.Json, [], cancellationToken);

    /// <param name="url">Can be relative to the host.</param>
    public Task<PassReply> GetAsync(Uri url, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, new Uri(functions.BaseUrl, url), null, null, [("x-functions-key", key)], cancellationToken);

    /// <summary>Puts a message on an operation's queue as any HTTP client can, with a SAS token in the URL.</summary>
    public Task<PassReply> EnqueueAsync(string operation, string message, CancellationToken cancellationToken)
    {
        var queue = new QueueClient(storage.ConnectionString, OperationQueues.NameOf(operation));
        var url = new UriBuilder(queue.GenerateSasUri(QueueSasPermissions.Add, TimeProvider.System.GetUtcNow() + SignatureLifetime));
        url.Path += "/messages";
        return SendAsync(
            HttpMethod.Post,
            url.Uri,
            new XElement("QueueMessage", new XElement("MessageText", message)).ToString(SaveOptions.DisableFormatting),
            MediaTypeNames.Application.Xml,
            [],
            cancellationToken);
    }

    /// <summary>Waits for a result, deletes it from its queue and prints it.</summary>
    /// <returns><see langword="null"/> if it does not arrive in time.</returns>
    public async Task<JsonObject?> ReceiveResultAsync(string correlationId, CancellationToken cancellationToken)
    {
        var queue = new QueueClient(storage.ConnectionString, storage.Queues.Results);
        for (var patience = new PassPatience(); patience.HasTimeLeft;)
        {
            var messages = await queue.ReceiveMessagesAsync(queue.MaxPeekableMessages, Hidden, cancellationToken);
            foreach (var message in messages.Value)
            {
                if (Parse(message.MessageText) is JsonObject result && (string?)result["correlationId"] == correlationId)
                {
                    await queue.DeleteMessageAsync(message.MessageId, message.PopReceipt, cancellationToken);
                    await _printer.PrintAsync(storage.Queues.Results, result);
                    return result;
                }
            }

            await Task.Delay(Look, TimeProvider.System, cancellationToken);
        }

        return null;
    }

    public void Dispose() => _client.Dispose();

    private async Task<PassReply> SendAsync(
        HttpMethod method,
        Uri url,
        string? content,
        string? contentType,
        IEnumerable<(string Name, string? Value)> headers,
        CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, url);
        request.Content = content is null ? null : new StringContent(content, Encoding.UTF8, contentType!);
        foreach (var (name, value) in headers)
        {
            if (value is not null)
            {
                request.Headers.Add(name, value);
            }
        }

        await _printer.PrintAsync(request, content);
        using var reply = await _client.SendAsync(request, cancellationToken);
        var text = await reply.Content.ReadAsStringAsync(cancellationToken);
        var body = Parse(text);
        await _printer.PrintAsync(reply, text, body);
        return new PassReply((int)reply.StatusCode, body) { Location = reply.Headers.Location, RetryAfter = reply.Headers.RetryAfter?.Delta };
    }

    private static JsonNode? Parse(string text)
    {
        try
        {
            return text.Length == 0 ? null : JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            // Printed unchanged. The step's check then fails.
            return null;
        }
    }
}
