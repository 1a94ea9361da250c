namespace Benchmarks.Scale;

/// <summary>Numbers by chance, the same in each run.</summary>
internal sealed class Chance
{
    private const int Seed = 4711;

#pragma warning disable CA5394 // No secret.
    private readonly Random _random = new(Seed);

    public double Between(double least, double most) => least + (_random.NextDouble() * (most - least));
#pragma warning restore CA5394
}
