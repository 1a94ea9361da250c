using System.IO.Pipelines;
using nietras.SeparatedValues;
using SalesforceConnector.Contracts.Storage;

namespace SalesforceConnector.Salesforce.Bulk.Rows;

/// <summary>Passes a result CSV on to a blob, and counts its rows and errors meanwhile.</summary>
internal sealed class ResultTee : WriteOnlyStream
{
    private const string ErrorColumn = "sf__Error";

    private readonly Stream _destination;
    private readonly Pipe _pipe = new();
    private readonly Task<long> _count;

    public ResultTee(Stream destination, ErrorTally? errors, char delimiter)
    {
        _destination = destination;
        _count = Task.Run(() => CountAsync(_pipe.Reader.AsStream(), errors, delimiter));
    }

    /// <summary>Ends the CSV.</summary>
    /// <returns>The number of its rows.</returns>
    /// <exception cref="InvalidDataException">It is not CSV.</exception>
    public async Task<long> CompleteAsync()
    {
        await _pipe.Writer.CompleteAsync().ConfigureAwait(false);
        return await _count.ConfigureAwait(false);
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await _destination.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        await _pipe.Writer.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
    }

    public override async ValueTask DisposeAsync()
    {
        await _pipe.Writer.CompleteAsync().ConfigureAwait(false);
        await ((Task)_count).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task<long> CountAsync(Stream csv, ErrorTally? errors, char delimiter)
    {
        var rows = 0L;
        try
        {
            var options = Sep.New(delimiter).Reader(options => options with { Unescape = true });
            using var reader = await options.FromAsync(csv).ConfigureAwait(false);
            var column = errors is not null && reader.Header.TryIndexOf(ErrorColumn, out var index) ? index : -1;
            await foreach (var row in reader)
            {
                rows++;
                if (column >= 0)
                {
                    errors!.Add(row[column].ToString());
                }
            }

            return rows;
        }
        catch (Exception e) when (e is not IOException)
        {
            throw new InvalidDataException("A result of a bulk job is not the CSV that Salesforce documents.", e);
        }
        finally
        {
            await csv.DisposeAsync().ConfigureAwait(false);
        }
    }
}
