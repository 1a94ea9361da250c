using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Salesforce.Authentication;

namespace SalesforceConnector.Operations.Metadata;

/// <summary>Remedies for the errors that a check finds.</summary>
internal static class CheckRemedies
{
    public const string ApiAccess =
        "Give the user the permission API Enabled (in a permission set), and the External Client App the scope api. Some editions have no API.";

    public const string LoginFirst = "Put the secrets and the login in order, as they say, and check again.";

    public const string Limits = "Wait until the requests of the last 24 hours are fewer, make fewer calls, or buy more API calls.";

    public const string LimitsNotTold = "Give the user the permission View Setup and Configuration, or look at Setup, Company Information, API Requests.";

    public const string ObjectType = "Compare the API name with Object Manager, and give the user Read access to the object in a permission set.";

    public const string Fields = "Compare the API names with Object Manager, and give the user Read access to the fields in a permission set.";

    private const string OtherLogin =
        "Compare the External Client App with the setup guide: client credentials flow turned on, a user to run as, the scope api, and the org's own My Domain URL.";

    private const string OtherJwtLogin =
        "Do what the problem says. Compare the app settings of the org (ConsumerKey, UserName, Audience), the External Client App's certificate and its permitted users with the setup guide.";

    private const string Token = "Get a new token: this one has expired or been revoked, or is of another org. A token from Key Vault is read again within KeyVault__TokenSecretLifetime.";

    private const string Again = "Check again later. If it lasts, look at status.salesforce.com, and at baseUrl (app setting Salesforce__BaseUrl).";

    /// <summary>The remedy for a call that failed.</summary>
    /// <param name="refused">The remedy if Salesforce refused it.</param>
    public static string OfCall(Problem problem, string refused) =>
        problem.ErrorCode == ErrorCodes.AuthenticationFailed ? LoginFirst : problem.Type == ProblemKind.Refused.Type ? refused : Again;

    public static string OfSecret(Problem problem) => problem.ErrorCode switch
    {
        ErrorCodes.SecretNotFound => "Put the secret into the vault, by azd hooks run postprovision or by az keyvault secret set.",
        ErrorCodes.SecretAccessDenied => "Give the app's identity the role Key Vault Secrets User on the vault, and see that the secret is enabled. A new role takes some minutes.",
        ErrorCodes.SigningKeyNotFound => "Make the certificate in the vault, by azd hooks run postprovision or by az keyvault certificate create.",
        ErrorCodes.SigningKeyAccessDenied => "Give the app's identity the role Key Vault Crypto User on the key, and see that the key is enabled. A new role takes some minutes.",
        ErrorCodes.KeyVaultRefused => "Do what the problem says.",
        _ => "Look at the app settings KeyVault__Uri and KeyVault__ManagedIdentityClientId, and whether the app reaches the vault.",
    };

    /// <remarks>Salesforce Help, "OAuth 2.0 Client Credentials Flow": the descriptions are those of its replies.</remarks>
    /// <param name="flow">The flow of the login. For JWT bearer, the problem contains the remedy.</param>
    public static string OfLogin(Problem problem, string flow)
    {
        var said = problem.Detail;
        return problem.ErrorCode == ErrorCodes.Unavailable ? "Look at baseUrl (app setting Salesforce__BaseUrl), and at status.salesforce.com."
            : flow == Authentication.Bearer ? (problem.ErrorCode == ErrorCodes.AuthenticationFailed ? Token : Again)
            : flow == CredentialTrial.JwtBearerFlow ? OtherJwtLogin
            : Says("invalid_client_id") ? "Compare the secret of the client id with the External Client App's Consumer Key. A new app takes some minutes to work."
            : Says("invalid_client") ? "Compare the secret of the client secret with the External Client App's Consumer Secret."
            : Says("no client credentials user") ? "In the External Client App's policies, turn the client credentials flow on and name the user to run as."
            : Says("not supported on this domain") ? "Use the org's My Domain URL (https://MyDomainName.my.salesforce.com) as baseUrl, not login or test.salesforce.com."
            : Says("no valid scopes") ? "Give the External Client App the scope api (Manage user data via APIs)."
            : OtherLogin;

        bool Says(string words) => said.Contains(words, StringComparison.OrdinalIgnoreCase);
    }
}
