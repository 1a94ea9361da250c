using System.Net;
using System.Net.Sockets;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using SalesforceConnector.Triggers.Queues;

namespace LocalHost.Tests;

public sealed class AzuriteTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task All_that_the_app_expects_is_made_once()
    {
        var account = await azurite.TakeAccountAsync();
        var options = new QueueOptions { Results = "own-results", ReplyTo = "replies, more-replies" };

        await AppStorage.CreateAsync(account.ConnectionString, options, TestContext.Current.CancellationToken);
        await AppStorage.CreateAsync(account.ConnectionString, options, TestContext.Current.CancellationToken);

        (await new QueueDriver(account.ConnectionString).NamesAsync()).ShouldBe(
            [
                .. QueueOptions.Operations.Values.SelectMany(queue => new[] { queue, $"{queue}-poison" }),
                "more-replies", "replies", "salesforce-poison", "own-results", "salesforce-events", "salesforce-deliver-event", "salesforce-deliver-event-poison",
            ],
            ignoreOrder: true);
        (await new BlobContainerClient(account.ConnectionString, "salesforce-results").ExistsAsync(TestContext.Current.CancellationToken)).Value.ShouldBeTrue();
        var tables = await new TableServiceClient(account.ConnectionString)
            .QueryAsync(cancellationToken: TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
        tables.Select(table => table.Name).ShouldBe(["salesforceevents", "salesforceoperations", "salesforcetokens"], ignoreOrder: true);
    }

    [Fact]
    public async Task Accounts_know_nothing_of_each_other()
    {
        var mine = new QueueDriver((await azurite.TakeAccountAsync()).ConnectionString);
        var others = new QueueDriver((await azurite.TakeAccountAsync()).ConnectionString);

        await mine.CreateAsync("mine");

        (await others.NamesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task It_listens_at_given_ports_until_it_is_stopped_and_keeps_its_data_in_a_given_folder()
    {
        Assert.SkipWhen(Azurite.Unavailable is not null, Azurite.Unavailable ?? "");
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var options = new AzuriteOptions { BlobPort = FreePort.Next(), QueuePort = FreePort.Next(), TablePort = FreePort.Next(), DataFolder = folder.FullName };
            AzuriteEndpoints endpoints;
            await using (var first = await StartAsync(options))
            {
                endpoints = first.Endpoints;
                (endpoints.Blob.Port, endpoints.Queue.Port, endpoints.Table.Port).ShouldBe((options.BlobPort, options.QueuePort, options.TablePort));
                var queues = new QueueDriver(first.Accounts[0].ConnectionString);
                await queues.CreateAsync("kept");
                await queues.SendAsync("kept", "a message");
            }

            await ShouldNotListenAsync(endpoints.Queue);
            await using var second = await StartAsync(options);
            second.Endpoints.ShouldBe(endpoints);
            (await new QueueDriver(second.Accounts[0].ConnectionString).TakeAllAsync("kept")).ShouldBe(["a message"]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task When_it_does_not_start_the_exception_says_what_it_said()
    {
        Assert.SkipWhen(Azurite.Unavailable is not null, Azurite.Unavailable ?? "");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        var exception = await Should.ThrowAsync<AzuriteException>(
            () => StartAsync(new AzuriteOptions { TablePort = ((IPEndPoint)listener.LocalEndpoint).Port }));

        exception.Message.ShouldStartWith("Azurite did not start: ");
        exception.Message.ShouldContain("EADDRINUSE");
    }

    private static Task<Azurite> StartAsync(AzuriteOptions options) => Azurite.StartAsync(options, TestContext.Current.CancellationToken);

    private static async Task ShouldNotListenAsync(Uri url)
    {
        using var client = new TcpClient();
        await Should.ThrowAsync<SocketException>(() => client.ConnectAsync(url.Host, url.Port, TestContext.Current.CancellationToken).AsTask());
    }
}
