using System.Net;
using System.Text.Json.Nodes;

namespace TestDrivers;

/// <summary>A reply of the connector, read whole.</summary>
internal sealed record Reply(HttpStatusCode Status, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public JsonNode Json => JsonNode.Parse(Body)!;

    /// <summary>The body as a problem, after a look at what all problems have in common.</summary>
    public JsonObject Problem
    {
        get
        {
            Headers["Content-Type"].ShouldBe("application/problem+json");
            var problem = Json.AsObject();
            ((int?)problem["status"]).ShouldBe((int)Status);
            ((string?)problem["type"]).ShouldNotBeNull().ShouldStartWith("urn:salesforce-connector:problem:");
            ((string?)problem["title"]).ShouldNotBeNullOrWhiteSpace();
            ((string?)problem["detail"]).ShouldNotBeNullOrWhiteSpace();
            problem["errors"].ShouldNotBeNull().AsArray().ShouldNotBeEmpty();
            problem["retryable"].ShouldNotBeNull();
            return problem;
        }
    }

    /// <summary>Checks that this is a problem of that status and code.</summary>
    public JsonObject ShouldBeProblem(int status, string errorCode, bool retryable = false, bool outcomeUnknown = false)
    {
        ((int)Status).ShouldBe(status, Body);
        ((string?)Problem["errorCode"]).ShouldBe(errorCode, Body);
        ((bool?)Problem["retryable"]).ShouldBe(retryable, Body);
        ((bool?)Problem["outcomeUnknown"] ?? false).ShouldBe(outcomeUnknown, Body);
        Headers.ContainsKey("Retry-After").ShouldBe(status == 503, Body);
        return Problem;
    }
}
