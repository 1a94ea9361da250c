using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace LocalHost.Tests;

public sealed class RoutingTests
{
    [Theory]
    [InlineData("api/things/get")]
    [InlineData("API/Things/GET")]
    [InlineData("api/things/get/")]
    [InlineData("api/things/get?also=this")]
    public async Task A_route_matches_under_its_prefix_in_any_case_and_with_a_trailing_slash(string path)
    {
        await using var app = await TestApp.StartAsync(typeof(Things));

        (await app.GetStringAsync(path)).ShouldBe("get");
    }

    [Fact]
    public async Task A_function_without_a_route_answers_at_its_name()
    {
        await using var app = await TestApp.StartAsync(typeof(Things));

        (await app.GetStringAsync("api/Nameless")).ShouldBe("nameless");
    }

    [Theory]
    [InlineData("POST", "")]
    [InlineData("GET", "api")]
    [InlineData("GET", "things/get")]
    [InlineData("GET", "api/things")]
    [InlineData("GET", "api/things/get/more")]
    [InlineData("POST", "api/things/get")]
    [InlineData("HEAD", "api/things/get")]
    [InlineData("OPTIONS", "api/things/get")]
    public async Task No_such_route_or_method_is_an_empty_404(string method, string path)
    {
        await using var app = await TestApp.StartAsync(typeof(Things));

        using var reply = await app.SendAsync(new HttpMethod(method), path);

        await reply.ShouldBeEmptyAsync(HttpStatusCode.NotFound);
        reply.Content.Headers.Allow.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_function_that_names_no_methods_answers_any()
    {
        await using var app = await TestApp.StartAsync(typeof(Things));

        using var reply = await app.SendAsync(HttpMethod.Options, "api/nameless");

        reply.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task One_route_may_be_shared_by_functions_of_different_methods()
    {
        await using var app = await TestApp.StartAsync(typeof(Things));

        using var put = await app.SendAsync(HttpMethod.Put, "api/things/get");

        (await put.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBe("put");
        (await app.GetStringAsync("api/things/get")).ShouldBe("get");
    }

    [Fact]
    public async Task The_first_function_by_name_wins()
    {
        await using var app = await TestApp.StartAsync(typeof(Overlapping));

        (await app.GetStringAsync("api/things/literal")).ShouldBe("parameter");
        app.Host.Functions.Select(function => function.Name).ShouldBe(["first", "Second"]);
    }

    [Fact]
    public async Task A_route_value_reaches_the_parameter_of_its_name_with_slashes_left_encoded()
    {
        await using var app = await TestApp.StartAsync(typeof(Values));

        (await app.GetStringAsync("api/values/a%2Fb%20c")).ShouldBe("a%2Fb c, none");
        (await app.GetStringAsync("api/values/a/b")).ShouldBe("a, b");
    }

    [Fact]
    public async Task The_root_is_the_hosts_home_page()
    {
        await using var app = await TestApp.StartAsync(typeof(Things));

        using var reply = await app.SendAsync(HttpMethod.Get, "");

        reply.StatusCode.ShouldBe(HttpStatusCode.OK);
        reply.Content.Headers.ContentType?.MediaType.ShouldBe("text/html");
    }

    [Fact]
    public async Task A_callers_own_invocation_id_is_kept_so_that_the_worker_never_finds_the_call()
    {
        await using var app = await TestApp.StartAsync(typeof(Things));

        // The worker waits five seconds for the one half of the call and fifteen for the other.
        using var reply = await app.SendAsync(HttpMethod.Get, "api/things/get", ("x-ms-invocation-id", "own"));

        await reply.ShouldBeEmptyAsync(HttpStatusCode.InternalServerError);
    }

    [Fact]
    public async Task Functions_are_listed_with_their_whole_route_methods_and_level()
    {
        await using var app = await TestApp.StartAsync(typeof(Things));

        var get = app.Host.Functions.Single(function => function.Name == "ThingsGet");

        get.Route.ShouldBe("/api/things/get");
        get.Methods.ShouldBe(["GET"]);
        get.Level.ShouldBe(AuthorizationLevel.Function);
    }

    internal sealed class Things
    {
        [Function("ThingsGet")]
        public IResult Get([HttpTrigger(AuthorizationLevel.Function, "get", Route = "things/get")] HttpRequest request) => Results.Text("get");

        [Function("ThingsPut")]
        public IResult Put([HttpTrigger(AuthorizationLevel.Function, "put", Route = "things/get")] HttpRequest request) => Results.Text("put");

        [Function("Nameless")]
        public IResult Nameless([HttpTrigger(AuthorizationLevel.Function)] HttpRequest request) => Results.Text("nameless");
    }

    internal static class Overlapping
    {
        [Function("Second")]
        public static IResult Literal([HttpTrigger(AuthorizationLevel.Function, "get", Route = "things/literal")] HttpRequest request) => Results.Text("literal");

        [Function("first")]
        public static IResult Parameter([HttpTrigger(AuthorizationLevel.Function, "get", Route = "things/{name}")] HttpRequest request) => Results.Text("parameter");
    }

    internal static class Values
    {
        [Function("Values")]
        public static IResult Get(
            [HttpTrigger(AuthorizationLevel.Function, "get", Route = "values/{first}/{second=none}")] HttpRequest request, string first, string second) =>
            Results.Text($"{first}, {second}");
    }
}
