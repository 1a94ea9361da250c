using SalesforceConnector.Contracts.Payloads;

namespace Connector.Tests.Salesforce;

public sealed class RecordIdTests
{
    [Theory]
    [InlineData("a0D30000001n7Pi", "a0D30000001n7PiEAI")]
    [InlineData("0019000000B98de", "0019000000B98deAAB")]
    public void A_15_character_id_gets_its_checksum(string shortForm, string longForm)
    {
        RecordId.Parse(shortForm).ToLongForm().ShouldBe(longForm);
        RecordId.Parse(longForm).ToLongForm().ShouldBe(longForm);
    }

    [Fact]
    public void The_id_stays_as_it_was_given() => RecordId.Parse("a0D30000001n7Pi").ToString().ShouldBe("a0D30000001n7Pi");

    [Theory]
    [InlineData("a0D30000001n7PiEAJ")]
    [InlineData("A0D30000001N7PIEAI")]
    public void A_checksum_that_does_not_fit_is_refused(string id) =>
        Should.Throw<FormatException>(() => RecordId.Parse(id)).Message.ShouldContain("last three characters");

    [Theory]
    [InlineData("")]
    [InlineData("001")]
    [InlineData("0019000000B98d")]
    [InlineData("0019000000B98deA")]
    [InlineData("0019000000B98deAABX")]
    [InlineData("0019000000B98d/")]
    [InlineData("0019000000B98d.")]
    [InlineData("../../../../../")]
    [InlineData("0019000000B98dé")]
    [InlineData("0019000000B98de\n")]
    [InlineData("٠٠١٩٠٠٠٠٠٠B98de")]
    public void Anything_but_15_or_18_letters_and_digits_is_refused(string id) =>
        Should.Throw<FormatException>(() => RecordId.Parse(id)).Message.ShouldContain("15 or 18");
}
