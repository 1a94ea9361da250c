using System.Text;
using System.Text.Json.Serialization.Metadata;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Operations;

namespace Connector.Tests.Hosting.Payloads;

public sealed class PayloadReaderTests
{
    private const int Mutants = 20_000;

    private static readonly byte[] Alphabet = [.. "{}[]\",:\\ud8/.-1 "u8];

    private static readonly string[] Payloads =
    [
        """{"objectType":"Account","objectId":"001Dn0000070000IAA","relationshipFieldName":"Account/Owner","queryParameters":{"fields":["Name","\u00fc"],"n":1.5e3,"b":true}}""",
        """{"baseUrl":"https://a.my.salesforce.com","apiVersion":"v67.0","authentication":{"type":"bearer","token":"abc"},"objectType":"Account","objectId":"001Dn0000070000IAA"}""",
    ];

    [Fact]
    public void Mutated_payloads_are_read_or_refused_never_worse()
    {
        var random = new Random(4711);
        var refused = 0;
        for (var i = 0; i < Mutants; i++)
        {
            var bytes = Encoding.UTF8.GetBytes(Payloads[i % Payloads.Length]);
            refused += IsRefused(Mutate(bytes, random), OperationJson.Default.GetRecordPayload) ? 1 : 0;
        }

        // Most mutants are invalid; some are not, or nothing beyond the first check would have been tried.
        refused.ShouldBeInRange(Mutants / 2, Mutants - 100);
    }

    private static bool IsRefused(byte[] json, JsonTypeInfo<SalesforceConnector.Operations.Records.GetRecordPayload> type)
    {
        try
        {
            PayloadReader.Read(json, type).QueryParameters?.ToQueryString();
            return false;
        }
        catch (InvalidPayloadException e)
        {
            e.Problem.Status.ShouldBe(400);
            e.Problem.Detail.ShouldNotContain("System.");
            return true;
        }
    }

    private static byte[] Mutate(byte[] json, Random random)
    {
        List<byte> bytes = [.. json];
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.Insert(at, Alphabet[random.Next(Alphabet.Length)]);
                    break;
                case 2:
                    bytes.RemoveAt(at);
                    break;
                default:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(12), bytes.Count - at)));
                    break;
            }
        }

        return [.. bytes];
    }
}
