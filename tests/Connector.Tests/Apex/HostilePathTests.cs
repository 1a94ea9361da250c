using System.Text.Json.Nodes;
using Connector.Tests.Drivers;
using Connector.Tests.Hosting;

namespace Connector.Tests.Apex;

/// <summary>Callers choose the paths of some requests themselves; none leaves its root.</summary>
public sealed class HostilePathTests
{
    [Theory]
    [InlineData("apex", """{"method":"POST","path":"x"}""", false, "/services/apexrest/")]
    [InlineData("apex", """{"method":"POST","path":"x"}""", true, "/services/apexrest/echo/")]
    [InlineData("request", """{"method":"POST","path":"x"}""", false, "/services/data/v67.0/")]
    public async Task No_path_of_the_callers_own_leaves_its_root(string route, string payload, bool isSegment, string root)
    {
        await using var app = await ConnectorApp.StartAsync();
        var sent = 0;
        foreach (var text in HostileInputTests.Texts)
        {
            var spoilt = JsonNode.Parse(payload)!;
            spoilt["path"] = isSegment ? new JsonArray("echo", text) : text;
            var before = app.Calls.Count;

            var reply = await app.PostAsync(route, spoilt.ToJsonString());

            ((int)reply.Status).ShouldBeLessThan(500, $"{text}: {reply.Body}");
            foreach (var call in app.Calls.Skip(before))
            {
                sent++;
                call.Path.ShouldStartWith(root, Case.Sensitive, text);
                call.Headers.ShouldNotContainKey("X-Evil");
                for (var path = call.Path; ; path = Uri.UnescapeDataString(path))
                {
                    path.Split('/', '\\').Where(segment => segment.Split(';')[0].Trim() is "." or "..").ShouldBeEmpty(text);
                    if (Uri.UnescapeDataString(path) == path)
                    {
                        break;
                    }
                }
            }

            if (app.Calls.Count > 500)
            {
                app.Org.Reset();
            }
        }

        // Not all were refused: what may be a name is sent.
        sent.ShouldBeGreaterThan(50);
        // What the org does not serve is beneath the root all the same.
        app.Org.Reset();
    }
}
