using System.Net.Sockets;
using System.Reflection;
using Azure;
using Connector.Tests.Drivers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SalesforceConnector;
using SalesforceConnector.Contracts.Telemetry;
using SalesforceSimulator;

namespace Connector.Tests.Telemetry;

/// <summary>The log has types, statuses and codes of what failed, and nothing of any record.</summary>
public sealed class LoggedExceptionTests(AzuriteFixture azurite)
{
    private const string Value = "Top secret name of a customer";

    [Fact]
    public void No_log_method_takes_an_exception_with_its_message()
    {
        var methods = typeof(ConnectorServices).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            .Where(method => method.GetCustomAttribute<LoggerMessageAttribute>() is not null)
            .ToArray();

        methods.Length.ShouldBeGreaterThan(5);
        methods.SelectMany(method => method.GetParameters())
            .Where(parameter => parameter.ParameterType.IsAssignableTo(typeof(Exception)))
            .ShouldAllBe(parameter => parameter.ParameterType == typeof(LoggedException));
    }

    [Fact]
    public void Types_statuses_and_codes_are_told_and_messages_are_not()
    {
        var exception = LoggedException.From(new InvalidOperationException(
            Value,
            new AggregateException(
                new RequestFailedException(409, Value, "EntityAlreadyExists", null),
                new HttpRequestException(HttpRequestError.ConnectionError, Value, new SocketException((int)SocketError.ConnectionRefused)))));

        exception.ShouldNotBeNull().ToString().ShouldBe(
            "InvalidOperationException <- AggregateException <- RequestFailedException (409 EntityAlreadyExists) <- HttpRequestException (ConnectionError) <- SocketException (ConnectionRefused)");
        LoggedException.From(null).ShouldBeNull();
    }

    [Theory]
    [InlineData("SalesforceConnector.Operations.Queries.Query", true)]
    [InlineData("System.Net.Http.HttpClient.SalesforceClient.LogicalHandler", false)]
    [InlineData("Azure.Core", false)]
    [InlineData("Microsoft.AspNetCore.Hosting.Diagnostics", false)]
    public async Task The_requests_that_libraries_tell_of_are_not_logged(string category, bool isLogged)
    {
        await using var app = await ConnectorApp.StartAsync();
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(category);

        logger.IsEnabled(LogLevel.Information).ShouldBe(isLogged);
        logger.IsEnabled(LogLevel.Warning).ShouldBeTrue();
    }

    [Fact]
    public async Task What_Salesforce_says_of_a_record_is_not_logged()
    {
        await using var app = await ConnectorApp.StartAsync();
        var route = "collections/create";
        var records = Enumerable.Range(0, 201).Select(i => new { Name = $"x{i}" });
        foreach (var (path, payload) in new (string, object)[]
        {
            ("records/create", new { objectType = "Account", fields = new { Name = "x" } }),
            (route, new { objectType = "Account", records }),
        })
        {
            app.Org.AddFaults(new FaultRule { Path = "/services/data/*", Status = 400, ErrorCode = "DUPLICATE_VALUE", Message = Value, Times = 1 });

            var reply = await app.PostAsync(path, payload);

            reply.ShouldBeProblem(400, "DUPLICATE_VALUE").ToJsonString().ShouldContain(Value);
        }

        app.Log.Text.ShouldContain("DUPLICATE_VALUE");
        app.Log.Text.ShouldNotContain(Value);
    }

    [Fact]
    public async Task Nor_is_it_when_the_record_came_by_a_queue()
    {
        await using var app = await azurite.StartAppAsync(listensTo: ["CreateRecord"]);
        app.Org.AddFaults(new FaultRule { Path = "/services/data/*", Status = 500, ErrorCode = "UNKNOWN_EXCEPTION", Message = Value });

        await app.Queues.SendAsync("salesforce-create-record", """{"correlationId":"c","payload":{"objectType":"Account","fields":{"Name":"x"}}}""");

        (await app.Queues.ReceiveResultAsync("c")).ToJsonString().ShouldContain(Value);
        app.Log.Text.ShouldContain("CreateRecord c: attempt 1 failed with 502 UNKNOWN_EXCEPTION");
        app.Log.Text.ShouldNotContain(Value);
    }

    [Fact]
    public async Task A_page_that_fails_midway_is_logged_without_what_Salesforce_said()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.Fill("Account", 12_000);
        app.Org.AddFaults(new FaultRule { Path = "/services/data/*/query/*-8000", Status = 400, ErrorCode = "INVALID_FIELD", Message = Value });

        await Should.ThrowAsync<HttpRequestException>(
            () => app.PostAsync("query", new { soqlQuery = "SELECT Id, Name FROM Account", fetchAll = true }));

        app.Log.Text.ShouldContain("failed midway");
        app.Log.Text.ShouldContain("INVALID_FIELD");
        app.Log.Text.ShouldNotContain(Value);
    }

    [Fact]
    public async Task A_token_that_was_given_as_the_name_of_a_secret_is_repeated_nowhere()
    {
        await using var app = await ConnectorApp.StartAsync();
        var token = app.Secret("00Dxx0000001gPL!AR8AQJ.a_mistyped_token");

        var reply = await app.PostAsync("limits", new { authentication = new { type = "bearer", tokenSecret = token } });

        reply.ShouldBeProblem(400, "INVALID_MEMBER");
    }

    [Theory]
    [InlineData("records/get", """{"objectType":"TOKEN","objectId":"001000000000001AAA"}""")]
    [InlineData("records/get", """{"objectType":"Account","objectId":"TOKEN"}""")]
    [InlineData("records/get", """{"objectType":"Account","externalIdField":"TOKEN","externalId":"x"}""")]
    [InlineData("records/get", """{"objectType":"Account","objectId":"001000000000001AAA","relationshipFieldName":"TOKEN"}""")]
    [InlineData("records/get", """{"objectType":"Account","objectId":"001000000000001AAA","ifModifiedSince":"TOKEN"}""")]
    [InlineData("query/page", """{"nextRecordsUrl":"/services/data/v67.0/query?access_token=TOKEN"}""")]
    [InlineData("limits", """{"baseUrl":"TOKEN"}""")]
    [InlineData("limits", """{"baseUrl":"https://acme.my.salesforce.com/?access_token=TOKEN"}""")]
    [InlineData("limits", """{"apiVersion":"TOKEN"}""")]
    [InlineData("limits", """{"authentication":{"type":"TOKEN"}}""")]
    [InlineData("composite", """{"compositeRequest":[{"method":"TOKEN","url":"/services/data/v67.0/limits","referenceId":"r"}]}""")]
    [InlineData("composite", """{"compositeRequest":[{"method":"GET","url":"https://x/TOKEN","referenceId":"r"}]}""")]
    public async Task A_token_in_the_place_of_any_other_member_is_repeated_nowhere(string route, string payload)
    {
        await using var app = await ConnectorApp.StartAsync();
        foreach (var token in new[] { "00Dxx0000001gPL!AR8AQJ.a_mistyped_token", "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.c2lnbmF0dXJl" })
        {
            var reply = await app.PostAsync(route, payload.Replace("TOKEN", app.Secret(token), StringComparison.Ordinal));

            reply.ShouldBeProblem(400, "INVALID_MEMBER");
        }
    }
}
