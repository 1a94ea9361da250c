using System.CommandLine;
using Faults;
using LocalHost;

// Sends creates through the queue while calls fail and the functions are killed, and draws the balance.
var messages = new Option<int>("--messages") { Description = "How many creates are sent in each round.", DefaultValueFactory = _ => 2_000 };
var kills = new Option<int>("--kills") { Description = "How often the functions are killed in each round.", DefaultValueFactory = _ => 5 };
var command = new RootCommand("Creates through the queue, with a tenth of all calls failing and the functions killed on the way: nothing lost, nothing done twice.");
command.Options.Add(messages);
command.Options.Add(kills);
command.SetAction(async (arguments, cancellationToken) =>
{
    if (Azurite.Unavailable is { } reason)
    {
        await Console.Error.WriteLineAsync(reason);
        return 1;
    }

    await using var azurite = await Azurite.StartAsync(new AzuriteOptions { Accounts = 2 }, cancellationToken);
    var whole = true;
    foreach (var account in azurite.Accounts)
    {
        var withExternalId = account == azurite.Accounts[0];
        var round = new Round(account.ConnectionString, arguments.GetValue(messages), arguments.GetValue(kills), withExternalId, Console.Out);
        var balance = await round.RunAsync(cancellationToken);
        await balance.PrintAsync(Console.Out);
        whole &= balance.IsWhole;
    }

    return whole ? 0 : 1;
});
return await command.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
