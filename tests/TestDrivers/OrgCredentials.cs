using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace TestDrivers;

/// <summary>What the simulated org takes for a login, and the vaults of the tests hold.</summary>
internal static class OrgCredentials
{
    public const string ClientId = "local-client-id";
    public const string ClientSecret = "local-client-secret";

    /// <param name="client">Its base address is the org's.</param>
    /// <returns>An access token, had without the connector.</returns>
    public static async Task<string> LogInAsync(HttpClient client, CancellationToken cancellationToken)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = ClientId,
            ["client_secret"] = ClientSecret,
        });
        using var response = await client.PostAsync(new Uri("services/oauth2/token", UriKind.Relative), form, cancellationToken);
        var json = (await response.Content.ReadFromJsonAsync<JsonNode>(cancellationToken))!;
        return (string?)json["access_token"] ?? throw new InvalidOperationException(json.ToJsonString());
    }
}
