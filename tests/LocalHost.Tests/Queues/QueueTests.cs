
namespace LocalHost.Tests;

/// <summary>What the host does with messages, over a real Azurite.</summary>
public sealed class QueueTests(AzuriteFixture azurite)
{
    private const string Poison = "work-poison";

    // Storage counts in whole seconds.
    private static readonly TimeSpan Rounding = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Each_message_runs_the_function_with_its_text_in_a_scope_of_its_own_and_is_deleted()
    {
        await using var app = await StartAsync(new Deliveries());
        string[] texts = ["""{ "name": "O'Brien & Müller <GmbH>" }""", "two\nlines", " "];

        foreach (var text in texts)
        {
            await app.Queues.SendAsync(QueueApp.Queue, text);
        }

        var deliveries = await app.Deliveries.NextAsync(texts.Length);
        deliveries.Select(delivery => delivery.Text).ShouldBe(texts, ignoreOrder: true);
        deliveries.Select(delivery => delivery.Scope).ShouldBeUnique();
        await app.Queues.WaitForCountAsync(QueueApp.Queue, 0);
    }

    [Fact]
    public async Task A_function_that_fails_gets_its_message_again_until_it_goes_to_the_poison_queue_which_is_made_for_it()
    {
        await using var app = await StartAsync(Deliveries.Failing(), ("maxDequeueCount", "3"));

        await app.Queues.SendAsync(QueueApp.Queue, "bad & ugly");

        await app.Queues.WaitForCountAsync(Poison, 1);
        (await app.Queues.TakeAllAsync(Poison)).ShouldBe(["bad & ugly"]);
        await app.Queues.WaitForCountAsync(QueueApp.Queue, 0);
        (await app.Deliveries.NextAsync(3)).ShouldAllBe(delivery => delivery.Text == "bad & ugly");
        app.Deliveries.IsAnyLeft.ShouldBeFalse();
        app.Log.Text.ShouldContain("Error LocalHost.QueueExecutor Function Works failed");
        app.Log.Text.ShouldContain("Message has reached MaxDequeueCount of 3. Moving message to queue 'work-poison'.");
    }

    [Fact]
    public async Task After_a_failure_a_message_stays_hidden_for_visibilityTimeout()
    {
        await using var app = await StartAsync(Deliveries.Failing(), ("visibilityTimeout", "00:00:03"), ("maxDequeueCount", "2"));

        await app.Queues.SendAsync(QueueApp.Queue, "later");

        var first = await app.Deliveries.NextAsync();
        (await app.Deliveries.NextAsync()).After(first).ShouldBeGreaterThan(TimeSpan.FromSeconds(3) - Rounding);
    }

    [Fact]
    public async Task A_message_that_was_taken_too_often_without_an_end_goes_to_the_poison_queue_without_running()
    {
        var account = await azurite.TakeAccountAsync();
        var queues = new QueueDriver(account.ConnectionString);
        var queue = await queues.CreateAsync(QueueApp.Queue);
        await queues.SendAsync(QueueApp.Queue, "breaks its host");
        for (var crash = 0; crash < 2; crash++)
        {
            var message = (await queue.ReceiveMessageAsync(cancellationToken: TestContext.Current.CancellationToken)).Value;
            await queue.UpdateMessageAsync(
                message.MessageId, message.PopReceipt, visibilityTimeout: TimeSpan.Zero, cancellationToken: TestContext.Current.CancellationToken);
        }

        await using var app = await QueueApp.StartAsync(account, new Deliveries(), hostSettings: ("maxDequeueCount", "2"));

        await queues.WaitForCountAsync(Poison, 1);
        await queues.WaitForCountAsync(QueueApp.Queue, 0);
        app.Deliveries.IsAnyLeft.ShouldBeFalse();
    }

    [Fact]
    public async Task A_poison_queue_has_no_poison_queue_and_what_fails_there_comes_back_when_its_lease_is_over()
    {
        var account = await azurite.TakeAccountAsync();
        await new QueueDriver(account.ConnectionString).CreateAsync(Poison);
        var lease = TimeSpan.FromSeconds(3);
        await using var app = await QueueApp.StartAsync(account, Deliveries.Failing(), lease, Poison, ("maxDequeueCount", "2"));

        await app.Queues.SendAsync(Poison, "hopeless");

        var first = await app.Deliveries.NextAsync();
        (await app.Deliveries.NextAsync()).After(first).ShouldBeGreaterThan(lease - Rounding);
        (await app.Queues.CountAsync(Poison)).ShouldBe(1);
        (await app.Queues.Queue(Poison + "-poison").ExistsAsync(TestContext.Current.CancellationToken)).Value.ShouldBeFalse();
    }

