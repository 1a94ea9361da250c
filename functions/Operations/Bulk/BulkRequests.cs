using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Triggers.Http;

namespace SalesforceConnector.Operations.Bulk;

/// <summary>
/// HTTP requests with more rows than a queue message can take. The rows go to a blob, which the payload then names as its
/// source.
/// </summary>
public sealed class BulkRequests(RequestBody body, BulkContainer container)
{
    // Well below the limit of a queue message, in which some characters take several bytes.
    private const int MaxInline = 8 << 10;

    /// <param name="key">The request's idempotency key: the same rows with it go to the same blob.</param>
    /// <returns>The payload, with a source instead of many rows.</returns>
    internal async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, string? key, CancellationToken cancellationToken)
    {
        var type = OperationJson.Default.BulkWritePayload;
        var json = await body.ReadAsync(request, type, cancellationToken).ConfigureAwait(false);
        if (json.Length <= MaxInline)
        {
            return json;
        }

        var payload = PayloadReader.Read(json, type);
        var rows = payload switch
        {
            { Records: { } records } => records.Lines,
            { Csv: { } csv } => Encoding.UTF8.GetBytes(csv),
            _ => null,
        };
        if (rows is null)
        {
            return json;
        }

        var name = await StoreAsync(rows, key, payload.Csv is null ? "jsonl" : "csv", cancellationToken).ConfigureAwait(false);
        var rest = JsonSerializer.SerializeToNode(payload with { Records = null, Csv = null, Source = BulkSource.Parse(name) }, type)!;
        return Encoding.UTF8.GetBytes(((JsonObject)rest).ToJsonString());
    }

    private async Task<string> StoreAsync(byte[] rows, string? key, string extension, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(key ?? $"{Guid.NewGuid():N}"));
        hash.AppendData([0]);
        hash.AppendData(rows);
        var name = string.Create(
            CultureInfo.InvariantCulture, $"requests/{Convert.ToHexStringLower(hash.GetHashAndReset())}.{extension}");
        if (key is not null && await container.FindAsync(name, cancellationToken).ConfigureAwait(false) is not null)
        {
            // Written over, it would be another version, which a running operation does not read.
            return name;
        }

        await container.WriteAsync(
            name,
            extension == "csv" ? "text/csv" : "application/jsonl",
            async (stream, cancellation) => await stream.WriteAsync(rows, cancellation).ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);
        return name;
    }
}
