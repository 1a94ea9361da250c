using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using SalesforceSimulator;

namespace Faults;

/// <summary>
/// Spoilt payloads of all operations, most by HTTP and a tenth by queue: each is answered, none by an internal error, no
/// request to the org leaves its REST API, and no answer or line of the log has a secret or a token in it.
/// </summary>
internal sealed partial class HostileRun(Storage storage, int payloads, int seed, TextWriter output)
{
    private const int Callers = 32;
    private const int MaxBatch = 32;
    private const int MaxMessage = 48 << 10;
    private const int QueueShare = 10;
    private const int ShownComplaints = 20;
    private const string Secret = "local-client-secret";

    private static readonly string[] Roots = ["/services/data/v", "/services/apexrest/"];

    // What fails is not tried again: it is the answers that count.
    private static readonly string[] Settings = ["Salesforce__MaxRetries=0", "Queues__RetryFor=00:00:00"];

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<int, int> _statuses = new();
    private readonly ConcurrentBag<string> _complaints = [];

    /// <returns>Whether nothing is to be complained of.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        await using var org = await Simulator.StartAsync(cancellationToken: cancellationToken);
        org.SetDailyLimit(int.MaxValue);
        await using var functions = new Functions(storage.ConnectionString, org.BaseUrl) { Settings = Settings, OnLine = LookForSecrets };
        functions.Start();
        using var client = new HttpClient { BaseAddress = functions.BaseUrl };
        var samples = Sample.Read(await ReadOpenApiAsync(client, cancellationToken));
        var queued = payloads / QueueShare;
        await output.WriteLineAsync($"{payloads - queued} spoilt payloads by HTTP and {queued} by queue, of {samples.Count} samples, seed {seed}");

        await PostAsync(client, Spoil(samples, seed, payloads - queued), cancellationToken);
        var results = await EnqueueAsync(SpoilMessages(samples, seed + 1, queued), queued, cancellationToken);

        // Callers' own requests may ask for what the org does not serve, within the REST API and Apex.
        foreach (var request in org.UnexpectedRequests.Where(request => !Roots.Any(root => request.Path.StartsWith(root, StringComparison.Ordinal))))
        {
            Complain($"the org was asked {request.Method} {request.Path}, which is outside its REST API");
        }

        await output.WriteLineAsync(
            $"  by HTTP: {string.Join(", ", _statuses.OrderBy(status => status.Key).Select(status => $"{status.Key}: {status.Value}"))}");
        await output.WriteLineAsync($"  by queue: {queued} messages, {results} results; requests to the org besides logins: {org.Stats.Calls}");
        foreach (var complaint in _complaints.Take(ShownComplaints))
        {
            await output.WriteLineAsync($"  {complaint}");
        }

