using System.Text.Json;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Salesforce.Authentication;
using SalesforceConnector.Salesforce.Bodies;

namespace SalesforceConnector.Triggers.Events.Deliveries;

/// <summary>Logs in at the token endpoint of a Camunda cluster.</summary>
/// <remarks>RFC 6749, "Client Credentials Grant". Camunda documentation, "Orchestration Cluster REST API", authentication.</remarks>
internal sealed class CamundaLogin(
    Uri url, string clientIdSecret, string clientSecretSecret, string? audience, string? scope, TimeSpan timeout, ReceiverClient client, SecretReader secrets)
{
    // Of a token that does not say how long it lives.
    private static readonly TimeSpan DefaultLifetime = TimeSpan.FromMinutes(5);

    // A token is replaced before it ends.
    private const double UsedShare = 0.9;

    /// <returns>An access token, and how long it is used.</returns>
    /// <exception cref="ConnectorException">There is no token.</exception>
    public async Task<(string Token, TimeSpan Lifetime)> LogInAsync()
    {
        // Read at every login, so that a rotated secret works without a restart; logins are rare.
        var credentials = await Task.WhenAll(secrets.ReadAsync(clientIdSecret), secrets.ReadAsync(clientSecretSecret)).ConfigureAwait(false);
        var form = new Dictionary<string, string> { ["grant_type"] = "client_credentials", ["client_id"] = credentials[0], ["client_secret"] = credentials[1] };
        if (audience is not null)
        {
            form["audience"] = audience;
        }

        if (scope is not null)
        {
            form["scope"] = scope;
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, url);
        request.Content = new FormUrlEncodedContent(form);
        return await client.SendAsync(
            request,
            timeout,
            async (response, cancellation) =>
            {
                var status = (int)response.StatusCode;
                if (!response.IsSuccessStatusCode)
                {
                    throw DeliveryProblems.LoginRefused(url, status);
                }

                using var stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
                return Read(await ErrorBody.ReadAsync(stream, credentials[1], cancellation).ConfigureAwait(false)) ?? throw DeliveryProblems.LoginRefused(url, status);
            },
            CancellationToken.None).ConfigureAwait(false);
    }

    private static (string Token, TimeSpan Lifetime)? Read(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var reply = document.RootElement;
            if (reply.ValueKind != JsonValueKind.Object
                || !reply.TryGetProperty("access_token", out var token)
                || token.ValueKind != JsonValueKind.String
                || token.GetString() is not { Length: > 0 } value)
            {
                return null;
            }

            var seconds = reply.TryGetProperty("expires_in", out var expiry) && expiry.ValueKind == JsonValueKind.Number && expiry.TryGetInt32(out var lives) && lives > 0
                ? TimeSpan.FromSeconds(lives)
                : DefaultLifetime;
            return (value, seconds * UsedShare);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
