using System.Globalization;
using System.Text;
using Azure.Storage.Blobs;

namespace Faults;

/// <summary>The rows to write, in a blob of the connector's container: each hundredth is one that the org refuses.</summary>
internal sealed class BulkRows(string connectionString, int count, string blob = "imports/rows.csv")
{
    public const string Header = "Name,Phone,Description,NumberOfEmployees\n";

    private const int RefusedOne = 100;

    private readonly BlobContainerClient _container = new(connectionString, "salesforce-bulk");

    public int Count => count;

    public int Refused => count / RefusedOne;

    public BlobClient Client => _container.GetBlobClient(blob);

    /// <returns>The number of bytes.</returns>
    public async Task<long> WriteAsync(CancellationToken cancellationToken)
    {
        await _container.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        await using var stream = await Client.OpenWriteAsync(overwrite: true, cancellationToken: cancellationToken);
        var text = new StringBuilder(Header);
        for (var i = 0; i < count; i++)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"Company {i},+49 30 {i:D8},\"Row {i}, written once\",{(i % RefusedOne == RefusedOne - 1 ? -1 : i)}\n");
            if (text.Length > 1 << 20 || i == count - 1)
            {
                await stream.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()), cancellationToken);
                text.Clear();
            }
        }

        return stream.Position;
    }
}
