using SalesforceConnector.Salesforce.Bulk.Rows;

namespace Connector.Tests.Bulk;

/// <summary>The errors of failed rows, as the result of a bulk write counts them.</summary>
public sealed class ErrorTallyTests
{
    [Fact]
    public void Rows_are_counted_by_code_with_the_message_of_the_first()
    {
        var tally = new ErrorTally([]);
        tally.Add("REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --");
        tally.Add("REQUIRED_FIELD_MISSING:Required fields are missing: [LastName]:LastName --");
        tally.Add("UNABLE_TO_LOCK_ROW");

        tally.All.Select(errors => (errors.ErrorCode, errors.Count, errors.Message)).ShouldBe(
        [
            ("REQUIRED_FIELD_MISSING", 2, "Required fields are missing: [Name]:Name"),
            ("UNABLE_TO_LOCK_ROW", 1, "UNABLE_TO_LOCK_ROW"),
        ]);
    }

    [Fact]
    public void Of_more_than_20_codes_the_others_are_counted_together()
    {
        var tally = new ErrorTally([]);
        foreach (var code in Enumerable.Range(0, 25).Concat([3, 24]))
        {
            tally.Add($"CODE_{code}:Message {code}");
        }

        tally.All.Count.ShouldBe(21);
        tally.All[3].Count.ShouldBe(2);
        (tally.All[20].ErrorCode, tally.All[20].Count).ShouldBe(("OTHERS", 6));
    }

    [Fact]
    public void Those_of_earlier_jobs_are_counted_on_and_left_as_they_are()
    {
        var before = new RowErrors { ErrorCode = "A", Count = 5, Message = "First" };
        var tally = new ErrorTally([before]);

        tally.Add("A:Later");

        tally.All.ShouldBe([new RowErrors { ErrorCode = "A", Count = 6, Message = "First" }]);
        before.Count.ShouldBe(5);
    }

    [Fact]
    public void A_long_message_is_cut_between_two_characters()
    {
        var tally = new ErrorTally([]);
        tally.Add($"A:{new string('x', 299)}😀 and more");

        tally.All.Single().Message.ShouldBe(new string('x', 299) + "…");
    }
}
