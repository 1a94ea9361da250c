using System.Net;
using Connector.Tests.Drivers;
using SalesforceSimulator;

namespace Connector.Tests.Hosting;

/// <summary>The table of errors in functions/README.md, row by row, through the front door.</summary>
public sealed class ErrorTests
{
    private const string Id = "001000000000000AAA";
    private const string Calls = "/services/data/*";

    private static readonly object Query = new { soqlQuery = "SELECT Id FROM Account" };
    private static readonly object Create = new { objectType = "Account", fields = new { Name = "Acme" } };
    private static readonly object Delete = new { objectType = "Account", objectId = Id };

    [Theory]
    [InlineData(400, "FIELD_CUSTOM_VALIDATION_EXCEPTION")]
    [InlineData(400, "QUERY_TIMEOUT")]
    [InlineData(400, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY")]
    [InlineData(403, "INSUFFICIENT_ACCESS_OR_READONLY")]
    [InlineData(403, "API_DISABLED_FOR_ORG")]
    [InlineData(404, "NOT_FOUND")]
    [InlineData(405, "METHOD_NOT_ALLOWED")]
    [InlineData(409, "CONFLICT")]
    [InlineData(410, "API_VERSION_RETIRED")]
    [InlineData(412, "PRECONDITION_FAILED")]
    [InlineData(415, "UNSUPPORTED_MEDIA_TYPE")]
    public async Task What_Salesforce_refuses_is_refused_with_the_same_status_and_not_tried_again(int status, string errorCode)
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = Calls, Status = status, ErrorCode = errorCode, Message = "No." });

        (await app.PostAsync("query", Query)).ShouldBeProblem(status, errorCode);
        (await app.PostAsync("records/create", Create)).ShouldBeProblem(status, errorCode);

