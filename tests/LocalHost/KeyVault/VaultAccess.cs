using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace LocalHost;

/// <summary>How a running local vault is reached by another process of the same user.</summary>
internal sealed record VaultAccess(Uri Url, string CertificateHash, string Token)
{
    /// <returns>The access to the vault of the local host on this port; <see langword="null"/> if none runs there.</returns>
    public static VaultAccess? Of(int port) =>
        File.Exists(FileOf(port)) ? JsonSerializer.Deserialize<VaultAccess>(File.ReadAllText(FileOf(port))) : null;

    /// <summary>Lets other processes of this user put secrets, until it is disposed.</summary>
    /// <param name="port">The functions' port.</param>
    public IDisposable Publish(int port)
    {
        var path = FileOf(port);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Delete(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var file = new FileStream(path, options);
        JsonSerializer.Serialize(file, this);
        return new Published(path);
    }

    /// <summary>Puts a secret, or a new version of it.</summary>
    /// <exception cref="HttpRequestException">The vault does not answer, or does not take it.</exception>
    /// <remarks>Key Vault REST API, "Set Secret".</remarks>
    public async Task PutAsync(string name, string value, CancellationToken cancellationToken)
    {
        using var handler = new HttpClientHandler
        {
            UseProxy = false,
            ServerCertificateCustomValidationCallback = (_, certificate, _, _) => LoopbackCertificate.HashOf(certificate) == CertificateHash,
        };
        using var client = new HttpClient(handler);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        var url = new Uri(Url, $"secrets/{WebUtility.UrlEncode(name)}?api-version=7.4");
        using var reply = await client.PutAsJsonAsync(url, new { value }, cancellationToken);
        reply.EnsureSuccessStatusCode();
    }

    private static string FileOf(int port) => Path.Combine(RepositoryRoot.Path, "tests", "LocalHost", "obj", "vaults", $"{port}.json");

    private sealed class Published(string path) : IDisposable
    {
        public void Dispose() => File.Delete(path);
    }
}
