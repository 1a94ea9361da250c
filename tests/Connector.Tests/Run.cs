using Xunit.Sdk;
using Xunit.v3;

[assembly: AssemblyFixture(typeof(AzuriteFixture))]
// Each test starts what it needs, and shares nothing that another one changes; many wait for other processes.
[assembly: Parallelization(Mode = ParallelMode.All, MaxThreads = 4)]
