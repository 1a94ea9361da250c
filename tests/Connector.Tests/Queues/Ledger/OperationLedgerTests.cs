using Azure.Data.Tables;
using Connector.Tests.Queues.Steps;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Triggers.Queues;
using SalesforceConnector.Triggers.Queues.Ledger;

namespace Connector.Tests.Queues.Ledger;

/// <summary>What the ledger lets begin, and what it remembers of attempts that end or do not.</summary>
public sealed class OperationLedgerTests
{
    private static readonly byte[] Result = "{\"status\":201}"u8.ToArray();
    private static readonly ClaimRequest Create = new("order-1", "CreateRecord", "fingerprint", Repetition.NotIdempotent);
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly FakeTimeProvider _time = new();
    private readonly StepTable _table;
    private readonly LedgerTable _entries;
    private readonly QueueOptions _options = new();
    private readonly OperationLedger _ledger;

    public OperationLedgerTests()
    {
        _table = new StepTable(new StepRecorder(_time));
        _entries = new LedgerTable(new Lazy<TableClient>(_table), _time);
        _ledger = new OperationLedger(_entries, Options.Create(_options), _time);
    }

    private DateTimeOffset Now => _time.GetUtcNow();

    private LedgerEntry Stored => _table.Entries.ShouldHaveSingleItem();

    [Fact]
    public async Task An_entry_that_has_changed_since_it_was_read_is_not_written()
    {
        await ClaimAsync(Create);
        var (first, second) = (Stored, Stored);
        first.Attempts = 7;

        (await _entries.TryUpdateAsync(first, None)).ShouldBeTrue();
        (await _entries.TryUpdateAsync(second, None)).ShouldBeFalse();

        Stored.Attempts.ShouldBe(7);
    }

    [Fact]
    public async Task While_an_attempt_runs_another_waits_until_its_lease_ends()
    {
        await ClaimAsync(Create);

        (await ClaimAsync(New(Create))).ShouldBe(new Claim.Running(Now + _options.AttemptLease));
    }

