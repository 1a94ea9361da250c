using SalesforceConnector.Triggers.Queues;

namespace Connector.Tests.Queues.Messages;

public sealed class MessageTextTests
{
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
