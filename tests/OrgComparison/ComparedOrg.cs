using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace OrgComparison;

/// <summary>A plain HTTP client of one org. What it makes has the run's marker in its name, and is deleted at the end.</summary>
public sealed class ComparedOrg : IDisposable
{
    private const int MostDeletedAtOnce = 200;

    // In the order in which they can be deleted: children first.
    private static readonly (string Type, string Field)[] MarkedBy = [("Lead", "LastName"), ("Contact", "LastName"), ("Account", "Name")];

    private readonly HttpClient _http;
    private readonly OrgSettings _settings;
    private string? _token;

    public ComparedOrg(OrgSettings settings)
    {
        _settings = settings;
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = settings.BaseUrl };
    }

    /// <summary>What the name of everything that this run makes begins with.</summary>
    public string Marker { get; } = $"OrgComparison {Guid.NewGuid().ToString("N")[..16]}";

    public OrgSettings Settings => _settings;

    /// <summary>The path of the API version.</summary>
    public string Data => $"/services/data/{_settings.ApiVersion}";

    public void Dispose() => _http.Dispose();

    /// <summary>Logs in; calls use the new session from now on.</summary>
    /// <returns>The token reply.</returns>
    /// <exception cref="InvalidOperationException">The org refused the login.</exception>
    public async Task<Answer> LogInAsync(CancellationToken cancellationToken)
    {
        var answer = await RequestTokenAsync("client_credentials", _settings.ClientId, _settings.ClientSecret, cancellationToken);
        if (answer.Status != 200)
        {
            throw new InvalidOperationException($"{_settings.BaseUrl} refused the login with status {answer.Status}: {answer.Body}");
        }

        _token = answer.Json.GetProperty("access_token").GetString();
        return answer;
    }

    public Task<Answer> RequestTokenAsync(string grantType, string clientId, string clientSecret, CancellationToken cancellationToken) =>
        SendAsync(
            new HttpRequestMessage(HttpMethod.Post, "/services/oauth2/token")
            {
                Content = new FormUrlEncodedContent(
                    [new("grant_type", grantType), new("client_id", clientId), new("client_secret", clientSecret)]),
            },
            cancellationToken);

    /// <param name="path">Below the API version, or from the root when it begins with a slash.</param>
    /// <param name="headers">Also <c>Authorization</c> or <c>Content-Type</c>, in the place of the usual ones.</param>
    public Task<Answer> SendAsync(
        string method, string path, string? body, CancellationToken cancellationToken, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path.StartsWith('/') ? path : $"{Data}/{path}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        foreach (var (name, value) in headers)
        {
            if (name == "Content-Type")
            {
                request.Content!.Headers.ContentType = MediaTypeHeaderValue.Parse(value);
                continue;
            }

            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return SendAsync(request, cancellationToken);
    }

    /// <summary>Deletes what this run made, wherever it was broken off.</summary>
    /// <returns>How many records there were.</returns>
    /// <exception cref="InvalidOperationException">Not all could be deleted.</exception>
    public async Task<int> CleanUpAsync(CancellationToken cancellationToken)
    {
        var deleted = 0;
        foreach (var (type, field) in MarkedBy)
        {
            while (await FindAsync(type, field, cancellationToken) is { Count: > 0 } ids)
            {
                var answer = await SendAsync("DELETE", $"composite/sobjects?ids={string.Join(',', ids)}", null, cancellationToken);
                var gone = answer.Status == 200 ? answer.Json.EnumerateArray().Count(result => result.GetProperty("success").GetBoolean()) : 0;
                deleted += gone;
                if (gone == 0)
                {
                    throw new InvalidOperationException(
                        $"{ids.Count} records of {type} whose {field} begins with '{Marker}' could not be deleted: {answer.Body}");
                }
            }
        }

        return deleted;
    }

    private async Task<IReadOnlyList<string>> FindAsync(string type, string field, CancellationToken cancellationToken)
    {
        var soql = $"SELECT Id FROM {type} WHERE {field} LIKE '{Marker}%' LIMIT {MostDeletedAtOnce}";
        var found = await SendAsync("GET", $"query?q={Uri.EscapeDataString(soql)}", null, cancellationToken);
        return found.Status == 200
            ? [.. found.Json.GetProperty("records").EnumerateArray().Select(record => record.GetProperty("Id").GetString()!)]
            : throw new InvalidOperationException($"What this run made cannot be looked for: {found.Body}");
    }

    private async Task<Answer> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using (request)
        using (var response = await _http.SendAsync(request, cancellationToken))
        {
            var headers = response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
                .ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
            return new Answer((int)response.StatusCode, headers, await response.Content.ReadAsStringAsync(cancellationToken));
        }
    }
}

/// <summary>A reply, read whole.</summary>
public sealed record Answer(int Status, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public JsonElement Json => JsonElement.Parse(Body);
}
