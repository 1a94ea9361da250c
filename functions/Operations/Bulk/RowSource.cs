using System.Text;
using Azure;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Storage;
using SalesforceConnector.Salesforce.Bulk.Rows;
using SalesforceConnector.Triggers;

namespace SalesforceConnector.Operations.Bulk;

/// <summary>The rows of a bulk write, in the payload or in a blob.</summary>
public sealed class RowSource(BulkContainer container)
{
    /// <summary>Looks at the rows before the first job is made.</summary>
    /// <exception cref="ConnectorException">They cannot be written, or Storage does not answer.</exception>
    internal async Task<WriteProgress> PrepareAsync(BulkWritePayload payload, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (payload.Records is { } records)
        {
            return OfRecords(new JsonParts(payload.ObjectType.ToString(), "records").Survey(records.Lines), records.Lines.Length, version: null, now);
        }

        if (payload.Csv is { } csv)
        {
            var bytes = Encoding.UTF8.GetBytes(csv);
            return OfCsv(CsvHeader.Read(bytes, "csv"), bytes.Length, version: null, now);
        }

        try
        {
            return await PrepareAsync(payload, payload.Source!.ToString(), now, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (StorageConnection.IsFailure(e))
        {
            throw Unavailable(e);
        }
    }

    /// <summary>Copies the rows of the next job.</summary>
    /// <exception cref="ConnectorException">A row cannot be written, or Storage does not answer.</exception>
    internal async Task<JobPart> CopyAsync(
        BulkWritePayload payload, WriteProgress progress, int maxBytes, Stream destination, CancellationToken cancellationToken)
    {
        var source = await OpenAsync(payload, progress, cancellationToken).ConfigureAwait(false);
        await using (source.ConfigureAwait(false))
        {
            try
            {
                var member = payload switch { { Records: not null } => "records", { Csv: not null } => "csv", _ => "source" };
                return progress.Columns is { } columns
                    ? await new JsonParts(payload.ObjectType.ToString(), member).CopyAsync(
                        source, destination, progress.Position, columns, progress.Format, maxBytes, cancellationToken).ConfigureAwait(false)
                    : await CsvParts.CopyAsync(
                        source, destination, progress.Position, Encoding.UTF8.GetBytes(progress.Header!), maxBytes, member, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (StorageConnection.IsFailure(e))
            {
                throw Unavailable(e);
            }
        }
    }

    private async Task<WriteProgress> PrepareAsync(BulkWritePayload payload, string name, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await container.FindAsync(name, cancellationToken).ConfigureAwait(false) is not var (length, version))
        {
            throw Invalid($"names no blob of {container.Url}: there is none, or no longer");
        }

        if (length == 0)
        {
            throw Invalid("must not be empty");
        }

        var head = new byte[Math.Min(length, CsvHeader.HeadBytes)];
        var stream = await container.ReadAsync(name, 0, version, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            await stream.ReadExactlyAsync(head, cancellationToken).ConfigureAwait(false);
        }

        if (!IsJson(head))
        {
            var header = CsvHeader.Read(head, "source");
            payload.CheckColumns(header.Columns, "source");
            return OfCsv(header, length, version, now);
        }

        var records = await container.ReadAsync(name, 0, version, cancellationToken).ConfigureAwait(false);
        await using (records.ConfigureAwait(false))
        {
            var facts = await new JsonParts(payload.ObjectType.ToString(), "source").SurveyAsync(records, cancellationToken).ConfigureAwait(false);
            payload.CheckColumns(facts.Columns, "source");
            return OfRecords(facts, length, version, now);
        }
    }

    private async Task<Stream> OpenAsync(BulkWritePayload payload, WriteProgress progress, CancellationToken cancellationToken)
    {
        if (payload.Source is not { } source)
        {
            return new MemoryStream((payload.Records?.Lines ?? Encoding.UTF8.GetBytes(payload.Csv!))[(int)progress.Position..]);
        }

        if (progress.Position >= progress.Length)
        {
            return Stream.Null;
        }

        try
        {
            return await container.ReadAsync(source.ToString(), progress.Position, new ETag(progress.SourceVersion!), cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412)
        {
            throw new ConnectorException(
                Invalid("must not change while it is written: the blob was deleted or replaced after the first job had been made").Problem, e);
        }
        catch (Exception e) when (StorageConnection.IsFailure(e))
        {
            throw Unavailable(e);
        }
    }

    private static WriteProgress OfCsv(CsvHeader header, long length, ETag? version, DateTimeOffset now) => new()
    {
        Since = now,
        SourceVersion = version?.ToString("H"),
        Length = length,
        Header = Encoding.UTF8.GetString(header.Row),
        Delimiter = header.Format.Delimiter,
        IsCrLf = header.Format.IsCrLf,
        Position = header.Start,
    };

    private static WriteProgress OfRecords(JsonParts.Facts facts, long length, ETag? version, DateTimeOffset now) => new()
    {
        Since = now,
        SourceVersion = version?.ToString("H"),
        Length = length,
        Columns = facts.Columns,
        Delimiter = ',',
        IsCrLf = false,
        NeedsCrLf = facts.HasCrLf,
    };

    // No header row begins like that.
    private static bool IsJson(ReadOnlySpan<byte> head) => head.TrimStart(" \t\r\n"u8) is [(byte)'{', ..];

    private static InvalidPayloadException Invalid(string complaint) => new(ErrorCodes.InvalidMember, "source", complaint);

    private static ConnectorException Unavailable(Exception cause) => new(Problems.StorageUnavailable, cause);
}
