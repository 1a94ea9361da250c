using System.CommandLine;
using OrgComparison;

// Compares what the simulator says with what a real org says, fact by fact.
var anyOrg = new Option<bool>("--any-org")
{
    Description = "Also an org that is neither a Developer Edition nor a sandbox. Records are made there, and deleted again.",
};
var command = new RootCommand(
    "Runs each fact about Salesforce's REST API that the connector relies on against an org, named by COMPARISON_ORG_URL, COMPARISON_CLIENT_ID and COMPARISON_CLIENT_SECRET, and against the simulator, and prints what differs. Exit code 0: nothing; 1: something; 2: it could not be run.");
command.Options.Add(anyOrg);
command.SetAction(async (arguments, cancellationToken) =>
{
    try
    {
        using var org = new ComparedOrg(OrgSettings.FromEnvironment(Environment.GetEnvironmentVariable));
        await using var simulator = await SimulatedOrg.StartAsync(cancellationToken);
        using var simulated = new ComparedOrg(SimulatedOrg.SettingsOf(simulator, org.Settings));
        if (!arguments.GetValue(anyOrg))
        {
            await OrgKind.VerifyAsync(org, cancellationToken);
        }

        var result = await new Comparison(org, simulated, Console.Out).RunAsync(cancellationToken);
        return result.Different == 0 ? 0 : 1;
    }
    catch (Exception e) when (e is InvalidOperationException or HttpRequestException)
    {
        await Console.Error.WriteLineAsync(e.Message);
        return 2;
    }
});
return await command.Parse(args).InvokeAsync();
