namespace OrgComparison.Facts;

/// <summary>Tokens: what a login answers, and what a token that is none is told.</summary>
internal static class LoginFacts
{
    public static IReadOnlyList<Fact> All { get; } =
    [
        new("a token reply has the members that the connector reads, and never a lifetime", async run =>
        {
            var answer = await run.Org.LogInAsync(run.Cancellation);
            run.Observe("status", $"{answer.Status}");
            foreach (var member in (string[])["access_token", "instance_url", "id", "token_type", "issued_at", "signature", "expires_in", "refresh_token"])
            {
                run.Observe(member, answer.Json.TryGetProperty(member, out var value) ? value.ValueKind.ToString() : "(none)");
            }

            run.Observe("token_type's value", answer.Json.GetProperty("token_type").GetString()!);
        }),
        new("a wrong client secret, a wrong client id and a wrong grant type are refused with 400", async run =>
        {
            var settings = run.Org.Settings;
            run.Observe("secret", await run.Org.RequestTokenAsync("client_credentials", settings.ClientId, "wrong", run.Cancellation));
            run.Observe("id", await run.Org.RequestTokenAsync("client_credentials", "wrong", settings.ClientSecret, run.Cancellation));
            run.Observe("grant type", await run.Org.RequestTokenAsync("nonsense", settings.ClientId, settings.ClientSecret, run.Cancellation));
        }),
        new("a token that is none is 401 INVALID_SESSION_ID", async run =>
            run.Observe("answer", await run.SendAsync("GET", "limits", null, ("Authorization", "Bearer nonsense")))),
        new("a call without a token is 401 INVALID_SESSION_ID", async run =>
            run.Observe("answer", await run.SendAsync("GET", "limits", null, ("Authorization", "")))),
        new("each reply of the API tells how many requests are left", async run =>
            run.Observe("Sforce-Limit-Info", (await run.SendAsync("GET", "limits")).Headers.GetValueOrDefault("Sforce-Limit-Info", "(none)"))),
    ];
}
