using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace LocalHost.Tests;

public sealed class KeyTests
{
    private static readonly FunctionsHostOptions Keyed = new() { Key = "function-key", MasterKey = "master-key" };

    [Theory]
    [InlineData("open", null, null, 200)]
    [InlineData("open", "wrong", null, 200)]
    [InlineData("keyed", null, null, 401)]
    [InlineData("keyed", "function-key", null, 200)]
    [InlineData("keyed", "master-key", null, 200)]
    [InlineData("keyed", null, "function-key", 200)]
    [InlineData("keyed", "wrong", null, 401)]
    [InlineData("keyed", "FUNCTION-KEY", null, 401)]
    [InlineData("keyed", null, "wrong", 401)]
    [InlineData("keyed", "wrong", "function-key", 401)]
    [InlineData("keyed", "function-key", "wrong", 200)]
    [InlineData("topmost", "function-key", null, 401)]
    [InlineData("topmost", "master-key", null, 200)]
    public async Task A_key_opens_what_its_level_allows(string function, string? header, string? code, int status)
    {
        await using var app = await TestApp.StartAsync(Keyed, typeof(Levels));
        (string, string)[] headers = header is null ? [] : [("x-functions-key", header)];

        using var reply = await app.SendAsync(HttpMethod.Get, $"api/{function}{(code is null ? "" : $"?code={code}")}", headers);

        ((int)reply.StatusCode).ShouldBe(status);
    }

    [Fact]
    public async Task A_refusal_is_an_empty_401_without_a_challenge()
    {
        await using var app = await TestApp.StartAsync(Keyed, typeof(Levels));

        using var reply = await app.SendAsync(HttpMethod.Get, "api/keyed");

        await reply.ShouldBeEmptyAsync(HttpStatusCode.Unauthorized);
        reply.Headers.WwwAuthenticate.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_wrong_method_is_not_found_before_a_key_is_looked_at()
    {
        await using var app = await TestApp.StartAsync(Keyed, typeof(Levels));

        using var reply = await app.SendAsync(HttpMethod.Post, "api/keyed");

        reply.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("keyed")]
    [InlineData("topmost")]
    public async Task No_key_is_asked_when_the_host_has_none(string function)
    {
        await using var app = await TestApp.StartAsync(typeof(Levels));

        (await app.GetStringAsync($"api/{function}")).ShouldBe(function);
    }

    [Theory]
    [InlineData("GET", "admin/host/status", null, 401)]
    [InlineData("GET", "admin/host/status", "function-key", 401)]
    [InlineData("GET", "admin/host/status", "master-key", 200)]
    [InlineData("GET", "admin/nothing", "master-key", 404)]
    [InlineData("POST", "runtime/webhooks/x", null, 401)]
    [InlineData("POST", "admin/functions/nothing", "master-key", 404)]
    public async Task The_hosts_own_paths_are_for_the_master_key(string method, string path, string? key, int status)
    {
        await using var app = await TestApp.StartAsync(Keyed, typeof(Levels));

        using var reply = await app.SendAsync(new HttpMethod(method), path, key is null ? [] : [("x-functions-key", key)]);

        ((int)reply.StatusCode).ShouldBe(status);
    }

    [Fact]
    public async Task A_body_that_the_worker_would_not_take_is_refused_without_a_key_first()
    {
        await using var app = await TestApp.StartAsync(Keyed, typeof(Levels));
        using var content = new ByteArrayContent(new byte[31_000_000]);

        using var reply = await app.Client.PostAsync(new Uri("api/posts", UriKind.Relative), content, TestContext.Current.CancellationToken);

        await reply.ShouldBeEmptyAsync(HttpStatusCode.Unauthorized);
    }

    internal static class Levels
    {
        [Function("open")]
        public static IResult Open([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) => Results.Text("open");

        [Function("keyed")]
        public static IResult Keyed([HttpTrigger(AuthorizationLevel.Function, "get")] HttpRequest request) => Results.Text("keyed");

        // A route may not start with "topmost", but a function may be called so.
        [Function("topmost")]
        public static IResult Topmost([HttpTrigger(AuthorizationLevel.Admin, "get")] HttpRequest request) => Results.Text("topmost");

        [Function("posts")]
        public static IResult Posts([HttpTrigger(AuthorizationLevel.Function, "post")] HttpRequest request) => Results.Text("posts");
    }
}
