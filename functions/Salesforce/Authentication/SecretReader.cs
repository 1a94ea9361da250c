using System.Collections.Concurrent;
using Azure;
using Azure.Identity;
using Azure.Security.KeyVault.Secrets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Telemetry;

namespace SalesforceConnector.Salesforce.Authentication;

/// <summary>Reads secrets from Key Vault each time, so that a rotated secret takes effect.</summary>
internal sealed partial class SecretReader(SecretClient client, ILogger<SecretReader> logger)
{
    private readonly ConcurrentDictionary<string, string> _lastRead = new(StringComparer.OrdinalIgnoreCase);

    /// <returns>The secret's value; the last known one if the vault is unavailable.</returns>
    /// <exception cref="ConnectorException">The secret does not exist, access is denied or refused, or the vault is unavailable.</exception>
    /// <remarks>Key Vault REST API, "Get Secret".</remarks>
    public async Task<string> ReadAsync(string name)
    {
        try
        {
            KeyVaultSecret secret = await client.GetSecretAsync(name).ConfigureAwait(false);
            return string.IsNullOrWhiteSpace(secret.Value) ? throw Missing(name, null) : _lastRead[name] = secret.Value.Trim();
        }
        catch (RequestFailedException e) when (e.Status == StatusCodes.Status404NotFound)
        {
            throw Missing(name, e);
        }
        catch (RequestFailedException e) when (e.Status is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden)
        {
            throw KeyVaultFailures.NotSetUp(
                ErrorCodes.SecretAccessDenied,
                $"The Key Vault {client.VaultUri.Host} does not let the app read the secret {name}: give its identity the role Key Vault Secrets User, and see that the secret is enabled.",
                e);
        }
        catch (Exception e) when (e is RequestFailedException or AuthenticationFailedException or AggregateException)
        {
            // Azure.Core wraps the failures of several attempts in an AggregateException.
            if (_lastRead.TryGetValue(name, out var lastRead))
            {
                Log.UsingLastRead(logger, name, LoggedException.From(e));
                return lastRead;
            }

            throw e is RequestFailedException failure && KeyVaultFailures.IsRefusal(failure)
                ? KeyVaultFailures.Refused(client.VaultUri, failure, $"to give the secret {name}: see that it is one that can be read.")
                : KeyVaultFailures.Unavailable(client.VaultUri, e);
        }
    }

    private ConnectorException Missing(string name, Exception? cause) => KeyVaultFailures.NotSetUp(
        ErrorCodes.SecretNotFound,
        $"The Key Vault {client.VaultUri.Host} has no secret {name}. Set it: az keyvault secret set --vault-name {client.VaultUri.Host.Split('.')[0]} --name {name} --value …",
        cause);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Key Vault does not answer; the value of {Secret} that was read last is used")]
        public static partial void UsingLastRead(ILogger logger, string secret, LoggedException? exception);
    }
}
