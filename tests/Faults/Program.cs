using System.CommandLine;
using Faults;
using LocalHost;

// Sends creates while calls fail and what they need is killed, stopped or refused, and draws the balance.
var messages = new Option<int>("--messages") { Description = "How many creates are sent in each round, by queue and by HTTP each.", DefaultValueFactory = _ => 2_000 };
var kills = new Option<int>("--kills") { Description = "How often the functions are killed in each round; other disturbances come in between.", DefaultValueFactory = _ => 5 };
var command = new RootCommand("Creates by queue and by HTTP, with a tenth of all calls failing, the functions killed, the storage stopped, sessions ended, logins refused and limits reached on the way: nothing lost, nothing done twice.");
command.Options.Add(messages);
command.Options.Add(kills);
var outage = new Option<TimeSpan>("--outage") { Description = "For how long the tables are cut off in the middle of each round, such as 00:03:00.", DefaultValueFactory = _ => TimeSpan.FromSeconds(3) };
command.Options.Add(outage);
var payloads = new Option<int>("--payloads") { Description = "How many spoilt payloads are sent.", DefaultValueFactory = _ => 100_000 };
var seed = new Option<int>("--seed") { Description = "What makes the same ones again.", DefaultValueFactory = _ => 1 };
var hostile = new Command("hostile", "Spoilt payloads of all operations, most by HTTP and a tenth by queue: each is answered, none by an internal error, no secret is let out.");
hostile.Options.Add(payloads);
hostile.Options.Add(seed);
hostile.SetAction((arguments, cancellationToken) => IfAzuriteCanStartAsync(async () =>
{
    await using var storage = await Storage.StartAsync(cancellationToken);
    var run = new HostileRun(storage, arguments.GetValue(payloads), arguments.GetValue(seed), Console.Out);
    return await run.RunAsync(cancellationToken) ? 0 : 1;
}));
command.Subcommands.Add(hostile);
var changes = new Option<int>("--changes") { Description = "How many changes of records are made.", DefaultValueFactory = _ => 100_000 };
var endings = new Option<int>("--kills") { Description = "How often the functions are killed; tokens end and streams break in between.", DefaultValueFactory = _ => 10 };
var stop = new Option<TimeSpan>("--outage") { Description = "For how long the storage is stopped in the middle.", DefaultValueFactory = _ => TimeSpan.FromMinutes(1) };
var events = new Command("events", "Change events while the functions are killed, tokens end, streams break and the storage stops: each on the queue and at a webhook, in order.");
events.Options.Add(changes);
events.Options.Add(endings);
events.Options.Add(stop);
events.SetAction((arguments, cancellationToken) => IfAzuriteCanStartAsync(async () =>
{
    await using var storage = await Storage.StartAsync(cancellationToken);
    var round = new EventRound(storage, arguments.GetValue(changes), arguments.GetValue(endings), arguments.GetValue(stop), Console.Out);
    var balance = await round.RunAsync(cancellationToken);
    await balance.PrintAsync(Console.Out);
    return balance.IsWhole ? 0 : 1;
}));
command.Subcommands.Add(events);

var rows = new Option<int>("--rows") { Description = "How many rows there are.", DefaultValueFactory = _ => 2_000_000 };
var rounds = new Option<int>("--rounds") { Description = "How often the functions and a bare client write them in turn, before the functions are killed.", DefaultValueFactory = _ => 3 };
var bulkKills = new Option<int>("--kills") { Description = "How often the functions are killed.", DefaultValueFactory = _ => 10 };
var bulk = new Command("bulk", "One bulk write of many rows from a blob, 1 % of them refused, beside a bare client and while the functions are killed: every row once, and the result says so.");
bulk.Options.Add(rows);
bulk.Options.Add(rounds);
bulk.Options.Add(bulkKills);
bulk.SetAction((arguments, cancellationToken) => IfAzuriteCanStartAsync(async () =>
{
    await using var storage = await Storage.StartAsync(cancellationToken);
    var run = new BulkRun(storage, arguments.GetValue(rows), arguments.GetValue(rounds), arguments.GetValue(bulkKills), Console.Out);
    return await run.RunAsync(cancellationToken) ? 0 : 1;
}));
command.Subcommands.Add(bulk);

var queryKills = new Option<int>("--kills") { Description = "How often the functions are killed.", DefaultValueFactory = _ => 5 };
var format = new Option<string>("--format") { Description = "How the records are stored: csv or jsonl.", DefaultValueFactory = _ => "csv" };
var bulkQuery = new Command("bulk-query", "One bulk query of many records into a blob, undisturbed and while the functions are killed: the same bytes.");
bulkQuery.Options.Add(rows);
bulkQuery.Options.Add(queryKills);
bulkQuery.Options.Add(format);
bulkQuery.SetAction((arguments, cancellationToken) => IfAzuriteCanStartAsync(async () =>
{
    await using var storage = await Storage.StartAsync(cancellationToken);
    var run = new BulkQueryRun(storage, arguments.GetValue(rows), arguments.GetValue(queryKills), arguments.GetValue(format)!, Console.Out);
    return await run.RunAsync(cancellationToken) ? 0 : 1;
}));
command.Subcommands.Add(bulkQuery);
command.SetAction((arguments, cancellationToken) => IfAzuriteCanStartAsync(async () =>
{
    var whole = true;
    foreach (var withExternalId in (bool[])[true, false])
    {
        await using var storage = await Storage.StartAsync(cancellationToken);
        var round = new Round(storage, arguments.GetValue(messages), arguments.GetValue(kills), arguments.GetValue(outage), withExternalId, Console.Out);
        var balance = await round.RunAsync(cancellationToken);
        await balance.PrintAsync(Console.Out);
        whole &= balance.IsWhole;
    }

    return whole ? 0 : 1;
}));
return await command.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });

static async Task<int> IfAzuriteCanStartAsync(Func<Task<int>> runAsync)
{
    if (Azurite.Unavailable is not { } reason)
    {
        return await runAsync();
    }

    await Console.Error.WriteLineAsync(reason);
    return 1;
}
