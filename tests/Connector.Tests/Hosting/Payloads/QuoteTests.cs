using SalesforceConnector.Contracts.Json;

namespace Connector.Tests.Hosting.Payloads;

/// <summary>What an error quotes of a caller's text.</summary>
public sealed class QuoteTests
{
    [Theory]
    [InlineData("Acme", "\"Acme\"")]
    [InlineData("", "\"\"")]
    [InlineData("a\r\n\tb\u0000c\u0085d", "\"a   b c d\"")]
    [InlineData("00D000000000001!AQcA.token_1 and more", "\"(token) and more\"")]
    [InlineData("Bearer eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.c2ln", "\"Bearer (token)\"")]
    public void A_value_has_neither_control_characters_nor_tokens(string text, string quoted) => Quote.Value(text).ShouldBe(quoted);

    [Fact]
    public void A_value_has_60_characters_at_most_and_a_token_is_not_cut_into_what_looks_like_none()
    {
        Quote.Value(new string('x', 60)).ShouldBe($"\"{new string('x', 60)}\"");
        Quote.Value(new string('x', 61)).ShouldBe($"\"{new string('x', 60)}…\"");
        Quote.Value($"{new string('x', 50)} 00D000000000001!AQcA").ShouldBe($"\"{new string('x', 50)} (token)\"");
    }

    [Fact]
    public void A_body_is_cut_by_bytes_and_has_no_control_characters()
    {
        Quote.Body([], 10).ShouldBe("(empty)");
        Quote.Body("<html>\n"u8, 10).ShouldBe("<html> ");
        Quote.Body("0123456789"u8, 10).ShouldBe("0123456789");
        Quote.Body("0123456789x"u8, 10).ShouldBe("0123456789…");
    }
}
