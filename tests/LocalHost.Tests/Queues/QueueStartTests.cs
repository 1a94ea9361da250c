using Microsoft.Azure.Functions.Worker;

namespace LocalHost.Tests;

public sealed class QueueStartTests
{
    [Theory]
    [InlineData(typeof(UnknownSetting), "Tests:Missing")]
    [InlineData(typeof(UnknownConnection), "Nowhere")]
    [InlineData(typeof(NoConnection), "AzureWebJobsStorage")]
    [InlineData(typeof(BadConnection), "")]
    [InlineData(typeof(BadName), "consecutive dash")]
    public async Task Queue_functions_that_the_extension_refuses_stop_the_start(Type functions, string named)
    {
        var exception = await Should.ThrowAsync<FunctionsHostException>(() => StartAsync(functions));

        exception.Message.ShouldStartWith("Function 'Works' (");
        exception.Message.ShouldContain(named);
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

    private static Task<TestApp> StartAsync(Type functions) => TestApp.StartAsync(
        new FunctionsHostOptions
        {
            ListensTo = _ => true,
            Settings = new Dictionary<string, string?>
            {
                ["Tests__Bad"] = "no connection string",

                // Nobody listens there; the host keeps trying.
                ["Tests__Storage"] = "UseDevelopmentStorage=true;DevelopmentStorageProxyUri=http://127.0.0.1:1",
            },
        },
        functions);

    internal static class Working
    {
        [Function("Works")]
        public static void Work([QueueTrigger("a-queue-poison", Connection = "Tests:Storage")] string message)
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
}