    [Fact]
    public async Task With_base64_a_message_is_decoded_and_one_that_is_none_goes_to_the_poison_queue_as_it_is_without_running()
    {
        await using var app = await StartAsync(new Deliveries(), ("messageEncoding", "base64"));

        await app.Queues.SendAsync(QueueApp.Queue, """{"plain":"text"}""");
        await app.Queues.SendAsync(QueueApp.Queue, "TcO8bGxlcg==");

        (await app.Deliveries.NextAsync()).Text.ShouldBe("Müller");
        await app.Queues.WaitForCountAsync(Poison, 1);
        (await app.Queues.TakeAllAsync(Poison)).ShouldBe(["""{"plain":"text"}"""]);
        await app.Queues.WaitForCountAsync(QueueApp.Queue, 0);
        app.Deliveries.IsAnyLeft.ShouldBeFalse();
    }

    [Fact]
    public async Task A_batch_is_taken_when_no_more_than_newBatchThreshold_run_and_no_more_than_both_together_ever_do()
    {
        // All there before anybody looks: else the first batch may be a smaller one, and a second is waited for in vain.
        var account = await azurite.TakeAccountAsync();
        var queue = await new QueueDriver(account.ConnectionString).CreateAsync(QueueApp.Queue);
        for (var number = 0; number < 12; number++)
        {
            await queue.SendMessageAsync($"{number}", TestContext.Current.CancellationToken);
        }

        using var gate = new SemaphoreSlim(0);
        await using var app = await QueueApp.StartAsync(
            account,
            new Deliveries((_, cancellationToken) => gate.WaitAsync(cancellationToken)),
            hostSettings: [("batchSize", "4"), ("newBatchThreshold", "2")]);

        await app.Deliveries.NextAsync(4);
        gate.Release(2);
        await app.Deliveries.NextAsync(2);
        gate.Release(10);
        await app.Deliveries.NextAsync(6);
        await app.Queues.WaitForCountAsync(QueueApp.Queue, 0);

        app.Deliveries.Most.ShouldBeInRange(4, 6);
    }

    [Fact]
    public async Task A_queue_that_is_missing_is_not_made_but_listened_to_once_it_is_there()
    {
        await using var app = await QueueApp.StartAsync(await azurite.TakeAccountAsync(), new Deliveries());
        (await app.Queues.Queue(QueueApp.Queue).ExistsAsync(TestContext.Current.CancellationToken)).Value.ShouldBeFalse();

        await app.Queues.CreateAsync(QueueApp.Queue);
        await app.Queues.SendAsync(QueueApp.Queue, "at last");

        (await app.Deliveries.NextAsync()).Text.ShouldBe("at last");
    }

    [Fact]
    public async Task A_storage_that_goes_away_is_listened_to_again_when_it_is_back()
    {
        Assert.SkipWhen(Azurite.Unavailable is not null, Azurite.Unavailable ?? "");
        var storage = await Azurite.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        await new QueueDriver(storage.Accounts[0].ConnectionString).CreateAsync(QueueApp.Queue);
        await using var app = await QueueApp.StartAsync(storage.Accounts[0], new Deliveries());
        await app.Queues.SendAsync(QueueApp.Queue, "before");
        await app.Deliveries.NextAsync();
        await storage.DisposeAsync();

        await using var again = await Azurite.StartAsync(
            new AzuriteOptions
            {
                BlobPort = storage.Endpoints.Blob.Port,
                QueuePort = storage.Endpoints.Queue.Port,
                TablePort = storage.Endpoints.Table.Port,
            },
            TestContext.Current.CancellationToken);
        await app.Queues.CreateAsync(QueueApp.Queue);
        await app.Queues.SendAsync(QueueApp.Queue, "at last");

        (await app.Deliveries.NextAsync()).Text.ShouldBe("at last");
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public async Task Stopping_cancels_what_runs_and_completes_its_message_or_leaves_it(bool throws, int left)
    {
        await using var app = await StartAsync(new Deliveries(async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (throws)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
        }));
        await app.Queues.SendAsync(QueueApp.Queue, "long");
        await app.Deliveries.NextAsync();

        await app.StopAsync();

        app.Deliveries.Running.ShouldBe(0);
        (await app.Queues.CountAsync(QueueApp.Queue)).ShouldBe(left);
    }

    private async Task<QueueApp> StartAsync(Deliveries deliveries, params (string Name, string Value)[] hostSettings)
    {
        var account = await azurite.TakeAccountAsync();
        await new QueueDriver(account.ConnectionString).CreateAsync(QueueApp.Queue);
        return await QueueApp.StartAsync(account, deliveries, hostSettings: hostSettings);
    }
}
