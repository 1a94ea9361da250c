using System.Text.RegularExpressions;
using LocalHost;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;

namespace Connector.Tests.LocalHost;

public sealed class QueueStartTests
{
    private const string HostSetting = "AzureFunctionsJobHost__extensions__queues__";

    [Theory]
    [InlineData(typeof(UnknownSetting), "Function 'Works' (*): its queue is '%Tests:Missing%', but there is no app setting Tests__Missing.")]
    [InlineData(typeof(UnknownConnection), "Function 'Works' (*): its connection is 'Nowhere', but there is no app setting Nowhere with a connection string.")]
    [InlineData(typeof(NoConnection), "Function 'Works' (*): its connection is 'AzureWebJobsStorage', but there is no app setting *.")]
    [InlineData(typeof(BadConnection), "Function 'Works' (*): the app setting Tests:Bad is not a connection string.")]
    [InlineData(typeof(BadName), "Function 'Works' (*): 'no--queue' cannot be the name of a queue.")]
    [InlineData(typeof(TwoTriggers), "Function 'Works' (*): a function has exactly one trigger, *")]
    [InlineData(typeof(UnknownParameter), "Function 'Works' (*): the local host cannot bind parameter 'message' (System.Int32); *")]
    [InlineData(typeof(UnknownReturn), "Function 'Works' (*): the local host has no place for a System.String *")]
    public async Task Queue_functions_that_the_host_would_refuse_stop_the_start(Type functions, string expected)
    {
        var exception = await Should.ThrowAsync<FunctionsHostException>(() => StartAsync(functions));

        exception.Message.ShouldMatch($"^{Regex.Escape(expected).Replace(@"\*", ".*", StringComparison.Ordinal)}$");
    }

    [Fact]
    public async Task Queues_are_listened_to_only_when_they_are_asked_for()
    {
        await using var without = await TestApp.StartAsync(typeof(UnknownSetting));
        without.Host.QueueFunctions.ShouldBeEmpty();

        await using var with = await StartAsync(typeof(Working));
        with.Host.QueueFunctions.ShouldBe([new QueueFunctionInfo("Works", "a-queue-poison")]);
        with.Host.Functions.ShouldBeEmpty();
    }

    [Fact]
    public void Without_settings_the_hosts_defaults_hold()
    {
        var queues = Read("""{ "version": "2.0" }""");

        queues.BatchSize.ShouldBe(16);
        queues.NewBatchThreshold.ShouldBe(8 * Environment.ProcessorCount);
        queues.MaxDequeueCount.ShouldBe(5);
        queues.VisibilityTimeout.ShouldBe(TimeSpan.Zero);
        queues.MaxPollingInterval.ShouldBe(TimeSpan.FromSeconds(2));
        queues.MessageEncoding.ShouldBe(Azure.Storage.Queues.QueueMessageEncoding.Base64);
    }

    [Fact]
    public void An_app_setting_rules_over_host_json()
    {
        var queues = Read(
            """{ "version": "2.0", "extensions": { "queues": { "batchSize": 3, "newBatchThreshold": 0 } } }""",
            ($"{HostSetting}batchSize", "4"));

        queues.BatchSize.ShouldBe(4);
        queues.NewBatchThreshold.ShouldBe(0);
    }

    [Theory]
    [InlineData("batchSize", "33", "'batchSize' must be 1 to 32.")]
    [InlineData("batchSize", "many", "Failed to convert configuration value 'many' at 'extensions:queues:batchSize'")]
    [InlineData("maxDequeueCount", "0", "'maxDequeueCount' must be 1 or more.")]
    [InlineData("visibilityTimeout", "-00:00:01", "'visibilityTimeout' must not be negative.")]
    [InlineData("maxPollingInterval", "00:00:00.05", "'maxPollingInterval' must be 100 ms or more.")]
    [InlineData("messageEncoding", "utf8", "'extensions:queues:messageEncoding'")]
    [InlineData("batchsise", "4", "'batchsise'")]
    public void Settings_that_the_host_would_refuse_or_overlook_stop_the_start(string name, string value, string expected)
    {
        var exception = Should.Throw<FunctionsHostException>(() => Read("""{ "version": "2.0" }""", (HostSetting + name, value)));

        exception.Message.ShouldContain("'extensions.queues': ");
        exception.Message.ShouldContain(expected);
    }

    private static QueueSettings Read(string hostJson, params (string Name, string Value)[] settings)
    {
        using var file = new TemporaryFile(hostJson);
        var appSettings = new ConfigurationBuilder()
            .AddAppSettings(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)))
            .Build();
        return HostJson.Read(file.Path, appSettings).Queues;
    }

    private static Task<TestApp> StartAsync(Type functions) => TestApp.StartAsync(
        new FunctionsHostOptions
        {
            Queues = true,
            Settings = new Dictionary<string, string?>
            {
                ["Tests__Queue"] = "a-queue",
                ["Tests__Bad"] = "no connection string",

                // Nobody listens there; the host keeps trying.
                ["Tests__Storage"] = "UseDevelopmentStorage=true;DevelopmentStorageProxyUri=http://127.0.0.1:1",
            },
        },
        functions);

    internal static class Working
    {
        [Function("Works")]
        public static void Work([QueueTrigger("%Tests:Queue%-Poison", Connection = "Tests:Storage")] string message)
        {
        }
    }

    internal static class UnknownSetting
    {
        [Function("Works")]
        public static Task Work([QueueTrigger("%Tests:Missing%", Connection = "Storage")] string message) => Task.CompletedTask;
    }

    internal static class UnknownConnection
    {
        [Function("Works")]
        public static Task Work([QueueTrigger("work", Connection = "Nowhere")] string message) => Task.CompletedTask;
    }

    internal static class NoConnection
    {
        [Function("Works")]
        public static Task Work([QueueTrigger("work")] string message) => Task.CompletedTask;
    }

    internal static class BadConnection
    {
        [Function("Works")]
        public static Task Work([QueueTrigger("work", Connection = "Tests:Bad")] string message) => Task.CompletedTask;
    }

    internal static class BadName
    {
        [Function("Works")]
        public static Task Work([QueueTrigger("no--queue", Connection = "Storage")] string message) => Task.CompletedTask;
    }

    internal static class TwoTriggers
    {
        [Function("Works")]
        public static Task Work([QueueTrigger("work")] string message, [HttpTrigger(AuthorizationLevel.Function)] HttpRequest request) => Task.CompletedTask;
    }

    internal static class UnknownParameter
    {
        [Function("Works")]
        public static Task Work([QueueTrigger("work", Connection = "Storage")] int message) => Task.CompletedTask;
    }

    internal static class UnknownReturn
    {
        [Function("Works")]
        public static string Work([QueueTrigger("work", Connection = "Storage")] string message) => message;
    }
}
