using System.Text;
using SalesforceConnector.Contracts.Json;

namespace Connector.Tests.Hosting.Payloads;

/// <summary>JSON that is valid and whose text is not: escapes of half a character.</summary>
public sealed class JsonTextTests
{
    [Theory]
    [InlineData("""["\ud83d\ude00"]""", """["\ud83d\ude00"]""")]
    [InlineData("""["\uD800x","\udc00"]""", """["\ufffdx","\ufffd"]""")]
    [InlineData("""["\ud800\ud83d\ude00"]""", """["\ufffd\ud83d\ude00"]""")]
    [InlineData("""["\\ud800","\n","\u00e9","é"]""", """["\\ud800","\n","\u00e9","é"]""")]
    public void Half_a_character_is_replaced_and_all_else_stays(string json, string valid) =>
        JsonText.MakeValid(Encoding.UTF8.GetBytes(json)).ShouldBe(valid);
}
