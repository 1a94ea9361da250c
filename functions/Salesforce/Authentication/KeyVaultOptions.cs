using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Json;

namespace SalesforceConnector.Salesforce.Authentication;

/// <summary>The Key Vault with the orgs' secrets: app settings <c>KeyVault__…</c>.</summary>
public sealed class KeyVaultOptions
{
    public const string SectionName = "KeyVault";

    /// <summary>The vault, <c>https://{name}.vault.azure.net</c>.</summary>
    [Required(ErrorMessage = "KeyVault__Uri is required: the vault that holds the orgs' client ids and secrets, such as https://my-vault.vault.azure.net")]
    public Uri? Uri { get; set; }

    /// <summary>
    /// Client id of the user-assigned managed identity that may read secrets. Absent on a developer's machine, where the
    /// accounts of the Azure CLI and of azd are tried instead.
    /// </summary>
    public string? ManagedIdentityClientId { get; set; }

    /// <summary>The prefix of the names of all secrets that the app reads.</summary>
    [RegularExpression("[A-Za-z0-9-]+", ErrorMessage = "KeyVault__SecretPrefix must be letters, digits and -, the characters of a Key Vault secret's name")]
    public string SecretPrefix { get; set; } = "salesforce-";

    /// <summary>How long a token from <c>tokenSecret</c> is cached: 1 s to 24 h.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00", ConvertValueInInvariantCulture = true)]
    public TimeSpan TokenSecretLifetime { get; set; } = TimeSpan.FromMinutes(10);
}

[OptionsValidator]
internal sealed partial class KeyVaultOptionsValidator : IValidateOptions<KeyVaultOptions>;

/// <summary>Validates what the annotations of <see cref="KeyVaultOptions"/> cannot.</summary>
internal sealed class KeyVaultOptionsRules : IValidateOptions<KeyVaultOptions>
{
    public ValidateOptionsResult Validate(string? name, KeyVaultOptions options) =>
        options.Uri is null or { IsAbsoluteUri: true, Scheme: "https" }
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"KeyVault__Uri must be an https URL such as https://my-vault.vault.azure.net; got {Quote.Value(options.Uri.ToString())}");
}
