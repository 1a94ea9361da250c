using System.Text;
using SalesforceConnector.Triggers.Queues;

namespace Connector.Tests.Queues.Messages;

public sealed class MessageTextTests
{
    [Theory]
    [InlineData('\uFFFE', "\"\\uFFFE\"")]
    [InlineData('\uFFFF', "\"\\uFFFF\"")]
    [InlineData('\uFFFD', "\"\uFFFD\"")]
    public void Each_character_that_XML_lacks_is_escaped_in_text_and_in_bytes(char character, string escaped)
    {
        var json = $"\"{character}\"";

        MessageText.Escape(json).ShouldBe(escaped);
        Encoding.UTF8.GetString(MessageText.Escape(Encoding.UTF8.GetBytes(json))).ShouldBe(escaped);
    }

    [Theory]
    [InlineData('x', 65_536)]
    [InlineData('ü', 32_768)]
    [InlineData('<', 16_384)]
    [InlineData('>', 16_384)]
    [InlineData('&', 13_107)]
    public void A_message_has_at_most_64_KiB_as_XML(char character, int most)
    {
        MessageText.Fits(new string(character, most)).ShouldBeTrue();
        MessageText.Fits(new string(character, most + 1)).ShouldBeFalse();
    }
}
