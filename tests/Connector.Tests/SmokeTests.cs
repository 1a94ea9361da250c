namespace Connector.Tests;

public sealed class SmokeTests
{
    [Fact]
    public void One() => (1 + 1).ShouldBe(2);
}
