using System.Globalization;
using System.Security.Cryptography;

namespace LocalHost;

/// <summary>A storage account of a running Azurite.</summary>
/// <param name="ConnectionString">For any storage client, and for the app setting <c>Storage</c>.</param>
public sealed record AzuriteAccount(string Name, string ConnectionString)
{
    // Azurite's well-known default account, which tools such as Storage Explorer use.
    private const string DevelopmentName = "devstoreaccount1";
    private const string DevelopmentKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private const int KeyBytes = 64;

    /// <returns>New account names and keys to start Azurite with.</returns>
    internal static IReadOnlyDictionary<string, string> NewKeys(int count) =>
        count == 0
            ? new Dictionary<string, string> { [DevelopmentName] = DevelopmentKey }
            : Enumerable.Range(1, count).ToDictionary(
                number => string.Create(CultureInfo.InvariantCulture, $"account{number}"),
                _ => Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes)));

    internal static AzuriteAccount Create(string name, string key, AzuriteEndpoints endpoints) => new(
        name,
        $"DefaultEndpointsProtocol=http;AccountName={name};AccountKey={key};"
        + $"BlobEndpoint={new Uri(endpoints.Blob, name)};QueueEndpoint={new Uri(endpoints.Queue, name)};TableEndpoint={new Uri(endpoints.Table, name)};");
}
