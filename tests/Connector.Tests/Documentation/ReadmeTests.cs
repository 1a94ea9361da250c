using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Connector.Tests.Drivers;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Operations;
using SalesforceConnector.Triggers;

namespace Connector.Tests.Documentation;

/// <summary>What the pages show to send and to receive is what the app takes and sends.</summary>
public sealed partial class ReadmeTests
{
    public static TheoryData<string> Files => [.. Pages.All];

    [Theory]
    [MemberData(nameof(Files))]
    public void Payloads_that_are_posted_can_be_read(string file)
    {
        foreach (Match call in Posted().Matches(Repository.Read(file)))
        {
            if (call.Groups["route"].Value is "kept/send" or "kept/drop")
            {
                // No operations, but what operators do.
                Read(file, call.Groups["payload"].Value, TriggerJson.Default.KeptRequest);
                continue;
            }

            var operation = Operation.All.SingleOrDefault(operation => operation.Route == call.Groups["route"].Value);
            operation.ShouldNotBeNull($"{file} posts to /api/{call.Groups["route"].Value}, which is no operation");
            // As the shell reads it.
            Read(file, call.Groups["payload"].Value.Replace("'\\''", "'", StringComparison.Ordinal), operation.Payload);
        }
    }

    [Fact]
    public void Every_operation_has_an_example_on_the_page_of_its_kind()
    {
        var posted = Pages.All.Where(page => page.StartsWith("functions/Operations/", StringComparison.Ordinal))
            .SelectMany(page => Posted().Matches(Repository.Read(page))).Select(call => call.Groups["route"].Value).ToHashSet();
        Operation.All.Where(operation => !posted.Contains(operation.Route)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("functions/README.md")]
    public void Every_operation_has_its_link(string page)
    {
        var links = LinkToOperation().Matches(Repository.Read(page)).Select(link => link.Groups["operation"].Value).ToHashSet();
        Operation.All.Where(operation => !links.Contains(operation.Name)).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void JSON_that_is_shown_is_what_its_members_say_it_is(string file)
    {
        foreach (Match block in JsonBlock().Matches(Repository.Read(file)))
        {
            var json = block.Groups["json"].Value;
            using var document = JsonDocument.Parse(json);
            bool Has(string member) => document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(member, out _);

            if (Has("eventId"))
            {
                Read(file, json, TriggerJson.Default.EventMessage);
            }
            else if (Has("payload"))
            {
                Read(file, json, TriggerJson.Default.Envelope);
                var payload = document.RootElement.GetProperty("payload").GetRawText();
                Operation.All.ShouldContain(operation => Fits(payload, operation.Payload), $"{file}: no operation takes the payload {payload}");
            }
            else if (Has("completedAt"))
            {
                Read(file, json, TriggerJson.Default.ResultMessage);
            }
            else if (Has("messages"))
            {
                Read(file, json, TriggerJson.Default.KeptList);
            }
            else if (Has("retryable"))
            {
                Read(file, json, TriggerJson.Default.Problem);
            }
            else if (Has("objectType") || Has("soqlQuery"))
            {
                Operation.All.ShouldContain(operation => Fits(json, operation.Payload), $"{file}: no operation takes {json}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Authentications_that_are_shown_can_be_read(string file)
    {
        foreach (Match code in InlineAuthentication().Matches(Repository.Read(file)))
        {
            Read(file, $$"""{"soqlQuery":"SELECT Id FROM Account","authentication":{{code.Groups["json"].Value}}}""", OperationJson.Default.QueryPayload);
        }
    }

    private static void Read(string file, string json, JsonTypeInfo type)
    {
        try
        {
            Reader.Read(json, type);
        }
        catch (InvalidPayloadException e)
        {
            Assert.Fail($"{file} shows {json}, but: {e.Message}");
        }
    }

    private static bool Fits(string json, JsonTypeInfo type)
    {
        try
        {
            Reader.Read(json, type);
            return true;
        }
        catch (InvalidPayloadException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"/api/(?<route>[a-z/]+)[^\n]*?(\\\n[^\n]*?)*? -d '(?<payload>(?:[^']|'\\'')*)'")]
    private static partial Regex Posted();

    [GeneratedRegex(@"\[(?<operation>\w+)\]\(\S*Operations/\w+/README\.md#")]
    private static partial Regex LinkToOperation();

    [GeneratedRegex(@"^```json\n(?<json>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex JsonBlock();

    [GeneratedRegex(@"`(?<json>\{""type"":.*?\})`")]
    private static partial Regex InlineAuthentication();
}
