using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LocalHost.Tests;

public sealed class InvocationTests
{
    [Fact]
    public async Task A_function_class_is_made_for_each_invocation_within_its_own_scope()
    {
        await using var app = await TestApp.StartAsync(
            new FunctionsHostOptions(), services => services.AddScoped<Scoped>(), typeof(ScopedFunctions));

        var first = await app.GetStringAsync("api/Scopes");
        var second = await app.GetStringAsync("api/Scopes");

        first.ShouldStartWith("same");
        second.ShouldStartWith("same");
        second.ShouldNotBe(first);
    }

    [Theory]
    [InlineData("ThrowsAtOnce")]
    [InlineData("ThrowsLater")]
    [InlineData("ThrowsInItsResult")]
    public async Task An_exception_out_of_a_function_is_an_empty_500_and_is_logged(string function)
    {
        using var log = new CollectedLog();
        await using var app = await TestApp.StartAsync(
            new FunctionsHostOptions { ConfigureLogging = logging => logging.AddProvider(log) }, typeof(FailingFunctions));

        using var reply = await app.SendAsync(HttpMethod.Get, $"api/{function}");

        await reply.ShouldBeEmptyAsync(HttpStatusCode.InternalServerError);
        reply.Headers.Contains("x-half-done").ShouldBeFalse();
        log.Text.ShouldContain($"Error LocalHost.HttpForwarding Function {function} failed: ");
        log.Text.ShouldContain("System.InvalidOperationException");
    }

    [Fact]
    public async Task An_exception_amid_a_reply_cuts_the_connection()
    {
        await using var app = await TestApp.StartAsync(typeof(FailingFunctions));

        await Should.ThrowAsync<HttpRequestException>(() => app.GetStringAsync("api/ThrowsAmidItsReply"));
    }

    [Fact]
    public async Task Stopping_the_host_cancels_requests_that_do_not_end_within_its_grace()
    {
        var started = new TaskCompletionSource();
        await using var app = await TestApp.StartAsync(
            new FunctionsHostOptions { StopGrace = TimeSpan.FromMilliseconds(100) }, services => services.AddSingleton(started), typeof(WaitingFunctions));

        var call = app.SendAsync(HttpMethod.Get, "api/WaitsForStop");
        await started.Task.WaitAsync(TestContext.Current.CancellationToken);
        await app.StopAsync();

        using var reply = await call;
        reply.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task Stopping_the_host_lets_requests_end()
    {
        var (started, end) = (new TaskCompletionSource(), new SemaphoreSlim(0));
        await using var app = await TestApp.StartAsync(
            new FunctionsHostOptions(), services => services.AddSingleton(started).AddSingleton(end), typeof(EndingFunctions));

        var call = app.SendAsync(HttpMethod.Get, "api/Ends");
        await started.Task.WaitAsync(TestContext.Current.CancellationToken);
        var stopping = app.StopAsync();
        stopping.IsCompleted.ShouldBeFalse();
        end.Release();
        await stopping;

        using var reply = await call;
        reply.StatusCode.ShouldBe(HttpStatusCode.OK);
        end.Dispose();
    }

    [Fact]
    public async Task Settings_are_read_in_either_spelling_and_rule_over_the_environment()
    {
        Environment.SetEnvironmentVariable("LocalHostTests__Colon", "environment");
        Environment.SetEnvironmentVariable("LocalHostTests__Environment", "environment");
        await using var app = await TestApp.StartAsync(
            new FunctionsHostOptions
            {
                Settings = new Dictionary<string, string?>
                {
                    ["LocalHostTests:Colon"] = "colon",
                    ["LocalHostTests__Underscores"] = "underscores",
                },
            },
            typeof(SettingsFunctions));

        (await app.GetStringAsync("api/settings/Colon")).ShouldBe("colon");
        (await app.GetStringAsync("api/settings/Underscores")).ShouldBe("underscores");
        (await app.GetStringAsync("api/settings/Environment")).ShouldBe("environment");
    }

    internal sealed class Scoped;

    internal sealed class ScopedFunctions(Scoped scoped, IServiceProvider services)
    {
        private static int _made;
        private readonly int _number = Interlocked.Increment(ref _made);

        [Function("Scopes")]
        public IResult Get([HttpTrigger(AuthorizationLevel.Function, "get")] HttpRequest request) =>
            Results.Text($"{(scoped == services.GetRequiredService<Scoped>() ? "same" : "other")} {_number}");
    }

    internal sealed class FailingFunctions
    {
        [Function("ThrowsAtOnce")]
        public IResult AtOnce([HttpTrigger(AuthorizationLevel.Function, "get")] HttpRequest request)
        {
            request.HttpContext.Response.Headers["x-half-done"] = "yes";
            throw new InvalidOperationException("at once");
        }

        [Function("ThrowsLater")]
        public async Task<IResult> Later([HttpTrigger(AuthorizationLevel.Function, "get")] HttpRequest request)
        {
            await Task.Yield();
            throw new InvalidOperationException("later");
        }

        [Function("ThrowsInItsResult")]
        public IResult InItsResult([HttpTrigger(AuthorizationLevel.Function, "get")] HttpRequest request) =>
            Results.Stream(_ => throw new InvalidOperationException("in its result"), "application/json");

        [Function("ThrowsAmidItsReply")]
        public IResult AmidItsReply([HttpTrigger(AuthorizationLevel.Function, "get")] HttpRequest request) =>
            Results.Stream(async stream =>
            {
                await stream.WriteAsync(new byte[] { 1, 2, 3 });
                await stream.FlushAsync();
                throw new InvalidOperationException("amid its reply");
            });
    }

    internal sealed class WaitingFunctions(TaskCompletionSource started)
    {
        [Function("WaitsForStop")]
        public async Task<IResult> Wait(
            [HttpTrigger(AuthorizationLevel.Function, "get")] HttpRequest request, CancellationToken cancellationToken)
        {
            started.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }
    }

    internal sealed class EndingFunctions(TaskCompletionSource started, SemaphoreSlim end)
    {
        [Function("Ends")]
        public async Task<IResult> Wait(
            [HttpTrigger(AuthorizationLevel.Function, "get")] HttpRequest request, CancellationToken cancellationToken)
        {
            started.SetResult();
            await end.WaitAsync(cancellationToken);
            return Results.Ok();
        }
    }

    internal sealed class SettingsFunctions(IConfiguration configuration)
    {
        [Function("Settings")]
        public IResult Get([HttpTrigger(AuthorizationLevel.Function, "get", Route = "settings/{name}")] HttpRequest request, string name) =>
            Results.Text(configuration[$"LocalHostTests:{name}"]);
    }
}
