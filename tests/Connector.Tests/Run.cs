using Xunit.Sdk;
using Xunit.v3;

[assembly: AssemblyFixture(typeof(AzuriteFixture))]
// Each test starts what it needs, and shares nothing that another one changes.
[assembly: Parallelization(Mode = ParallelMode.All)]
