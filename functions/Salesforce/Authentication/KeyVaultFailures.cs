using Azure.Identity;
using Microsoft.AspNetCore.Http;
using SalesforceConnector.Contracts.Problems;

namespace SalesforceConnector.Salesforce.Authentication;

/// <summary>The problems of Key Vault, whether a secret is read or a key signs.</summary>
internal static class KeyVaultFailures
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30);

    /// <summary>Something is not set up: it stays so until somebody does what <paramref name="detail"/> says.</summary>
    public static ConnectorException NotSetUp(string errorCode, string detail, Exception? cause) =>
        new(Problem.Create(ProblemKind.KeyVault, StatusCodes.Status500InternalServerError, errorCode, detail, retryable: true), cause);

    /// <summary>The vault does not answer, or the app has no identity to ask it with.</summary>
    public static ConnectorException Unavailable(Uri vault, Exception cause) =>
        new(
            Problem.Create(
                ProblemKind.KeyVault,
                StatusCodes.Status503ServiceUnavailable,
                ErrorCodes.KeyVaultUnavailable,
                cause is AuthenticationFailedException
                    ? $"The app has no identity that the Key Vault {vault.Host} takes (setting KeyVault__ManagedIdentityClientId; on a developer's machine: az login)."
                    : $"The Key Vault {vault.Host} does not answer.",
                retryable: true) with
            {
                RetryAfter = RetryAfter,
            },
            cause);
}
