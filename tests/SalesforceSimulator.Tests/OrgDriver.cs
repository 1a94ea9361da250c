using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace SalesforceSimulator.Tests;

/// <summary>A simulated org of a test's own, and a plain HTTP client that is logged in to it.</summary>
internal sealed class OrgDriver : IAsyncDisposable
{
    public const string Data = "/services/data/v67.0";

    private OrgDriver(Simulator simulator)
    {
        Simulator = simulator;
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = simulator.BaseUrl };
    }

    public Simulator Simulator { get; }

    public HttpClient Http { get; }

    public static async Task<OrgDriver> StartAsync(SimulatorOptions? options = null, bool logIn = true)
    {
        var driver = new OrgDriver(await Simulator.StartAsync(options, TestContext.Current.CancellationToken));
        if (logIn)
        {
            await driver.LoginAsync();
        }

        return driver;
    }

    public async Task LoginAsync(string clientSecret = "local-client-secret")
    {
        var reply = await TokenAsync(new() { ["grant_type"] = "client_credentials", ["client_id"] = "local-client-id", ["client_secret"] = clientSecret });
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", reply.Json.GetProperty("access_token").GetString());
    }

    public Task<Answer> TokenAsync(Dictionary<string, string> form) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, "/services/oauth2/token") { Content = new FormUrlEncodedContent(form) });

    public Task<Answer> QueryAsync(string soql, string resource = "query") => GetAsync($"{resource}?q={Uri.EscapeDataString(soql)}");

    /// <param name="path">Below the version, or from the root when it begins with a slash.</param>
    public Task<Answer> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync("GET", path, null, headers);

    public Task<Answer> SendAsync(string method, string path, string? json, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path.StartsWith('/') ? path : $"{Data}/{path}");
        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return SendAsync(request);
    }

    public async Task<Answer> SendAsync(HttpRequestMessage request)
    {
        using (request)
        using (var response = await Http.SendAsync(request, TestContext.Current.CancellationToken))
        {
            var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            return new Answer((int)response.StatusCode, response.Headers, response.Content.Headers, body);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Simulator.DisposeAsync();
    }
}

/// <summary>A reply read whole.</summary>
internal sealed record Answer(int Status, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders, string Body)
{
    public JsonElement Json => JsonElement.Parse(Body);

    /// <summary>The only entry of an error array, as <c>code: message</c>.</summary>
    public string Error
    {
        get
        {
            var error = Json.EnumerateArray().ShouldHaveSingleItem();
            return $"{error.GetProperty("errorCode").GetString()}: {error.GetProperty("message").GetString()}";
        }
    }

    public string Code => Json[0].GetProperty("errorCode").GetString()!;

    public string Id => Json.GetProperty("id").GetString()!;

    /// <summary>One field of every record of a query result.</summary>
    public IEnumerable<string> Column(string field) => Json.GetProperty("records").EnumerateArray().Select(record => record.GetProperty(field).ToString());
}
