using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Benchmarks.Peers;

/// <summary>
/// An org that does nothing but answer: Kestrel without routing, logging or a store, with replies that are ready as
/// bytes and have the headers of Salesforce's. It is no bottleneck as far as its own throughput, which is measured
/// beside that of all others, lies above theirs.
/// </summary>
internal sealed class FixedOrg
{
    /// <summary>Asks for the <see cref="OrgCounts"/>.</summary>
    public const string CountsQuestion = "counts";

    private const int ChunkBytes = 64 << 10;

    private static readonly byte[] PageOfRecords = Encoding.UTF8.GetBytes(string.Join(',', Enumerable.Repeat(Sample.Lead, Sample.PageRecords)));
    private static readonly string Authorization = $"Bearer {Sample.Token}";

    private readonly byte[] _chunk = Chunk();
    private long _logins;
    private long _calls;
    private byte[] _login = [];

    public static async Task RunAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        await using var app = builder.Build();
        var org = new FixedOrg();
        app.Run(org.ServeAsync);
        await app.StartAsync();
        var url = app.Urls.Single();
        org._login = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string>
        {
            ["access_token"] = Sample.Token,
            ["signature"] = "c2lnbmF0dXJlIG9mIHRoZSBiZW5jaG1hcmsncyBvcmc=",
            ["scope"] = "api",
            ["instance_url"] = url,
            ["id"] = $"{url}/id/00DDn000000TESTMAQ/005Dn0000070001IAA",
            ["token_type"] = "Bearer",
            ["issued_at"] = "1775000000000",
        });
        await Conversation.HoldAsync(
            url, _ => Task.FromResult(JsonSerializer.Serialize(new OrgCounts(Interlocked.Read(ref org._logins), Interlocked.Read(ref org._calls)), JsonSerializerOptions.Web)));
    }

    private async Task ServeAsync(HttpContext context)
    {
        var request = context.Request;
        if (HttpMethods.IsPost(request.Method))
        {
            await request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        }

        if (request.Path == Sample.TokenPath)
        {
            Interlocked.Increment(ref _logins);
            await AnswerAsync(context, StatusCodes.Status200OK, _login);
        }
        else if (request.Headers.Authorization != Authorization)
        {
            await AnswerAsync(context, StatusCodes.Status401Unauthorized, """[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]"""u8.ToArray());
        }
        else
        {
            Interlocked.Increment(ref _calls);
            await (request.Path.Value switch
            {
                Sample.RecordPath => AnswerAsync(context, StatusCodes.Status200OK, Sample.Record),
                Sample.CollectionPath => AnswerAsync(context, StatusCodes.Status201Created, Sample.Created),
                Sample.QueryPath when request.QueryString.Value!.Contains(Sample.PagedObject, StringComparison.Ordinal) => AnswerWithPageAsync(context, 0),
                Sample.QueryPath when Uri.UnescapeDataString(request.QueryString.Value!).Contains(Sample.Limit, StringComparison.Ordinal) =>
                    AnswerAtLengthAsync(context, Sample.LimitedReplyBytes),
                Sample.QueryPath => AnswerAtLengthAsync(context, Sample.LargeReplyBytes),
                { } path when path.StartsWith(Sample.PagePath, StringComparison.Ordinal) =>
                    AnswerWithPageAsync(context, int.Parse(path[Sample.PagePath.Length..], CultureInfo.InvariantCulture)),
                _ => AnswerAsync(context, StatusCodes.Status404NotFound, """[{"errorCode":"NOT_FOUND","message":"The requested resource does not exist"}]"""u8.ToArray()),
            });
        }
    }

    private static Task AnswerAsync(HttpContext context, int status, ReadOnlyMemory<byte> body)
    {
        SetHeaders(context.Response, status);
        return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    private async Task AnswerAtLengthAsync(HttpContext context, long length)
    {
        SetHeaders(context.Response, StatusCodes.Status200OK);
        await context.Response.Body.WriteAsync("""{"totalSize":1,"done":true,"records":["""u8.ToArray(), context.RequestAborted);
        for (long sent = 0; sent < length; sent += _chunk.Length)
        {
            await context.Response.Body.WriteAsync(_chunk, context.RequestAborted);
        }

        await context.Response.Body.WriteAsync(Sample.Record, context.RequestAborted);
        await context.Response.Body.WriteAsync("]}"u8.ToArray(), context.RequestAborted);
    }

    private static async Task AnswerWithPageAsync(HttpContext context, int before)
    {
        SetHeaders(context.Response, StatusCodes.Status200OK);
        var next = before + Sample.PageRecords;
        var rest = next < Sample.PagedRecords ? $"\"done\":false,\"nextRecordsUrl\":\"{Sample.PagePath}{next}\"" : "\"done\":true";
        await context.Response.Body.WriteAsync(
            Encoding.UTF8.GetBytes($"{{\"totalSize\":{Sample.PagedRecords},{rest},\"records\":["), context.RequestAborted);
        await context.Response.Body.WriteAsync(PageOfRecords, context.RequestAborted);
        await context.Response.Body.WriteAsync("]}"u8.ToArray(), context.RequestAborted);
    }

    // No Content-Length: Salesforce's replies are chunked.
    private static void SetHeaders(HttpResponse response, int status)
    {
        response.StatusCode = status;
        var headers = response.Headers;
        headers.Date = "Tue, 24 Mar 2026 10:00:00 GMT";
        headers.SetCookie = "BrowserId=benchmarkBrowserId0000; domain=.salesforce.com; path=/; expires=Wed, 24-Mar-2027 10:00:00 GMT; Max-Age=31536000";
        headers.StrictTransportSecurity = "max-age=63072000; includeSubDomains";
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-cache,must-revalidate,max-age=0,no-store,private";
        headers["Sforce-Limit-Info"] = "api-usage=4711/100000";
        headers.LastModified = "Mon, 02 Mar 2026 16:45:12 GMT";
        headers.ContentType = "application/json;charset=UTF-8";
        headers.Vary = "Accept-Encoding";
    }

    private static byte[] Chunk()
    {
        var records = new StringBuilder();
        while (records.Length < ChunkBytes)
        {
            records.Append(Encoding.UTF8.GetString(Sample.Record.Span)).Append(',');
        }

        return Encoding.UTF8.GetBytes(records.ToString());
    }
}

/// <summary>What an org has done.</summary>
internal sealed record OrgCounts(long Logins, long Calls);
