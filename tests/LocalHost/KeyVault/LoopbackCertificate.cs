using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace LocalHost;

/// <summary>The local vault's certificate, created in this process. Only clients that pin it trust it.</summary>
internal static class LoopbackCertificate
{
    private static readonly Lazy<X509Certificate2> Certificate = new(Create);

    public static X509Certificate2 Instance => Certificate.Value;

    /// <summary>The SHA-256 hash that clients pin.</summary>
    public static string Hash => HashOf(Instance)!;

    public static string? HashOf(X509Certificate? certificate) => certificate?.GetCertHashString(HashAlgorithmName.SHA256);

    private static X509Certificate2 Create()
    {
        var host = new Uri(LocalKeyVault.VaultUri).Host;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());

        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(1));

        // Windows cannot use a key that was never in a key store. Loading a PKCS #12 puts it into one.
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), password: null);
    }
}
