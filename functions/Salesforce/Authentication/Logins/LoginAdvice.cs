using System.Globalization;

namespace SalesforceConnector.Salesforce.Authentication.Logins;

/// <summary>Advice on how to fix a rejected login.</summary>
/// <remarks>Salesforce Help, "OAuth Authorization Errors" and "OAuth 2.0 JWT Bearer Flow for Server-to-Server Integration".</remarks>
internal static class LoginAdvice
{
    // Descriptions of a signature that the app's certificate does not verify, and of an unreadable assertion.
    private const string InvalidAssertion = "invalid assertion";

    /// <summary>
    /// The clock skew that makes every assertion invalid. Behind, it ends before Salesforce gets it; ahead, it ends later than
    /// the three minutes that Salesforce allows, of which the lifetime is half.
    /// </summary>
    private static readonly TimeSpan HarmfulSkew = Jwt.JwtAssertion.Lifetime;

    /// <summary>Whether Salesforce rejected the signature of a JWT bearer login.</summary>
    public static bool IsSignature(LoginRefusal? refusal) =>
        refusal is { Error: "invalid_grant", Description: { } description } && Has(description, InvalidAssertion);

    /// <returns>One sentence or more, to be appended to a problem's detail; empty if there is nothing to advise.</returns>
    /// <param name="skew">How far the app's clock is ahead of Salesforce's, if the reply has a Date header.</param>
    public static string For(LoginGrant grant, LoginRefusal? refusal, TimeSpan? skew) => grant switch
    {
        LoginGrant.JwtBearer jwt => ForJwt(jwt, refusal?.Error ?? "", refusal?.Description ?? "", skew),
        _ => ForClientCredentials(refusal?.Error ?? "", refusal?.Description ?? ""),
    };

    private static string ForJwt(LoginGrant.JwtBearer jwt, string error, string description, TimeSpan? skew) => error switch
    {
        "invalid_grant" when Has(description, "audience") =>
            $" Set {jwt.Settings}Audience: leave it out for the org's base URL (My Domain), or try https://login.salesforce.com, or https://test.salesforce.com for a sandbox.",
        "invalid_grant" when Has(description, "approved") =>
            $" In the external client app's policies set Permitted Users to \"Admin approved users are pre-authorized\", and assign a profile or permission set that the user in {jwt.Settings}UserName has. A user name of another org, or a wrong audience, is refused with the same words.",
        // The other descriptions are of what Salesforce checks in a valid assertion.
        "invalid_grant" when skew is { } apart && apart.Duration() >= HarmfulSkew && !IsOfPolicies(description) =>
            string.Create(
                CultureInfo.InvariantCulture,
                $" The app's clock is {apart.Duration():h\\:mm\\:ss} {(apart > TimeSpan.Zero ? "ahead of" : "behind")} Salesforce's, and an assertion is good for {Jwt.JwtAssertion.Lifetime.TotalSeconds:F0} seconds: set the clock of the machine that the app runs on."),
        "invalid_grant" when Has(description, "expired") =>
            " Salesforce takes the assertion for expired: see that the clock of the machine that the app runs on is right.",
        "invalid_grant" when Has(description, InvalidAssertion) =>
            $" Salesforce cannot verify the signature: upload the certificate of the signing key to the external client app that {jwt.Settings}ConsumerKey names (az keyvault certificate download --name {jwt.SigningKey} --encoding PEM).",
        "invalid_app_access" =>
            $" In the external client app's policies assign a profile or permission set that the user in {jwt.Settings}UserName has.",
        "app_not_found" =>
            $" The org has no external client app with the consumer key in {jwt.Settings}ConsumerKey, or does not take the audience: leave {jwt.Settings}Audience out for the org's base URL (My Domain).",
        "invalid_client_id" or "invalid_client" =>
            $" The org has no app with the consumer key in {jwt.Settings}ConsumerKey. A new app needs up to ten minutes until it works.",
        _ => ForAnyFlow(error, description),
    };

    private static string ForClientCredentials(string error, string description) => error switch
    {
        "invalid_client_id" => " The org has no app with this client id. A new app needs up to ten minutes until it works.",
        "invalid_client" => " The client secret is not that of the app: put the app's current one into Key Vault, or into the payload.",
        "invalid_grant" when Has(description, "no client credentials user") =>
            " In the external client app's policies choose the user that the client credentials flow runs as.",
        "app_not_found" => " The org has no external client app with this client id.",
        _ => ForAnyFlow(error, description),
    };

    private static string ForAnyFlow(string error, string description) => error switch
    {
        "inactive_user" => " Activate the integration user in the org, or choose another one.",
        "inactive_org" => " The org is locked, closed or suspended.",
        "invalid_grant" when IsOfPolicies(description) =>
            " Relax the app's IP restrictions, or allow the app's addresses and hours in the user's profile.",
        _ => "",
    };

    private static bool IsOfPolicies(string description) => Has(description, "ip restricted") || Has(description, "login hours");

    private static bool Has(string description, string words) => description.Contains(words, StringComparison.OrdinalIgnoreCase);
}
