using System.Text;
using Connector.Tests.Drivers;
using SalesforceConnector.Triggers.Queues;
using SalesforceConnector.Triggers.Queues.Redrive;

namespace Connector.Tests.Queues;

/// <summary>What is kept for people to look at has no secret in it.</summary>
public sealed class KeptSecretsTests(AzuriteFixture azurite)
{
    private const string Secret = "a-Secret/that=came+in";

    [Theory]
    [InlineData("""{"correlationId":"c","payload":{"soqlQuery":"x"},"token":"SECRET"}""")]
    [InlineData("""{"correlationId":"c","payload":{"authentication":{"type":"bearer","token":"SECRET"}}""")]
    [InlineData("""{"payload":{"authentication":{"type":"bearer","token" : "SECRET"}}}""")]
    [InlineData("""{"correlationId":"c","payload":{"authentication":{"type":"oauth-client-credentials-flow","clientId":"i","clientSecret":"SECRET"}}}""")]
    [InlineData("""{"correlationId":"c","payload":{"authentication":{"type":"bearer","tokenSecret":"SECRET"}}}""")]
    [InlineData("""{"correlationId":"c","payload":{"authentication":{"type":"bearer","\u0074oken":"SECRET"}}}""")]
    [InlineData("""{"payload":{"authentication":{"\u0074oken":"SECRET"}}}""")]
    [InlineData("""{"authentication":{"token":"SECRET","type":"bearer"},"soqlQuery":"x"}""")]
    [InlineData("""{"authentication":{"clientSecret":"abc \" SECRET""")]
    [InlineData("""{"authentication":{"clientSecret":["SECRET"]}}""")]
    [InlineData("""{"authentication":{"client_secret":SECRET}}""")]
    [InlineData("""{authentication:{token:'SECRET'}}""")]
    [InlineData(""" "{\"payload\":{\"authentication\":{\"token\":\"SECRET\"}}}" """)]
    [InlineData(""" "{\"payload\":\"{\\\"token\\\":\\\"x\\\\\\\"SECRET\\\"}\"}" """)]
    [InlineData("grant_type=client_credentials&client_id=i&client_secret=SECRET&x=y")]
    [InlineData("Authorization: SECRET")]
    public void A_secret_is_blanked(string message)
    {
        message = message.Replace("SECRET", Secret, StringComparison.Ordinal);

        KeptSecrets.Remove(message).ShouldNotContain(Secret);
        KeptSecrets.Remove(message).ShouldContain(KeptSecrets.Blank);
        // In base64 nobody sees the secret; that it was blanked has to be seen.
        KeptSecrets.Remove(Convert.ToBase64String(Encoding.UTF8.GetBytes(message)))
            .ShouldSatisfyAllConditions(kept => Plain(kept).ShouldNotContain(Secret), kept => Plain(kept).ShouldContain(KeptSecrets.Blank));
    }

    [Theory]
    [InlineData("not an envelope")]
    [InlineData("")]
    [InlineData("bm90IGFuIGVudmVsb3BlIGF0IGFsbA==")]
    [InlineData("""{"soqlQuery":"SELECT Id FROM \u0041ccount"}""")]
    [InlineData("""{"correlationId":"token: x","payload":{"objectType":"Account","fields":{"Token__c":"x","Password":"y"}}}""")]
    [InlineData("""{"correlationId":"c","payload":{"authentication":{"type":"bearer","tokenSecret":"salesforce-token"},"soqlQuery":"x"}}""")]
    public void What_has_none_is_kept_as_it_is(string message) => KeptSecrets.Remove(message).ShouldBe(message);

    [Fact]
    public void Tokens_are_known_by_their_form()
    {
        var blanked = KeptSecrets.Remove("x 00Dxx0000001gPL!AR8AQJ.abc_def y eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.abc-_ z");

        blanked.ShouldBe("x (blanked) y (blanked) z");
    }

    [Fact]
    public void A_message_of_any_size_and_kind_is_blanked_quickly_and_fits()
    {
        foreach (var piece in new[] { "token", "token ", "\"token\":\"", "token\\", "\\\"token\\\":\\\"", "token:\"\",", "00D", "eyJ", "eyJ.", ".eyJ", "\\u0074", "token=x&" })
        {
            var message = string.Concat(Enumerable.Repeat(piece, 65_536 / piece.Length));
            var started = TimeProvider.System.GetTimestamp();

            MessageText.Fits(KeptSecrets.Remove(message)).ShouldBeTrue(piece);

            TimeProvider.System.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(5), piece);
        }
    }

    [Fact]
    public async Task A_message_that_is_no_envelope_is_kept_with_its_secret_blanked()
    {
        await using var app = await ConnectorApp.StartAsync(storage: await azurite.TakeAccountAsync(), listensTo: ["Query"]);
        app.Secret(Secret);

        await app.Queues.SendAsync("salesforce-query", $$$"""{"correlationId":"c","authentication":{"type":"bearer","token":"{{{Secret}}}"}}""");

        ((int?)(await app.Queues.ReceiveResultAsync("c"))["status"]).ShouldBe(400);
        (await app.Queues.TakeAllAsync("salesforce-poison")).ShouldBe(["""{"correlationId":"c","authentication":{"type":"bearer","token":"(blanked)"}}"""]);
    }

    private static string Plain(string kept)
    {
        var bytes = new byte[kept.Length];
        return Convert.TryFromBase64String(kept, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : kept;
    }
}
