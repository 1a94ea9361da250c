using System.Text.Json.Nodes;

namespace LocalHost;

/// <summary>Adds records to the simulated org through its admin endpoint, because the sample data fits on one page.</summary>
/// <param name="ObjectType">The sObject of the records.</param>
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
