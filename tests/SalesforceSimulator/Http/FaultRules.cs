namespace SalesforceSimulator.Http;

/// <summary>The active fault rules, in order.</summary>
internal sealed class FaultRules(int seed)
{
    private readonly Lock _lock = new();
    private readonly List<Entry> _rules = [];
    private Random _random = new(seed);

    /// <summary>Adds rules after the active ones.</summary>
    /// <exception cref="ArgumentException">A rule is invalid. No rule was added.</exception>
    public void Add(IReadOnlyList<FaultRule> rules)
    {
        if (rules.Select(rule => rule.Problem).FirstOrDefault(problem => problem is not null) is { } wrong)
        {
            throw new ArgumentException(wrong, nameof(rules));
        }

        lock (_lock)
        {
            _rules.AddRange(rules.Select(rule => new Entry(rule)));
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _rules.Clear();
            _random = new Random(seed);
        }
    }

    /// <summary>Finds the rule that applies to this request, if any, and counts its use.</summary>
    public FaultRule? Take(string method, string path)
    {
        lock (_lock)
        {
            var entry = _rules.Find(entry => entry.Remaining > 0 && Matches(entry.Rule, method, path)
                && (entry.Rule.Rate >= 1 || _random.NextDouble() < entry.Rule.Rate));
            if (entry is not null)
            {
                entry.Remaining--;
            }

            return entry?.Rule;
        }
    }

    private static bool Matches(FaultRule rule, string method, string path) =>
        (rule.Method is null || string.Equals(rule.Method, method, StringComparison.OrdinalIgnoreCase))
        && (rule.Path is null || Glob.IsMatch(path, rule.Path));

    private sealed class Entry(FaultRule rule)
    {
        public FaultRule Rule { get; } = rule;

        public long Remaining { get; set; } = rule.Times ?? long.MaxValue;
    }
}