        await output.WriteLineAsync(_complaints.IsEmpty ? "  nothing to complain of" : $"  {_complaints.Count} COMPLAINTS");
        return _complaints.IsEmpty;
    }

    private static async Task<JsonNode> ReadOpenApiAsync(HttpClient client, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return JsonNode.Parse(await client.GetStringAsync(new Uri("openapi.json", UriKind.Relative), cancellationToken))!;
            }
            catch (HttpRequestException exception) when (exception.HttpRequestError == HttpRequestError.ConnectionError)
            {
                await Task.Delay(Look, TimeProvider.System, cancellationToken);
            }
        }
    }

    // One after the other, so that the same seed makes the same payloads.
    private static IEnumerable<(string Route, byte[] Payload)> Spoil(IReadOnlyList<Sample> samples, int seed, int count)
    {
        var mutator = new Mutator(seed);
        return Enumerable.Range(0, count).Select(i => (samples[i % samples.Count].Route, mutator.Mutate(samples[i % samples.Count].Payload)));
    }

    private static IEnumerable<(string Queue, string Message)> SpoilMessages(IReadOnlyList<Sample> samples, int seed, int count)
    {
        var mutator = new Mutator(seed);
        for (var i = 0; i < count; i++)
        {
            var sample = samples[i % samples.Count];
            var envelope = $$"""{"correlationId":"hostile-{{i}}","payload":{{sample.Payload}}}""";
            string message;
            do
            {
                // No producer can send what XML cannot have, nothing at all, or more than a message holds.
                message = string.Concat(mutator.MutateMessage(envelope).Where(c => XmlConvert.IsXmlChar(c) || char.IsSurrogate(c)));
            }
            while (message.Length is 0 or > MaxMessage || message.Trim().Length == 0);
            yield return (sample.Queue, message);
        }
    }

    private async Task PostAsync(HttpClient client, IEnumerable<(string Route, byte[] Payload)> requests, CancellationToken cancellationToken) =>
        await Parallel.ForEachAsync(
            requests,
            new ParallelOptions { MaxDegreeOfParallelism = Callers, CancellationToken = cancellationToken },
            async (request, cancellation) =>
            {
                using var content = new ByteArrayContent(request.Payload);
                content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                try
                {
                    using var response = await client.PostAsync(new Uri(request.Route, UriKind.Relative), content, cancellation);
                    var body = await response.Content.ReadAsStringAsync(cancellation);
                    _statuses.AddOrUpdate((int)response.StatusCode, 1, (_, count) => count + 1);
                    LookForSecrets(body);
                    CheckAnswer(request, (int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, body);
                }
                catch (HttpRequestException exception)
                {
                    Complain($"{request.Route} was not answered: {exception.Message}; {Text(request.Payload)}");
                }
            });

    private void CheckAnswer((string Route, byte[] Payload) request, int status, string? type, string body)
    {
        if (status < 400)
        {
            return;
        }

        var problem = type == "application/problem+json" ? JsonNode.Parse(body) : null;
        if ((int?)problem?["status"] != status || (string?)problem?["errorCode"] is null or "INTERNAL_ERROR")
        {
            Complain($"{request.Route} was answered {status} {body}; {Text(request.Payload)}");
        }
    }

    /// <returns>How many results came.</returns>
    private async Task<int> EnqueueAsync(IEnumerable<(string Queue, string Message)> messages, int count, CancellationToken cancellationToken)
    {
        var queues = new QueueServiceClient(storage.ConnectionString);
        var sending = Parallel.ForEachAsync(
            messages,
            new ParallelOptions { MaxDegreeOfParallelism = MaxBatch / 4, CancellationToken = cancellationToken },
            async (message, cancellation) => await queues.GetQueueClient(message.Queue).SendMessageAsync(message.Message, cancellation));

        var results = queues.GetQueueClient("salesforce-results");
        var came = 0;
        var progress = TimeProvider.System.GetTimestamp();
        while (came < count && TimeProvider.System.GetElapsedTime(progress) < Patience)
        {
            var taken = await TakeAsync(results, cancellationToken);
            came += taken;
            if (taken > 0)
            {
                progress = TimeProvider.System.GetTimestamp();
            }
            else
            {
                await Task.Delay(Look, TimeProvider.System, cancellationToken);
            }
        }

        await sending;
        // One more than there should be would come now.
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, cancellationToken);
        came += await TakeAsync(results, cancellationToken);
        if (came != count)
        {
            Complain($"{count} messages had {came} results");
        }

        return came;
    }

    private async Task<int> TakeAsync(QueueClient results, CancellationToken cancellationToken)
    {
        QueueMessage[] batch = await results.ReceiveMessagesAsync(MaxBatch, cancellationToken: cancellationToken);
        await Task.WhenAll(batch.Select(message => results.DeleteMessageAsync(message.MessageId, message.PopReceipt, cancellationToken)));
        foreach (var message in batch)
        {
            LookForSecrets(message.MessageText);
            if ((string?)JsonNode.Parse(message.MessageText)!["error"]?["errorCode"] is "INTERNAL_ERROR" or "MESSAGE_POISONED")
            {
                Complain($"a message came to {message.MessageText}");
            }
        }

        return batch.Length;
    }

    private void LookForSecrets(string text)
    {
        if (text.Contains(Secret, StringComparison.Ordinal) || Token().IsMatch(text))
        {
            Complain($"there is a secret in: {text}");
        }
    }

    private void Complain(string complaint) => _complaints.Add(complaint.Length <= 1_000 ? complaint : complaint[..1_000] + "…");

    private static string Text(byte[] payload) => JsonSerializer.Serialize(System.Text.Encoding.UTF8.GetString(payload));

    // The simulator's tokens begin like those of Salesforce: the org's id and an exclamation mark.
    [GeneratedRegex("00D[A-Za-z0-9]{12,15}!")]
    private static partial Regex Token();
}
