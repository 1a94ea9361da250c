using Benchmarks.Peers;

// One program of those that are measured, or measured against, in a process of its own.
await (args switch
{
    ["org"] => FixedOrg.RunAsync(),
    ["app", var options] => HostedApp.RunAsync(options),
    ["proxy", var target] => Proxy.RunAsync(new Uri(target)),
    _ => throw new ArgumentException($"There is no such peer: {string.Join(' ', args)}"),
});
