using Azure;
using Microsoft.Extensions.Time.Testing;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Salesforce.Bodies;
using SalesforceConnector.Salesforce.Client;
using SalesforceConnector.Triggers;
using SalesforceConnector.Triggers.Queues;

namespace Connector.Tests.Queues;

/// <summary>What an attempt says of a call that it could not bring to its end.</summary>
public sealed class AttemptTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(4);

    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData(true, false, true)]
    [InlineData(true, true, false)]
    [InlineData(false, false, false)]
    public async Task At_the_deadline_only_a_write_that_was_perhaps_sent_has_an_unknown_outcome(bool isWrite, bool isUnsent, bool unknown)
    {
        var end = await RunAsync(isWrite, Repetition.NotIdempotent, cancellation =>
        {
            _time.Advance(Timeout);
            throw isUnsent ? new ConnectorException(SalesforceConnector.Triggers.Problems.Stopping) : new OperationCanceledException(cancellation);
        });

        end.Problem.ShouldNotBeNull().ErrorCode.ShouldBe("DEADLINE_EXCEEDED");
        end.Problem.OutcomeUnknown.ShouldBe(unknown);
        end.Problem.Retryable.ShouldBeFalse();
    }

    [Fact]
    public async Task A_write_that_was_executed_when_its_result_could_not_be_stored_in_time_has_an_unknown_outcome()
    {
        var end = await RunAsync(isWrite: true, Repetition.NotIdempotent, _ => Task.FromResult(Reply()), cancellation =>
        {
            _time.Advance(Timeout);
            throw new OperationCanceledException(cancellation);
        });

        (end.Problem.ShouldNotBeNull().ErrorCode, end.Problem.OutcomeUnknown).ShouldBe(("DEADLINE_EXCEEDED", true));
    }

    [Theory]
    [InlineData(true, false, "RESULT_NOT_STORED", true, false)]
    [InlineData(true, true, "STORAGE_UNAVAILABLE", true, true)]
    [InlineData(false, true, "STORAGE_UNAVAILABLE", false, true)]
    public async Task A_result_that_storage_does_not_take_is_had_again_only_where_that_does_no_harm(
        bool isWrite, bool isIdempotent, string errorCode, bool unknown, bool retryable)
    {
        var repetition = isIdempotent ? Repetition.Idempotent : Repetition.NotIdempotent;
        var end = await RunAsync(isWrite, repetition, _ => Task.FromResult(Reply()), _ => throw new RequestFailedException("The storage is away."));

        var problem = end.Problem.ShouldNotBeNull();
        (problem.ErrorCode, problem.OutcomeUnknown, problem.Retryable).ShouldBe((errorCode, unknown, retryable));
    }

    [Fact]
    public async Task A_resumable_operation_is_continued_after_the_deadline()
    {
        var end = await RunAsync(isWrite: true, Repetition.Resumable, cancellation =>
        {
            _time.Advance(Timeout);
            throw new OperationCanceledException(cancellation);
        });

        var problem = end.Problem.ShouldNotBeNull();
        (problem.ErrorCode, problem.OutcomeUnknown, problem.Retryable).ShouldBe(("DEADLINE_EXCEEDED", false, true));
    }

    private static SalesforceReply Reply() => SalesforceReply.From(201, [], StreamedBody.From("{}"u8.ToArray()));

    private Task<AttemptEnd> RunAsync(
        bool isWrite, Repetition repetition, Func<CancellationToken, Task<SalesforceReply>> call, Func<CancellationToken, Task>? storeAsync = null) =>
        new Attempt(Timeout, isWrite, repetition, _time).RunAsync(
            call,
            async (_, cancellation) =>
            {
                await (storeAsync?.Invoke(cancellation) ?? Task.CompletedTask);
                return new ResultMessage { CorrelationId = "c", Operation = "CreateRecord" };
            },
            TestContext.Current.CancellationToken);
}
