using Benchmarks.Peers;

// One program of those that are measured, or measured against, in a process of its own. No more than this stands between
// the process's start and the program's, as the start is measured too.
await (args switch
{
    ["org"] => FixedOrg.RunAsync(),
    ["connector", var org] => Connector.ServeAsync(new Uri(org)),
    ["connector-queue", var org, var storage] => Connector.ListenAsync(new Uri(org), storage),
    ["proxy", var org] => Proxy.RunAsync(new Uri(org)),
    ["loop", var org, var storage] => PlainLoop.RunAsync(new Uri(org), storage, sendResult: false),
    ["loop-with-result", var org, var storage] => PlainLoop.RunAsync(new Uri(org), storage, sendResult: true),
    _ => throw new ArgumentException($"There is no such peer: {string.Join(' ', args)}"),
});
