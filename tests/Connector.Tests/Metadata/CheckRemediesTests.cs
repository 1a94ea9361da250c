using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Operations.Metadata;
using SalesforceConnector.Salesforce.Authentication;

namespace Connector.Tests.Metadata;

/// <summary>What a check advises, for each error that it can find.</summary>
public sealed class CheckRemediesTests
{
    [Theory]
    [InlineData("SECRET_NOT_FOUND", "az keyvault secret set")]
    [InlineData("SECRET_ACCESS_DENIED", "Key Vault Secrets User")]
    [InlineData("SIGNING_KEY_NOT_FOUND", "az keyvault certificate create")]
    [InlineData("SIGNING_KEY_ACCESS_DENIED", "Key Vault Crypto User")]
    [InlineData("KEY_VAULT_REFUSED", "Do what the problem says.")]
    [InlineData("KEY_VAULT_UNAVAILABLE", "KeyVault__Uri")]
    public void Of_secrets(string errorCode, string remedy) =>
        CheckRemedies.OfSecret(Problem.Create(ProblemKind.Internal, 500, errorCode, "m")).ShouldContain(remedy);

    [Theory]
    [InlineData("SALESFORCE_UNAVAILABLE", "m", Authentication.ClientCredentialsFlow, "Look at baseUrl")]
    [InlineData("SALESFORCE_UNAVAILABLE", "m", Authentication.Bearer, "Look at baseUrl")]
    [InlineData("SALESFORCE_AUTHENTICATION_FAILED", "m", Authentication.Bearer, "Get a new token")]
    [InlineData("SALESFORCE_TIMEOUT", "m", Authentication.Bearer, "Check again later.")]
    [InlineData("SALESFORCE_AUTHENTICATION_FAILED", "invalid_client_id: client identifier invalid", CredentialTrial.JwtBearerFlow, "Do what the problem says.")]
    [InlineData("SALESFORCE_AUTHENTICATION_FAILED", "invalid_client_id: client identifier invalid", Authentication.ClientCredentialsFlow, "Consumer Key")]
    [InlineData("SALESFORCE_AUTHENTICATION_FAILED", "invalid_client: invalid client credentials", Authentication.ClientCredentialsFlow, "Consumer Secret")]
    [InlineData("SALESFORCE_AUTHENTICATION_FAILED", "invalid_grant: No client credentials user enabled", Authentication.ClientCredentialsFlow, "name the user to run as")]
    [InlineData("SALESFORCE_AUTHENTICATION_FAILED", "invalid_grant: request not supported on this domain", Authentication.ClientCredentialsFlow, "My Domain URL (https://")]
    [InlineData("SALESFORCE_AUTHENTICATION_FAILED", "invalid_app_access: no valid scopes defined", Authentication.ClientCredentialsFlow, "the scope api (Manage")]
    [InlineData("SALESFORCE_AUTHENTICATION_FAILED", "something else", Authentication.ClientCredentialsFlow, "Compare the External Client App with the setup guide")]
    public void Of_logins(string errorCode, string detail, string flow, string remedy) =>
        CheckRemedies.OfLogin(Problem.Create(ProblemKind.Authentication, 502, errorCode, detail), flow).ShouldContain(remedy);
}
