using System.Text.Json.Nodes;
using SalesforceConnector.Contracts.Problems;

namespace Connector.Tests.Hosting;

/// <summary>What becomes of a problem on its way to the caller.</summary>
public sealed class ProblemTests
{
    [Theory]
    [InlineData(400, 502)]
    [InlineData(500, 502)]
    [InlineData(503, 502)]
    [InlineData(504, 504)]
    public void A_write_that_may_have_been_executed_is_502_or_a_timeout_and_is_not_to_be_sent_again_soon(int status, int unknown)
    {
        var problem = Problem.Create(ProblemKind.Unavailable, status, "CODE", "m", retryable: true) with { RetryAfter = TimeSpan.FromSeconds(5) };

        foreach (var after in new[] { problem.WithUnknownOutcome(), problem.WithEarlierAttempt() })
        {
            after.Status.ShouldBe(unknown);
            after.OutcomeUnknown.ShouldBeTrue();
            after.RetryAfter.ShouldBeNull();
            after.Retryable.ShouldBeTrue();
            after.ErrorCode.ShouldBe("CODE");
        }

        problem.WithUnknownOutcome().Detail.ShouldBe("m");
        problem.WithEarlierAttempt().Detail.ShouldBe("m. An earlier attempt may have been carried out.");
    }

    [Theory]
    [InlineData("unable to obtain exclusive access", "unable to obtain exclusive access. It was not sent.")]
    [InlineData("TotalRequests Limit exceeded.", "TotalRequests Limit exceeded. It was not sent.")]
    [InlineData("Really?", "Really? It was not sent.")]
    public void A_sentence_is_added_behind_a_full_stop(string message, string detail) =>
        Problem.Create(ProblemKind.Refused, 400, "CODE", message).Add("It was not sent.").Detail.ShouldBe(detail);

    [Fact]
    public void An_unknown_outcome_stays_as_it_is()
    {
        var problem = Problem.Create(ProblemKind.NoAnswer, 504, "CODE", "m") with { OutcomeUnknown = true };

        problem.WithUnknownOutcome().ShouldBe(problem);
        problem.WithEarlierAttempt().ShouldBe(problem);
    }

    [Theory]
    [InlineData("abcd", 4, "abcd")]
    [InlineData("abcde", 4, "abcd…")]
    [InlineData("abc😀e", 4, "abc…")]
    [InlineData("abc😀e", 5, "abc😀…")]
    public void A_shorter_form_has_whole_characters(string detail, int max, string shorter)
    {
        var problem = Problem.Create(ProblemKind.Refused, 400, "CODE", detail).Shorten(max);

        problem.Detail.ShouldBe(shorter);
        ((string?)JsonNode.Parse(problem.Errors.GetRawText())![0]!["message"]).ShouldBe(shorter);
    }
}
