using System.Security.Cryptography;
using System.Text;
using SalesforceConnector.Contracts.Payloads;

namespace SalesforceConnector.Salesforce.Authentication;

/// <summary>
/// Encrypts the logins that instances share, with a key derived from the org's client secret, or from a signature by its
/// signing key: whoever can decrypt them could log in anyway. No further key has to be stored, and a rotated secret, or a new
/// version of the signing key, makes older entries unreadable.
/// </summary>
/// <remarks>
/// AES-256-GCM with a random nonce; the key by HKDF (RFC 5869) with SHA-256 from the secret, bound to purpose, org and client
/// id. The entry's place in the table is authenticated too, so that entries cannot be swapped. Salesforce's client secrets
/// have 256 random bits and signatures 2,048, so neither can be guessed.
/// </remarks>
internal sealed class TokenSeal : IDisposable
{
    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly AesGcm _aes;
    private readonly byte[] _place;

    /// <param name="name">The name of the secret or key in Key Vault.</param>
    /// <param name="client">The client id; with JWT bearer, also the user.</param>
    /// <param name="secret">The client secret, or <see cref="Jwt.JwtLogins.SealSecretAsync"/>.</param>
    public TokenSeal(OrgUrl org, string name, string client, ReadOnlySpan<byte> secret)
    {
        // Both have only characters that table keys allow. Key Vault's secret names are case-insensitive.
        Partition = org.Origin.IdnHost + ":" + org.Origin.Port;
        Row = name.ToLowerInvariant();
        _place = Encoding.UTF8.GetBytes($"{Partition}\n{Row}");

        Span<byte> key = stackalloc byte[KeyBytes];
        HKDF.DeriveKey(
            HashAlgorithmName.SHA256,
            secret,
            key,
            salt: "SalesforceConnector shared token, version 1"u8,
            info: Encoding.UTF8.GetBytes($"{org}\n{client}"));
        _aes = new AesGcm(key, TagBytes);
        CryptographicOperations.ZeroMemory(key);
    }

    /// <summary>The partition key: the org.</summary>
    public string Partition { get; }

    /// <summary>The row key: the secret or key.</summary>
    public string Row { get; }

    public byte[] Seal(ReadOnlySpan<byte> content)
    {
        var result = new byte[NonceBytes + TagBytes + content.Length];
        var nonce = result.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        _aes.Encrypt(nonce, content, result.AsSpan(NonceBytes + TagBytes), result.AsSpan(NonceBytes, TagBytes), _place);
        return result;
    }

    /// <returns>The content; <see langword="null"/> if it was encrypted with another secret, for another place, or is damaged.</returns>
    public byte[]? Open(ReadOnlySpan<byte> sealedContent)
    {
        if (sealedContent.Length < NonceBytes + TagBytes)
        {
            return null;
        }

        var content = new byte[sealedContent.Length - NonceBytes - TagBytes];
        try
        {
            _aes.Decrypt(
                sealedContent[..NonceBytes],
                sealedContent[(NonceBytes + TagBytes)..],
                sealedContent.Slice(NonceBytes, TagBytes),
                content,
                _place);
            return content;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    public void Dispose() => _aes.Dispose();
}