        app.Calls.Count.ShouldBe(2);
    }

    [Fact]
    public async Task All_entries_of_a_Salesforce_error_array_survive()
    {
        await using var app = await ConnectorApp.StartAsync();
        const string Errors =
            """[{"message":"Required fields are missing: [Name]","errorCode":"REQUIRED_FIELD_MISSING","fields":["Name"]},{"message":"m","errorCode":"STRING_TOO_LONG","fields":[],"extra":{"n":1.50}}]""";
        app.Org.AddFaults(new FaultRule { Path = Calls, Status = 400, Body = Errors });

        var problem = (await app.PostAsync("records/create", Create)).ShouldBeProblem(400, "REQUIRED_FIELD_MISSING");

        problem["errors"]!.ToJsonString().ShouldBe(Errors);
    }

    [Fact]
    public async Task An_ambiguous_external_id_becomes_409_listing_the_records()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule
        {
            Path = Calls,
            Status = 300,
            Body = """["/services/data/v67.0/sobjects/Account/1","/services/data/v67.0/sobjects/Account/2"]""",
        });

        var problem = (await app.PostAsync("records/create", Create)).ShouldBeProblem(409, "AMBIGUOUS_EXTERNAL_ID");

        problem["matches"]!.AsArray().Select(match => (string?)match)
            .ShouldBe(["/services/data/v67.0/sobjects/Account/1", "/services/data/v67.0/sobjects/Account/2"]);
    }

    [Theory]
    [InlineData(503, "SERVER_UNAVAILABLE", "Server unavailable")]
    [InlineData(429, "TOO_MANY_REQUESTS", "Slow down")]
    [InlineData(400, "UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record")]
    [InlineData(403, "REQUEST_LIMIT_EXCEEDED", "ConcurrentRequests (Concurrent API Requests) Limit exceeded.")]
    [InlineData(403, "REQUEST_LIMIT_EXCEEDED", "ConcurrentPerOrgLongTxn Limit exceeded.")]
    [InlineData(403, "REQUEST_LIMIT_EXCEEDED", "ConcurrentPerOrgApex Limit exceeded.")]
    [InlineData(403, "TXN_SECURITY_METERING_ERROR", "The maximum time allowed for policy execution was exceeded")]
    [InlineData(400, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "T: execution of AfterInsert caused by: System.DmlException: UNABLE_TO_LOCK_ROW, unable to obtain exclusive access to this record")]
    [InlineData(400, "CANNOT_EXECUTE_FLOW_TRIGGER", "We can't save this record because the flow failed: UNABLE_TO_LOCK_ROW: unable to obtain exclusive access to this record")]
    public async Task What_Salesforce_says_it_did_not_do_is_tried_again_and_then_503(int status, string errorCode, string message)
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = Calls, Status = status, ErrorCode = errorCode, Message = message });

        var reply = await app.PostAsync("records/create", Create);
        reply.ShouldBeProblem(503, errorCode, retryable: true);
        reply.Headers["Retry-After"].ShouldBe("5");
        app.Calls.Count.ShouldBe(4);

        app.Org.ClearFaults();
        app.Org.AddFaults(new FaultRule { Path = Calls, Status = status, ErrorCode = errorCode, Message = message, Times = 2 });
        (await app.PostAsync("records/create", Create)).Status.ShouldBe(HttpStatusCode.Created);
        app.Calls.Count.ShouldBe(7);
    }

    [Fact]
    public async Task The_limit_of_a_day_is_503_with_a_long_Retry_After_and_not_tried_again()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule
        {
            Path = Calls,
            Status = 403,
            ErrorCode = "REQUEST_LIMIT_EXCEEDED",
            Message = "TotalRequests Limit exceeded.",
        });

        var reply = await app.PostAsync("query", Query);

        reply.ShouldBeProblem(503, "REQUEST_LIMIT_EXCEEDED", retryable: true);
        reply.Headers["Retry-After"].ShouldBe("900");
        app.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_Retry_After_from_the_other_side_is_passed_on()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule
        {
            Path = Calls,
            Status = 429,
            ErrorCode = "LIMIT",
            Message = "m",
            Headers = new Dictionary<string, string> { ["Retry-After"] = "77" },
        });

        (await app.PostAsync("query", Query)).Headers["Retry-After"].ShouldBe("77");
    }

    [Theory]
    [InlineData(503, "<html>Service Unavailable</html>")]
    [InlineData(503, "")]
    [InlineData(429, "Too many")]
    public async Task A_503_that_is_not_Salesforces_own_leaves_the_outcome_of_a_write_unknown(int status, string body)
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = Calls, Status = status, Body = body });

        (await app.PostAsync("records/create", Create))
            .ShouldBeProblem(502, "SALESFORCE_UNEXPECTED_REPLY", retryable: true, outcomeUnknown: true);
        app.Calls.Count.ShouldBe(1);

        (await app.PostAsync("query", Query)).ShouldBeProblem(503, "SALESFORCE_UNEXPECTED_REPLY", retryable: true);
        app.Calls.Count.ShouldBe(5);
    }

    [Theory]
    [InlineData(400, "<html>Bad Request</html>")]
    [InlineData(403, "{\"message\":\"Forbidden\"}")]
    [InlineData(404, "")]
    [InlineData(406, "")]
    [InlineData(409, "[]")]
    [InlineData(400, "[1]")]
    [InlineData(400, "[{\"message\":\"No.\"}]")]
    [InlineData(420, "<html>Enhance your calm</html>")]
    public async Task A_refusal_that_is_not_Salesforces_own_is_that_of_a_gateway(int status, string body)
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = Calls, Status = status, Body = body });

        (await app.PostAsync("records/create", Create))
            .ShouldBeProblem(502, "SALESFORCE_UNEXPECTED_REPLY", retryable: true, outcomeUnknown: true);
        (await app.PostAsync("records/delete", Delete))
            .ShouldBeProblem(502, "SALESFORCE_UNEXPECTED_REPLY", retryable: true, outcomeUnknown: true);
        app.Calls.Count.ShouldBe(2);
        (await app.PostAsync("query", Query)).ShouldBeProblem(502, "SALESFORCE_UNEXPECTED_REPLY", retryable: true);
        app.Calls.Count.ShouldBe(6);

        app.Org.ClearFaults();
        app.Org.AddFaults(new FaultRule { Path = Calls, Status = status, Body = body, Times = 1 });
        (await app.PostAsync("query", Query)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(413)]
    [InlineData(414)]
    [InlineData(431)]
    public async Task A_read_that_is_too_large_for_what_is_in_between_is_not_tried_again(int status)
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = Calls, Status = status, Body = "<html>Too large</html>" });

        (await app.PostAsync("query", Query)).ShouldBeProblem(status, "SALESFORCE_UNEXPECTED_REPLY");
        app.Calls.Count.ShouldBe(1);
        (await app.PostAsync("records/create", Create)).ShouldBeProblem(502, "SALESFORCE_UNEXPECTED_REPLY", retryable: true, outcomeUnknown: true);
    }

    [Theory]
    [InlineData("<?xml version=\"1.0\"?><Errors><Error><errorCode>INVALID_SESSION_ID</errorCode></Error></Errors>")]
    [InlineData("")]
    [InlineData("{\"message\":\"Session expired or invalid\",\"errorCode\":\"INVALID_SESSION_ID\"}")]
    public async Task A_401_that_is_not_Salesforces_array_costs_one_new_login(string body)
    {
        await using var app = await ConnectorApp.StartAsync();
        (await app.PostAsync("query", Query)).Status.ShouldBe(HttpStatusCode.OK);
        app.Org.AddFaults(new FaultRule { Path = Calls, Status = 401, Body = body, Times = 1 });

        (await app.PostAsync("records/create", Create)).Status.ShouldBe(HttpStatusCode.Created);

        app.Org.Stats.Logins.ShouldBe(2);
    }

    [Fact]
    public async Task A_401_for_ever_costs_two_logins_and_no_more()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = Calls, Status = 401, Body = "" });

        for (var i = 0; i < 5; i++)
        {
            (await app.PostAsync("query", Query)).ShouldBeProblem(502, "SALESFORCE_AUTHENTICATION_FAILED", retryable: true);
        }

        app.Org.Stats.Logins.ShouldBe(2);
    }

    [Fact]
    public async Task A_login_rate_that_is_exceeded_refuses_no_credentials()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule
        {
            Path = "/services/oauth2/token",
            Status = 400,
            Body = """{"error":"invalid_grant","error_description":"login rate exceeded"}""",
            Times = 1,
        });

        var reply = await app.PostAsync("records/create", Create);

        reply.ShouldBeProblem(503, "SALESFORCE_UNAVAILABLE", retryable: true);
        reply.Headers["Retry-After"].ShouldBe("300");
        // No refusal is remembered.
        (await app.PostAsync("records/create", Create)).Status.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_fault_inside_Salesforce_leaves_the_outcome_of_a_write_unknown()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = Calls, Status = 500, ErrorCode = "UNKNOWN_EXCEPTION", Message = "include this ErrorId" });

        (await app.PostAsync("records/create", Create)).ShouldBeProblem(502, "UNKNOWN_EXCEPTION", retryable: true, outcomeUnknown: true);
        (await app.PostAsync("records/delete", Delete)).ShouldBeProblem(502, "UNKNOWN_EXCEPTION", retryable: true, outcomeUnknown: true);
        app.Calls.Count.ShouldBe(2);
        (await app.PostAsync("query", Query)).ShouldBeProblem(502, "UNKNOWN_EXCEPTION", retryable: true);
        app.Calls.Count.ShouldBe(6);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(420)]
    [InlineData(502)]
    public async Task A_body_that_is_not_JSON_is_quoted_and_cut_at_2_KiB(int status)
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = Calls, Status = status, Body = $"<html>gateway\r\n\u0007{new string('x', 3_000_000)}" });

        var problem = (await app.PostAsync("query", Query)).Problem;

        ((string?)problem["errorCode"]).ShouldBe("SALESFORCE_UNEXPECTED_REPLY");
        var detail = ((string?)problem["detail"]).ShouldNotBeNull();
        detail.ShouldContain("<html>gateway");
        detail.Length.ShouldBeInRange(2_048, 2_248);
    }

    [Fact]
    public async Task Errors_with_text_that_is_not_valid_Unicode_are_told_all_the_same()
    {
        await using var app = await ConnectorApp.StartAsync();
        app.Org.AddFaults(new FaultRule { Path = Calls, Status = 400, Body = """[{"message":"\ud800","errorCode":"STRING_TOO_LONG"}]""" });

        (await app.PostAsync("query", Query)).ShouldBeProblem(400, "STRING_TOO_LONG");
    }
}
