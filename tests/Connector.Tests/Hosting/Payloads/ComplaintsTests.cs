using SalesforceConnector.Contracts.Problems;

namespace Connector.Tests.Hosting.Payloads;

/// <summary>What is told of a payload in which much is wrong.</summary>
public sealed class ComplaintsTests
{
    [Theory]
    [InlineData(20, 0, null)]
    [InlineData(21, 0, "; and 1 more")]
    [InlineData(25, 3, "; and 8 more")]
    public void The_first_20_are_told_and_the_others_counted(int added, int counted, string? end)
    {
        var complaints = new Complaints();
        for (var i = 0; i < added; i++)
        {
            complaints.IsFull.ShouldBe(i >= 20);
            complaints.Add(InvalidPayloadException.Complain("INVALID_MEMBER", $"member{i}", "is wrong"));
        }

        for (var i = 0; i < counted; i++)
        {
            complaints.Count();
        }

        var problem = Should.Throw<InvalidPayloadException>(complaints.ThrowIfAny).Problem;
        problem.Errors.GetArrayLength().ShouldBe(20);
        problem.Detail.ShouldEndWith($"member19 is wrong{end}");
    }

    [Fact]
    public void The_same_one_is_told_once_and_none_is_no_failure()
    {
        var complaints = new Complaints();
        complaints.ThrowIfAny();
        complaints.Add(InvalidPayloadException.Complain("INVALID_MEMBER", "member", "is wrong"));
        complaints.Add(InvalidPayloadException.Complain("INVALID_MEMBER", "member", "is wrong"));

        Should.Throw<InvalidPayloadException>(complaints.ThrowIfAny).Problem.Detail.ShouldBe("member is wrong");
    }
}
