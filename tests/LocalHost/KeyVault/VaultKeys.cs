using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace LocalHost;

/// <summary>The keys of a local vault, each of a certificate, with all their versions. None can be taken out.</summary>
internal sealed class VaultKeys : IDisposable
{
    // To make a key takes a tenth of a second or more. So all vaults of a process have the same ones, each a version's own.
    private static readonly ConcurrentDictionary<int, Lazy<RSAParameters>> Made = new();

    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<KeyVersion>> _keys = new(StringComparer.OrdinalIgnoreCase);
    private int _keysMade;
    private int _signatures;

    /// <summary>How often something was signed.</summary>
    public int Signatures
    {
        get { lock (_gate) { return _signatures; } }
    }

    public IReadOnlyCollection<string> Names
    {
        get { lock (_gate) { return [.. _keys.Keys]; } }
    }

    /// <summary>Makes a certificate, or a new version of it.</summary>
    /// <returns>Its public part.</returns>
    public X509Certificate2 Add(string name, DateTimeOffset? expiresAt)
    {
        var key = RSA.Create(NextKey());
        var now = TimeProvider.System.GetUtcNow();
        var request = new CertificateRequest("CN=Salesforce Connector", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(1));
        lock (_gate)
        {
            if (!_keys.TryGetValue(name, out var versions))
            {
                _keys[name] = versions = [];
            }

            // The vault tells times in whole seconds, and tests make versions faster.
            var created = Math.Max(now.ToUnixTimeSeconds(), versions.Count == 0 ? 0 : versions[^1].Created + 1);
            versions.Add(new KeyVersion(Guid.NewGuid().ToString("N"), key, created) { ExpiresAt = expiresAt });
        }

        return X509CertificateLoader.LoadCertificate(certificate.RawData);
    }

    public void DisableNewest(string name)
    {
        lock (_gate)
        {
            _keys[name][^1] = _keys[name][^1] with { IsEnabled = false };
        }
    }

    public IReadOnlyList<KeyVersion>? Versions(string name)
    {
        lock (_gate)
        {
            return _keys.TryGetValue(name, out var versions) ? [.. versions] : null;
        }
    }

    public byte[] Sign(KeyVersion version, byte[] digest)
    {
        lock (_gate)
        {
            _signatures++;
            return version.Key.SignHash(digest, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
    }

    public void Dispose()
    {
        foreach (var version in _keys.Values.SelectMany(versions => versions))
        {
            version.Key.Dispose();
        }
    }

    private RSAParameters NextKey() => Made.GetOrAdd(Interlocked.Increment(ref _keysMade), _ => new Lazy<RSAParameters>(() =>
    {
        using var key = RSA.Create(2048);
        return key.ExportParameters(includePrivateParameters: true);
    })).Value;
}

internal sealed record KeyVersion(string Id, RSA Key, long Created)
{
    public bool IsEnabled { get; init; } = true;

    public DateTimeOffset? ExpiresAt { get; init; }
}
