using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace LocalHost.Tests;

public sealed class OperationsPassTests : IDisposable
{
    private readonly LineWriter _output = new();

    [Fact]
    public async Task A_request_is_printed_to_be_pasted_and_its_reply_to_be_read()
    {
        await using var app = await TestApp.StartAsync(typeof(Answering));

        await RunAsync(app);

        _output.ToString().ReplaceLineEndings("\n").ShouldStartWith(
            $$"""
            --- 1 of {{OperationsPass.AllSteps().Count}}: Query the first accounts by name
            curl -i -X POST {{app.Client.BaseAddress}}api/Query -H 'x-functions-key: it'\''s a key' -H 'Content-Type: application/json; charset=utf-8' -d '{
              "soqlQuery": "SELECT Id, Name FROM Account ORDER BY Name LIMIT 3"
            }'

            HTTP/1.1 200 OK
            Sforce-Limit-Info: api-usage=1/15000
            Content-Type: application/json

            {
              "name": "O'Brien & Müller",
              "revenue": 1234567.80
            }


            """.ReplaceLineEndings("\n"));
    }

    [Theory]
    [InlineData(typeof(Answering), "expected three records, Burlington Textiles Corp of America among them")]
    [InlineData(typeof(Refusing), "expected status 200, got 503")]
    [InlineData(typeof(Rambling), "expected three records, Burlington Textiles Corp of America among them")]
    [InlineData(typeof(Breaking), "expected a complete reply, got none (")]
    [InlineData(typeof(Missing), "expected a function named Query, but it does not exist")]
    public async Task A_failed_step_ends_the_pass_and_is_told_with_what_was_expected(Type functions, string failure)
    {
        await using var app = await TestApp.StartAsync(functions);

        (await RunAsync(app)).ShouldBeFalse();

        _output.Lines[^1].ShouldStartWith($"Step 1 (Query the first accounts by name) failed: {failure}");
    }

    public void Dispose() => _output.Dispose();

    private async Task<bool> RunAsync(TestApp app)
    {
        using var calls = new PassCalls(app.Host, "it's a key", new Uri("http://localhost"), LocalStorage.None("this test has none"), _output);
        return await new OperationsPass(calls, _output).RunAsync(TestContext.Current.CancellationToken);
    }

    internal static class Answering
    {
        [Function("Query")]
        public static IResult Query([HttpTrigger(AuthorizationLevel.Function, "post")] HttpRequest request)
        {
            request.HttpContext.Response.Headers["Sforce-Limit-Info"] = "api-usage=1/15000";
            request.HttpContext.Response.Headers["x-of-no-interest"] = "here";
            return Results.Text("""{"name":"O'Brien & Müller","revenue":1234567.80}""", "application/json");
        }
    }

    internal static class Refusing
    {
        [Function("Query")]
        public static IResult Query([HttpTrigger(AuthorizationLevel.Function, "post")] HttpRequest request) =>
            Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
    }

    internal static class Rambling
    {
        [Function("Query")]
        public static IResult Query([HttpTrigger(AuthorizationLevel.Function, "post")] HttpRequest request) =>
            Results.Text("<html>no JSON</html>", "text/html");
    }

    internal static class Breaking
    {
        [Function("Query")]
        public static async Task<IResult> Query([HttpTrigger(AuthorizationLevel.Function, "post")] HttpRequest request)
        {
            // More than the buffers on the way hold, so that the reply has begun.
            request.HttpContext.Response.ContentLength = 2_000_000;
            await request.HttpContext.Response.WriteAsync(new string(' ', 1_000_000));
            await request.HttpContext.Response.Body.FlushAsync();
            request.HttpContext.Abort();
            return Results.Empty;
        }
    }

    internal static class Missing;
}
