using System.Text;
using Azure;
using Azure.Data.Tables;
using Azure.Identity;
using Connector.Tests.Drivers;

namespace Connector.Tests.Logins.Shared;

/// <summary>Shared tokens where storage fails, answers late or not at all, or entries are damaged.</summary>
public sealed class SharedTokenFailureTests : SharedTokensTest
{
    [Theory]
    [MemberData(nameof(Damaged))]
    public async Task A_damaged_entry_costs_a_login_at_most_and_is_whole_again_after_it(string member, object? value)
    {
        var first = await GetAsync();
        var entity = Table.Single;
        entity[member] = value;
        Table.Put(entity);

        (await GetAsync(refused: first)).Value.ShouldBe("token 2");
        (await GetAsync()).Value.ShouldBe("token 2");
    }

    [Fact]
    public async Task What_another_version_has_sealed_costs_a_login()
    {
        Table.Put(new TableEntity(OrgSeal.Partition, OrgSeal.Row) { ["Sealed"] = OrgSeal.Seal(Encoding.UTF8.GetBytes("""{"version":2}""")) });

        (await GetAsync()).Value.ShouldBe("token 1");
        (await GetAsync()).Value.ShouldBe("token 1");
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task When_storage_fails_each_instance_logs_in_for_itself(TableRequest request, Exception failure)
    {
        Table.Before = (current, _) => current == request ? Task.FromException(failure) : Task.CompletedTask;

        (await GetAsync()).Value.ShouldBe("token 1");

        Logins.ShouldBe(1);
        Log.Text.ShouldContain("logs in at mydomain.my.salesforce.com:443 for itself");
    }

    [Theory]
    [InlineData(TableRequest.Read)]
    [InlineData(TableRequest.Add)]
    [InlineData(TableRequest.Update)]
    public async Task Storage_that_does_not_answer_is_waited_for_three_seconds(TableRequest request)
    {
        Table.Before = (current, cancellation) => current == request ? Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation) : Task.CompletedTask;
        var pending = GetAsync();
        Time.Advance(TimeSpan.FromSeconds(2.9));
        pending.IsCompleted.ShouldBeFalse();

        Time.Advance(TimeSpan.FromSeconds(0.1));

        (await pending).Value.ShouldBe("token 1");
        Logins.ShouldBe(1);
    }

    [Fact]
    public async Task A_lease_whose_answer_was_lost_is_known_for_ones_own()
    {
        Table.LosesNextAnswer = true;
        var first = await RunOutAsync(GetAsync());
        first.Value.ShouldBe("token 1");
        Time.Advance(TimeSpan.FromHours(1));

        Table.LosesNextAnswer = true;
        var asked = Time.GetUtcNow();
        (await RunOutAsync(GetAsync(refused: first))).Value.ShouldBe("token 2");
        // As a stranger's it would have been waited for.
        (Time.GetUtcNow() - asked).ShouldBeLessThan(Lease);

        (await GetAsync()).Value.ShouldBe("token 2");
        Logins.ShouldBe(2);
    }

    public static TheoryData<string, object?> Damaged => new()
    {
        { "Sealed", null },
        { "Sealed", Array.Empty<byte>() },
        { "Sealed", new byte[200] },
        { "Sealed", "text" },
        { "LeaseUntil", "tomorrow" },
        { "LeaseUntil", DateTimeOffset.MaxValue },
        { "Writer", "nobody" },
    };

    public static TheoryData<TableRequest, Exception> Failures => new()
    {
        { TableRequest.Read, new RequestFailedException(503, "Busy.") },
        { TableRequest.Read, new RequestFailedException(404, "No such table.", "TableNotFound", null) },
        { TableRequest.Add, new RequestFailedException(404, "No such table.", "TableNotFound", null) },
        { TableRequest.Add, new RequestFailedException(403, "Not allowed.") },
        { TableRequest.Add, new AggregateException("Several attempts failed.") },
        { TableRequest.Read, new AuthenticationFailedException("There is no identity.") },
        { TableRequest.Update, new RequestFailedException(503, "Busy.") },
    };
}
