using System.Globalization;
using System.Numerics;
using SalesforceSimulator.Events.Payloads;
using SalesforceSimulator.Events.Schemas;

namespace SalesforceSimulator.Tests.Events;

/// <summary>Bitmaps of fields, as Salesforce's documentation shows them.</summary>
public sealed class FieldBitmapTests
{
    private static readonly ScalarField Text = new("Field", "Data:Text", AvroType.String, Source: null);

    [Theory]
    [InlineData("0x2080", 7, 13)]
    [InlineData("0x400800", 11, 22)]
    [InlineData("0x410000", 16, 22)]
    [InlineData("0x010000", 16)]
    [InlineData("0x650004E0", 5, 6, 7, 10, 24, 26, 29, 30)]
    [InlineData("0x01", 0)]
    public void Bit_i_from_the_right_is_field_i(string bitmap, params int[] positions) =>
        FieldBitmap.Encode(positions.Select((position, i) => new EventValue(i, position, -1, Text))).ShouldBe([bitmap]);

    [Fact]
    public void Parts_of_a_compound_field_come_after_the_others_with_its_position() =>
        FieldBitmap.Encode([new(0, 7, 1, Text), new(1, 4, 4, Text), new(2, 2, -1, Text), new(3, 7, 2, Text)]).ShouldBe(["0x04", "4-0x10", "7-0x06"]);

    [Fact]
    public void Without_fields_outside_compound_fields_their_bitmap_is_left_out() =>
        FieldBitmap.Encode([new(0, 4, 1, Text)]).ShouldBe(["4-0x02"]);

    [Fact]
    public void No_field_is_no_bitmap() => FieldBitmap.Encode([]).ShouldBeEmpty();

    [Fact]
    public void A_bitmap_is_a_number_however_many_fields_there_are()
    {
        var random = new Random(1);
        for (var run = 0; run < 200; run++)
        {
            int[] positions = [.. Enumerable.Range(0, 500).Where(_ => random.NextDouble() < 0.05).Append(random.Next(500)).Distinct().Order()];

            var bitmap = FieldBitmap.Encode(positions.Select((position, i) => new EventValue(i, position, -1, Text))).ShouldHaveSingleItem();

            var number = BigInteger.Parse($"0{bitmap[2..]}", NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            number.ShouldBe(positions.Aggregate(BigInteger.Zero, (sum, position) => sum + BigInteger.Pow(2, position)));
            (bitmap.Length % 2).ShouldBe(0);
        }
    }
}
