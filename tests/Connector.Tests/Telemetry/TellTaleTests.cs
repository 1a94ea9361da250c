using Connector.Tests.Drivers;

namespace Connector.Tests.Telemetry;

/// <summary>Neither metrics nor activities give away what was asked, what came back, or by which credentials.</summary>
public sealed class TellTaleTests
{
    [Fact]
    public async Task Tags_hold_no_SOQL_field_record_id_URL_secret_or_token()
    {
        await using var app = await ConnectorApp.StartAsync();
        using var recording = Recording.Of(app);
        (string, string) trace = ("traceparent", recording.Traceparent);
        var token = await app.LogInAtOrgAsync();

        await app.PostAsync("query", new { soqlQuery = "SELECT Id FROM Account WHERE Name = 'Tell-Tale'" }, trace);
        await app.PostAsync("query", new { soqlQuery = "SELECT TellTale FROM Account" }, trace);
        await app.PostAsync("query", new { soqlQuery = $"SELECT Id FROM Account WHERE Name = '{new string('x', 9_000)} Tell-Tale'" }, trace);
        var created = await app.PostAsync("records/create", new { objectType = "Account", fields = new { Name = "Tell-Tale" } }, trace);
        var id = (string)created.Json["id"]!;
        await app.PostAsync("records/update", new { objectType = "Account", objectId = id, fields = new { TellTale = "Tell-Tale" } }, trace);
        await app.PostAsync("records/get", new { objectType = "Account", objectId = id, authentication = new { type = "bearer", token } }, trace);
        await app.PostAsync(
            "records/delete",
            new { objectType = "Account", objectId = id, authentication = new { type = "oauth-client-credentials-flow", clientId = "tell-tale", clientSecret = app.Secret("tell-tale-secret") } },
            trace);

        await ManualTime.UntilAsync(() => recording.Of("salesforce.operation.duration").Count() == 7);
        var tags = recording.Measurements.SelectMany(measurement => measurement.Tags)
            .Concat(recording.Activities.SelectMany(activity => activity.TagObjects.Select(tag => KeyValuePair.Create(tag.Key, tag.Value?.ToString() ?? ""))))
            .Concat(recording.Activities.Select(activity => KeyValuePair.Create("name", activity.DisplayName + activity.StatusDescription)))
            .Select(tag => $"{tag.Key}={tag.Value}").Distinct().ToArray();

        tags.Length.ShouldBeGreaterThan(20);
        recording.Activities.ShouldAllBe(activity => !activity.Events.Any() && !activity.Baggage.Any());
        foreach (var secret in new[] { "tell-tale", "TellTale", "SELECT", id, token, ConnectorApp.ClientId, ConnectorApp.ClientSecret, "?", "/services" })
        {
            tags.ShouldAllBe(tag => !tag.Contains(secret, StringComparison.OrdinalIgnoreCase), secret);
        }
    }
}
