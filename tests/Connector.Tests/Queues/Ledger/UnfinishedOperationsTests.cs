using System.Text.Json.Nodes;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Connector.Tests.Queues.Steps;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Salesforce;
using SalesforceConnector.Triggers.Queues;
using SalesforceConnector.Triggers.Queues.Ledger;

namespace Connector.Tests.Queues.Ledger;

/// <summary>How housekeeping ends operations that no message can complete any more.</summary>
public sealed class UnfinishedOperationsTests
{
    private static readonly ClaimRequest Direct = new("order-1", "CreateRecord", "fingerprint", Repetition.NotIdempotent);
    private static readonly ClaimRequest Queued = Direct with { Message = new Envelope { CorrelationId = "order-1", Payload = new RawJson("{}"u8.ToArray()) } };

    private readonly FakeTimeProvider _time = new();
    private readonly StepTable _table;
    private readonly QueueOptions _options = new();
    private readonly OperationLedger _ledger;
    private readonly UnfinishedOperations _unfinished;

    public UnfinishedOperationsTests()
    {
        var steps = new StepRecorder(_time);
        _table = new StepTable(steps);
        var entries = new LedgerTable(new Lazy<TableClient>(_table), _time);
        _ledger = new OperationLedger(entries, Options.Create(_options), _time);
        _unfinished = new UnfinishedOperations(
            _ledger, entries, new ResultStore(new Lazy<BlobContainerClient>(new StepBlobs(steps)), Options.Create(new SalesforceOptions()), _time));
    }

    private LedgerEntry Stored => _table.Entries.ShouldHaveSingleItem();

    [Theory]
    [InlineData(true, false, true)]
    [InlineData(false, true, true)]
    [InlineData(false, false, false)]
    public async Task What_may_have_run_ends_with_an_unknown_outcome_and_can_be_sent_anew(bool running, bool ranBefore, bool unknown)
    {
        var entry = await BeginAsync(Direct);
        if (!running)
        {
            await _ledger.ReleaseAsync(entry, mayHaveRun: ranBefore);
        }

        _time.Advance(_options.AttemptLease + _options.ClaimLifetime + TimeSpan.FromSeconds(1));
        (await _unfinished.CleanUpAsync(CancellationToken.None)).ShouldBe((1, 0));

        Stored.State.ShouldBe(LedgerState.Finished);
        Stored.GivenUp.ShouldBeTrue();
        Stored.EarlierAttempt.ShouldBe(unknown);
        var error = JsonNode.Parse(Stored.Result)!["error"]!;
        ((bool?)error["outcomeUnknown"] == true).ShouldBe(unknown);
        ((string?)error["errorCode"]).ShouldBe(unknown ? "ATTEMPT_ABANDONED" : "MESSAGE_POISONED");
    }

    [Fact]
    public async Task What_a_message_can_still_complete_is_left_to_it_as_long_as_a_queue_can_delay_one()
    {
        await _ledger.ReleaseAsync(await BeginAsync(Queued), mayHaveRun: false);
        _time.Advance(_options.ClaimLifetime + QueueOutbox.LongestDelay);
        (await _unfinished.CleanUpAsync(CancellationToken.None)).ShouldBe((0, 0));

        _time.Advance(TimeSpan.FromSeconds(1));
        (await _unfinished.CleanUpAsync(CancellationToken.None)).ShouldBe((1, 0));
    }

    [Fact]
    public async Task What_has_ended_is_forgotten_when_it_expires_and_not_before()
    {
        await _ledger.FinishAsync(await BeginAsync(Direct), "{}"u8.ToArray(), givenUp: false);
        _time.Advance(_options.ClaimLifetime);
        (await _unfinished.CleanUpAsync(CancellationToken.None)).ShouldBe((0, 0));

        _time.Advance(TimeSpan.FromSeconds(1));
        (await _unfinished.CleanUpAsync(CancellationToken.None)).ShouldBe((0, 1));
        _table.Entries.ShouldBeEmpty();
    }

    private async Task<LedgerEntry> BeginAsync(ClaimRequest request) =>
        (await _ledger.ClaimAsync(request, CancellationToken.None)).ShouldBeOfType<Claim.Granted>().Entry;
}
