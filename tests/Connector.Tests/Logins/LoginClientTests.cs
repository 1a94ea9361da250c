using System.Diagnostics.Metrics;
using System.IO.Pipelines;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Contracts.Telemetry;
using SalesforceConnector.Salesforce;
using SalesforceConnector.Salesforce.Authentication;
using SalesforceConnector.Salesforce.Authentication.Logins;

namespace Connector.Tests.Logins;

public sealed class LoginClientTests
{
    [Fact]
    public async Task A_login_whose_reply_stands_still_is_given_up()
    {
        var time = new ManualTime();
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var telemetry = new ConnectorTelemetry(services.GetRequiredService<IMeterFactory>(), time.Provider);
        using var http = new HttpClient(new Silence());
        var options = Options.Create(new SalesforceOptions());
        var login = new LoginClient(http, new AllowedHosts(options), telemetry, options, time.Provider);

        var pending = login.LogInAsync(OrgUrl.Parse("https://mydomain.my.salesforce.com"), new LoginGrant.ClientCredentials("id", "secret"));

        // Everybody waits for this one login: it may not wait for ever.
        var failure = await Should.ThrowAsync<ConnectorException>(() => time.RunOutAsync(pending, () => true));
        failure.Problem.Status.ShouldBe(503);
        failure.Problem.ErrorCode.ShouldBe(ErrorCodes.Unavailable);
    }

    /// <summary>Answers with headers, and with no body for ever.</summary>
    private sealed class Silence : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(new Pipe().Reader.AsStream()) });
    }
}