    [Fact]
    public async Task The_message_that_an_attempt_queued_does_not_wait_for_its_lease()
    {
        // The attempt has ended, but this could not be recorded.
        var ended = await GrantedAsync(Create);

        var next = await GrantedAsync(New(Create) with { Message = Message(new Attempts(1, Now, Ended: ended.Writer)) });

        next.Attempts.ShouldBe(2);
        next.Abandoned.ShouldBe(0);
        next.EarlierAttempt.ShouldBeFalse();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_attempt_without_an_end_may_have_run_however_long_ago(bool expired)
    {
        await ClaimAsync(Create);
        _time.Advance(_options.AttemptLease + (expired ? _options.ClaimLifetime + TimeSpan.FromDays(1) : TimeSpan.Zero));

        var claim = await ClaimAsync(New(Create));

        var entry = claim.ShouldBeOfType<Claim.Granted>().Entry;
        ((Claim.Granted)claim).Abandoned.ShouldBeTrue();
        entry.EarlierAttempt.ShouldBeTrue();
        entry.Attempts.ShouldBe(2);
        entry.Abandoned.ShouldBe(1);
    }

    [Fact]
    public async Task A_claim_that_is_sent_again_is_one_attempt()
    {
        var begun = await GrantedAsync(Create);

        // Its first reply was lost.
        var again = await GrantedAsync(Create);

        again.Writer.ShouldBe(begun.Writer);
        again.Attempts.ShouldBe(1);
        Stored.Attempts.ShouldBe(1);
    }

    [Fact]
    public async Task After_as_many_attempts_without_an_end_as_are_allowed_none_begins()
    {
        for (var abandoned = 0; abandoned < OperationLedger.MaxAbandoned; abandoned++)
        {
            (await GrantedAsync(New(Create))).Abandoned.ShouldBe(abandoned);
            _time.Advance(_options.AttemptLease);
        }

        (await ClaimAsync(New(Create))).ShouldBeOfType<Claim.Exhausted>().Entry.Abandoned.ShouldBe(OperationLedger.MaxAbandoned);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_attempt_that_ends_without_a_result_is_remembered_until_its_retry_and_long_after(bool mayHaveRun)
    {
        var pause = TimeSpan.FromHours(6);
        var begin = Now;
        (await _ledger.ReleaseAsync(await GrantedAsync(Create), mayHaveRun, pause)).ShouldBeTrue();
        Stored.ExpiresAt.ShouldBe(Now + pause + _options.ClaimLifetime);
        _time.Advance(pause);

        var next = await GrantedAsync(New(Create));

        next.EarlierAttempt.ShouldBe(mayHaveRun);
        next.Attempts.ShouldBe(2);
        next.Since.ShouldBe(begin);
    }

    [Fact]
    public async Task Whoever_has_lost_the_lease_ends_nothing()
    {
        var late = await GrantedAsync(Create);
        _time.Advance(_options.AttemptLease);
        var running = await GrantedAsync(New(Create));

        (await _ledger.FinishAsync(late, Result, givenUp: false)).ShouldBeFalse();
        (await _ledger.ReleaseAsync(late, mayHaveRun: false)).ShouldBeFalse();
        (await _ledger.WithdrawAsync(Create)).ShouldBeTrue();

        Stored.State.ShouldBe(LedgerState.Running);
        Stored.Writer.ShouldBe(running.Writer);
    }

    [Fact]
    public async Task A_claim_without_a_reply_can_be_withdrawn()
    {
        await ClaimAsync(Create);

        (await _ledger.WithdrawAsync(Create)).ShouldBeTrue();

        Stored.State.ShouldBe(LedgerState.Waiting);
        Stored.EarlierAttempt.ShouldBeFalse();
    }

    [Fact]
    public async Task A_caller_who_asks_for_the_result_meanwhile_gets_it()
    {
        var running = await GrantedAsync(Create);
        (await _ledger.AcceptAsync(New(Create), None)).RespondAsync.ShouldBeTrue();

        (await _ledger.FinishAsync(running, Result, givenUp: false)).ShouldBeTrue();

        Stored.RespondAsync.ShouldBeTrue();
        Stored.State.ShouldBe(LedgerState.Finished);
        Stored.ResultUntil.ShouldBe(Now + _options.ResultLifetime);
        Stored.ExpiresAt.ShouldBe(Now + _options.ClaimLifetime);
    }

    [Fact]
    public async Task A_finished_operation_is_not_begun_again_until_it_is_forgotten()
    {
        await _ledger.FinishAsync(await GrantedAsync(Create), Result, givenUp: false);

        (await ClaimAsync(New(Create))).ShouldBeOfType<Claim.Finished>().Result.ShouldBe(Result);
        (await ClaimAsync(New(Create) with { Fingerprint = "other" })).ShouldBeOfType<Claim.OtherPayload>();
        _time.Advance(_options.ClaimLifetime);

        (await GrantedAsync(New(Create) with { Fingerprint = "other" })).Attempts.ShouldBe(1);
    }

    [Theory]
    [InlineData(false, true, false)]
    [InlineData(false, false, true)]
    [InlineData(true, true, true)]
    public async Task An_operation_that_was_given_up_begins_anew_if_it_can_do_no_harm(bool idempotent, bool mayHaveRun, bool begins)
    {
        var repetition = idempotent ? Repetition.Idempotent : Repetition.NotIdempotent;
        var entry = await GrantedAsync(Create with { Repetition = repetition });
        entry.EarlierAttempt = mayHaveRun;
        await _ledger.FinishAsync(entry, Result, givenUp: true);

        var claim = await ClaimAsync(New(Create) with { Repetition = repetition });

        (claim is Claim.Granted).ShouldBe(begins, claim.ToString());
        if (begins)
        {
            Stored.Attempts.ShouldBe(1);
            Stored.EarlierAttempt.ShouldBe(mayHaveRun);
        }
    }

    [Fact]
    public async Task A_message_delivered_twice_begins_nothing_that_was_given_up_and_one_that_is_sent_back_does()
    {
        var message = Message(retry: null);
        await _ledger.FinishAsync(await GrantedAsync(Create with { Message = message }), Result, givenUp: true);

        (await ClaimAsync(New(Create) with { Message = message })).ShouldBeOfType<Claim.Finished>();
        (await ClaimAsync(New(Create) with { Message = message with { Redrive = 1 } })).ShouldBeOfType<Claim.Granted>();
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(8, false)]
    public async Task A_request_accepted_anew_knows_of_earlier_attempts_while_they_are_remembered(int days, bool known)
    {
        var entry = await GrantedAsync(Create with { Repetition = Repetition.Idempotent });
        entry.EarlierAttempt = true;
        await _ledger.FinishAsync(entry, Result, givenUp: true);
        _time.Advance(TimeSpan.FromDays(days));

        var accepted = await _ledger.AcceptAsync(New(Create) with { Repetition = Repetition.Idempotent }, None);

        accepted.State.ShouldBe(LedgerState.Accepted);
        accepted.EarlierAttempt.ShouldBe(known);
    }

    [Fact]
    public async Task A_result_of_an_attempt_without_an_entry_replaces_no_other()
    {
        var running = await GrantedAsync(Create);
        running.EarlierAttempt = running.RespondAsync = true;
        (await _entries.TryUpdateAsync(running, None)).ShouldBeTrue();
        var other = "{\"status\":503}"u8.ToArray();

        (await _ledger.ResolveAsync(New(Create) with { Fingerprint = "other" }, other, givenUp: true, None)).ShouldBe(other);
        Stored.State.ShouldBe(LedgerState.Running);

        (await _ledger.ResolveAsync(New(Create), Result, givenUp: false, None)).ShouldBe(Result);
        Stored.Result.ShouldBe(Result);
        Stored.EarlierAttempt.ShouldBeTrue();
        Stored.RespondAsync.ShouldBeTrue();

        (await _ledger.ResolveAsync(New(Create), other, givenUp: true, None)).ShouldBe(Result);
        Stored.Result.ShouldBe(Result);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_message_of_a_step_is_superseded_as_soon_as_a_later_one_or_another_of_the_same_step_is_there(int turn)
    {
        var step = Create with { Repetition = Repetition.Resumable, Message = Message(Turn(2)) };
        await _ledger.ReleaseAsync(await GrantedAsync(step), mayHaveRun: false);

        (await ClaimAsync(New(step) with { Message = Message(Turn(turn)) })).ShouldBeOfType<Claim.Superseded>();
        (await ClaimAsync(New(step))).ShouldBeOfType<Claim.Granted>();
        Attempts Turn(int number) => new(1, Now, Ended: Guid.NewGuid(), Turn: number);
    }

    [Fact]
    public async Task A_message_that_tries_the_first_step_again_is_not_superseded_by_the_first()
    {
        var first = Create with { Repetition = Repetition.Resumable, Message = Message(null) };
        await _ledger.ReleaseAsync(await GrantedAsync(first), mayHaveRun: false);

        (await ClaimAsync(New(first) with { Message = Message(new Attempts(1, Now, Ended: Guid.NewGuid())) })).ShouldBeOfType<Claim.Granted>();
    }

    private static ClaimRequest New(ClaimRequest request) => request with { Writer = Guid.NewGuid() };

    private static Envelope Message(Attempts? retry) => new() { CorrelationId = Create.CorrelationId, Payload = new RawJson("{}"u8.ToArray()), Retry = retry };

    private Task<Claim> ClaimAsync(ClaimRequest request) => _ledger.ClaimAsync(request, None);

    private async Task<LedgerEntry> GrantedAsync(ClaimRequest request) => (await ClaimAsync(request)).ShouldBeOfType<Claim.Granted>().Entry;
}
