using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Json;

namespace SalesforceConnector.Salesforce.Authentication;

/// <summary>Where the orgs' secrets are kept: app settings <c>KeyVault__…</c>.</summary>
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

    /// <summary>What the names of all secrets that this app reads begin with.</summary>
    [RegularExpression("[A-Za-z0-9-]+", ErrorMessage = "KeyVault__SecretPrefix must be letters, digits and -, the characters of a Key Vault secret's name")]
    public string SecretPrefix { get; set; } = "salesforce-";

    /// <summary>How long a token that a payload names by <c>tokenSecret</c> is used before it is read again: 1 s to 24 h.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00", ConvertValueInInvariantCulture = true)]
    public TimeSpan TokenSecretLifetime { get; set; } = TimeSpan.FromMinutes(10);
}

[OptionsValidator]
internal sealed partial class KeyVaultOptionsValidator : IValidateOptions<KeyVaultOptions>;

/// <summary>The rule of <see cref="KeyVaultOptions"/> that annotations cannot say.</summary>
internal sealed class KeyVaultOptionsRules : IValidateOptions<KeyVaultOptions>
{
    public ValidateOptionsResult Validate(string? name, KeyVaultOptions options) =>
        options.Uri is null or { IsAbsoluteUri: true, Scheme: "https" }
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"KeyVault__Uri must be an https URL such as https://my-vault.vault.azure.net; got {Quote.Value(options.Uri.ToString())}");
}
