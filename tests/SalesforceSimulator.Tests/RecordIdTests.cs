using SalesforceSimulator.Data;

namespace SalesforceSimulator.Tests;

public sealed class RecordIdTests
{
    [Theory]
    [InlineData("a0D30000001n7Pi", "EAI")]
    [InlineData("0019000000B98de", "AAB")]
    public void Checksum_of_a_known_id(string id, string checksum) => RecordIds.ToEighteen(id).ShouldBe(id + checksum);

    [Theory]
    [InlineData("0019000000B98deAAB", "0019000000B98deAAB")]
    [InlineData("0019000000B98de", "0019000000B98deAAB")]
    [InlineData("0019000000B98deAAC", null)]
    [InlineData("0019000000b98deAAB", null)]
    [InlineData("0019000000B98d", null)]
    [InlineData("0019000000B98d-", null)]
    public void Only_an_id_with_the_right_shape_and_checksum_is_one(string text, string? id) => RecordIds.Normalize(text).ShouldBe(id);

    [Theory]
    [InlineData(0)]
    [InlineData(61)]
    [InlineData(62)]
    [InlineData(1_000_000)]
    [InlineData(int.MaxValue)]
    public void An_id_names_its_place_in_the_table(int ordinal) => RecordIds.OrdinalOf(RecordIds.Create("001", ordinal)).ShouldBe(ordinal);

    [Fact]
    public void An_id_of_another_org_has_no_place() => RecordIds.OrdinalOf("0019000000B98deAAB").ShouldBe(-1);
}
