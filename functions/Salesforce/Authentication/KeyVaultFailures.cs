using System.Globalization;
using Azure;
using Azure.Identity;
using Microsoft.AspNetCore.Http;
using SalesforceConnector.Contracts.Problems;

namespace SalesforceConnector.Salesforce.Authentication;

/// <summary>Maps failures of Key Vault to problems.</summary>
internal static class KeyVaultFailures
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30);

    /// <summary>Whether the vault refused the request itself, so that it would refuse it again.</summary>
    public static bool IsRefusal(RequestFailedException failure) =>
        failure.Status is >= 400 and < 500 and not (StatusCodes.Status408RequestTimeout or StatusCodes.Status429TooManyRequests);

    /// <summary>The vault refused the request itself.</summary>
    /// <param name="advice">What was asked for, and what to do.</param>
    public static ConnectorException Refused(Uri vault, RequestFailedException failure, string advice) => NotSetUp(
        ErrorCodes.KeyVaultRefused,
        string.Create(CultureInfo.InvariantCulture, $"The Key Vault {vault.Host} refused {advice} It answered {failure.Status} {failure.ErrorCode}.").TrimEnd(),
        failure);

    /// <summary>A configuration error, which persists until someone follows <paramref name="detail"/>.</summary>
    public static ConnectorException NotSetUp(string errorCode, string detail, Exception? cause) =>
        new(Problem.Create(ProblemKind.KeyVault, StatusCodes.Status500InternalServerError, errorCode, detail, retryable: true), cause);

    /// <summary>The vault is unavailable, or the app has no identity.</summary>
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
