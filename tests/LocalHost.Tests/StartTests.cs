using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LocalHost.Tests;

public sealed class StartTests
{
    [Theory]
    [InlineData(typeof(SameName), "Function 'twice' (*Second): *First has the same name.")]
    [InlineData(typeof(BadName), "Function '1st' (*): a name is 1 to 128 letters, *")]
    [InlineData(typeof(AdminRoute), "Function 'Reserved' (*): route 'administration/of' starts with 'admin', *")]
    [InlineData(typeof(RuntimeRoute), "Function 'Reserved' (*): route 'Runtime/of' starts with 'runtime', *")]
    [InlineData(typeof(SameRoute), "Function 'two' (*): its route is also that of 'one', for the same method.")]
    [InlineData(typeof(BrokenRoute), "Function 'Broken' (*): route 'api/things/{id' is not a route: *")]
    [InlineData(typeof(ConstrainedRoute), "Function 'Constrained' (*): route 'api/things/{id:int}' has a constraint, *")]
    [InlineData(typeof(NoTrigger), "Function 'Idle' (*): a function has exactly one trigger.")]
    [InlineData(typeof(BadSchedule), "Function 'Ticks' (*): its schedule 'every minute' is not valid: *")]
    public async Task Functions_that_the_host_would_refuse_stop_the_start(Type functions, string expected)
    {
        var exception = await Should.ThrowAsync<FunctionsHostException>(() => TestApp.StartAsync(functions));

        exception.Message.ShouldMatch($"^{Regex.Escape(expected).Replace(@"\*", ".*", StringComparison.Ordinal)}$");
    }

    [Theory]
    [InlineData("""{ "extensions": {} }""", "'version' must be \"2.0\".")]
    [InlineData("""{ "version": 2.0 }""", "'version' must be \"2.0\".")]
    [InlineData("""{ "version": "2.0", "extentions": {} }""", "'extentions' is not a setting of the host; it knows version,")]
    [InlineData("""{ "version": "2.0", "extensions": { "http": { "routePrefix": 1 } } }""", "'extensions.http.routePrefix' must be a string.")]
    [InlineData("""{ "version": """, "is not JSON:")]
    public async Task A_host_json_that_the_host_would_refuse_stops_the_start(string json, string expected)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("host.json", json);

        var exception = await Should.ThrowAsync<FunctionsHostException>(
            () => TestApp.StartAsync(new FunctionsHostOptions { AppFolder = folder.Path }));

        exception.Message.ShouldStartWith(path);
        exception.Message.ShouldContain(expected);
    }

    [Fact]
    public async Task A_missing_host_json_stops_the_start()
    {
        using var folder = new TemporaryFolder();

        var exception = await Should.ThrowAsync<FunctionsHostException>(
            () => TestApp.StartAsync(new FunctionsHostOptions { AppFolder = folder.Path }));

        exception.Message.ShouldBe($"There is no host.json at {Path.Combine(folder.Path, "host.json")}.");
    }

    [Fact]
    public async Task Options_that_are_validated_on_start_stop_it_with_their_message()
    {
        var options = new FunctionsHostOptions
        {
            Settings = new Dictionary<string, string?> { ["Limits__Pages"] = "11" },
        };

        var exception = await Should.ThrowAsync<OptionsValidationException>(() => TestApp.StartAsync(
            options, services => services.AddOptions<Limits>().BindConfiguration("Limits").ValidateDataAnnotations().ValidateOnStart()));

        exception.Message.ShouldContain("The field Pages must be between 1 and 10.");
    }

    [Fact]
    public async Task A_given_port_is_served_on_localhost_and_refused_when_taken()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var options = new FunctionsHostOptions { Port = port };

        (await Should.ThrowAsync<IOException>(() => TestApp.StartAsync(options))).Message.ShouldContain($"{port}");

        listener.Stop();
        await using var app = await TestApp.StartAsync(options);
        app.Client.BaseAddress.ShouldBe(new Uri($"http://localhost:{port}/"));
    }

    internal sealed class Limits
    {
        [Range(1, 10)]
        public int Pages { get; init; } = 5;
    }

    internal static class SameName
    {
        [Function("Twice")]
        public static IResult First([HttpTrigger(AuthorizationLevel.Function)] HttpRequest request) => Results.Ok();

        [Function("twice")]
        public static IResult Second([HttpTrigger(AuthorizationLevel.Function)] HttpRequest request) => Results.Ok();
    }

    internal static class BadName
    {
        [Function("1st")]
        public static IResult Run([HttpTrigger(AuthorizationLevel.Function)] HttpRequest request) => Results.Ok();
    }

    internal static class AdminRoute
    {
        [Function("Reserved")]
        public static IResult Run([HttpTrigger(AuthorizationLevel.Function, Route = "administration/of")] HttpRequest request) => Results.Ok();
    }

    internal static class RuntimeRoute
    {
        [Function("Reserved")]
        public static IResult Run([HttpTrigger(AuthorizationLevel.Function, Route = "/Runtime/of")] HttpRequest request) => Results.Ok();
    }

    internal static class SameRoute
    {
        [Function("one")]
        public static IResult One([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "things")] HttpRequest request) => Results.Ok();

        [Function("two")]
        public static IResult Two([HttpTrigger(AuthorizationLevel.Function, "POST", Route = "Things/")] HttpRequest request) => Results.Ok();
    }

    internal static class BrokenRoute
    {
        [Function("Broken")]
        public static IResult Run([HttpTrigger(AuthorizationLevel.Function, Route = "things/{id")] HttpRequest request) => Results.Ok();
    }

    internal static class ConstrainedRoute
    {
        [Function("Constrained")]
        public static IResult Run([HttpTrigger(AuthorizationLevel.Function, Route = "things/{id:int}")] HttpRequest request) => Results.Ok();
    }

    internal static class NoTrigger
    {
        [Function("Idle")]
        public static IResult Run(HttpRequest request) => Results.Ok();
    }

    internal static class BadSchedule
    {
        [Function("Ticks")]
        public static void Run([TimerTrigger("every minute")] TimerInfo timer)
        {
        }
    }
}
