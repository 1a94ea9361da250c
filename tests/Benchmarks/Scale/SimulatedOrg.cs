using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Benchmarks.Scale;

/// <summary>An org with the limits of an Enterprise Edition: requests in 24 hours, and long requests at a time.</summary>
/// <remarks>
/// REST API Developer Guide, "API Request Limits and Allocations". A request counts for the 24 hours after it came; a
/// refused one does not. While 25 requests have been running for more than 20 seconds, every further one is refused.
/// </remarks>
internal sealed class SimulatedOrg(VirtualClock clock, Chance chance, Scenario scenario) : HttpMessageHandler
{
    public const string Url = "https://mydomain.my.salesforce.com";

    private const int MostLong = 25;

    private static readonly TimeSpan LongAfter = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan RefusalTakes = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Window = TimeSpan.FromHours(24);

    private readonly Queue<TimeSpan> _counted = new();
    private int _long;
    private int _running;

    public long Calls { get; private set; }

    public long Refused { get; private set; }

    /// <summary>Calls at a time: the most so far.</summary>
    public int Most { get; private set; }

    /// <summary>The time that all calls together have taken.</summary>
    public TimeSpan Busy { get; private set; }

    /// <summary>How often each record was read or created, by its number.</summary>
    public Dictionary<int, int> Done { get; } = [];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.AbsolutePath;
        if (path.EndsWith("/oauth2/token", StringComparison.Ordinal))
        {
            return Json(HttpStatusCode.OK, $$"""{"access_token":"token","instance_url":"{{Url}}","token_type":"Bearer"}""");
        }

        Calls++;
        while (_counted.TryPeek(out var oldest) && oldest + Window <= clock.Elapsed)
        {
            _counted.Dequeue();
        }

        if (_counted.Count >= scenario.CallsOfDay)
        {
            return await RefuseAsync("TotalRequests Limit exceeded.");
        }

        if (_long >= MostLong)
        {
            return await RefuseAsync("ConcurrentRequests (Concurrent API Requests) Limit exceeded.");
        }

        _counted.Enqueue(clock.Elapsed);
        var number = request.Content is { } content ? Engine.NumberIn(await content.ReadAsStringAsync(cancellationToken)) : Engine.NumberIn(path);
        var takes = scenario.CallTakes * chance.Between(0.5, 1.5);
        Busy += takes;
        Most = Math.Max(Most, ++_running);
        try
        {
            await RunAsync(takes, cancellationToken);
        }
        finally
        {
            _running--;
        }

        Done[number] = Done.GetValueOrDefault(number) + 1;
        return request.Method == HttpMethod.Get
            ? Json(HttpStatusCode.OK, """{"attributes":{"type":"Account","url":"/services/data/v67.0/sobjects/Account/001Dn000007000EIAQ"},"Id":"001Dn000007000EIAQ","Name":"Acme"}""")
            : Json(HttpStatusCode.Created, """{"id":"001Dn000007000EIAQ","success":true,"errors":[]}""");
    }

    private async Task RunAsync(TimeSpan takes, CancellationToken cancellationToken)
    {
        if (takes <= LongAfter)
        {
            await Task.Delay(takes, clock, cancellationToken);
            return;
        }

        await Task.Delay(LongAfter, clock, cancellationToken);
        _long++;
        try
        {
            await Task.Delay(takes - LongAfter, clock, cancellationToken);
        }
        finally
        {
            _long--;
        }
    }

    private async Task<HttpResponseMessage> RefuseAsync(string message)
    {
        Refused++;
        await clock.Delay(RefusalTakes);
        return Json(HttpStatusCode.Forbidden, $$"""[{"message":"{{message}}","errorCode":"REQUEST_LIMIT_EXCEEDED"}]""");
    }

    private static HttpResponseMessage Json(HttpStatusCode status, string json) => new(status)
    {
        Content = new ByteArrayContent(Encoding.UTF8.GetBytes(json))
        {
            Headers = { ContentType = new MediaTypeHeaderValue("application/json", "UTF-8") },
        },
    };
}
