using System.Text.Json.Nodes;

namespace LocalHost;

/// <summary>More records for the simulated org, by its own door for tests: what it has by itself goes on one page.</summary>
/// <param name="ObjectType">The sObject they are of.</param>
internal sealed record FillStep(string Title, string ObjectType, int Count) : PassStep(Title)
{
    private const int Done = 204;

    public override async Task<string?> RunAsync(PassCalls calls, CancellationToken cancellationToken)
    {
        var payload = new JsonObject { ["objectType"] = ObjectType, ["count"] = Count };
        var reply = await calls.PostToOrgAsync("/__admin/fill", payload.ToJsonString(), cancellationToken);
        return reply.FailureOf(Done, _ => null);
    }
}
