using SalesforceSimulator.Http;

namespace SalesforceSimulator.Events;

/// <summary>The active fault rules of the Pub/Sub API, in order.</summary>
internal sealed class EventFaults
{
    private readonly Lock _lock = new();
    private readonly List<(EventFault Rule, long Remaining)> _rules = [];

    /// <exception cref="ArgumentException">A rule is invalid. No rule was added.</exception>
    public void Add(IReadOnlyList<EventFault> rules)
    {
        if (rules.Select(rule => rule.Problem).FirstOrDefault(problem => problem is not null) is { } wrong)
        {
            throw new ArgumentException(wrong, nameof(rules));
        }

        lock (_lock)
        {
            _rules.AddRange(rules.Select(rule => (rule, rule.Times ?? long.MaxValue)));
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _rules.Clear();
        }
    }

    /// <summary>Finds the rule that applies to a call, if any, and counts its use.</summary>
    public EventFault? Take(string method, string? topic)
    {
        lock (_lock)
        {
            var at = _rules.FindIndex(entry => entry.Remaining > 0
                && (entry.Rule.Method is null || entry.Rule.Method == method)
                && (entry.Rule.Topic is null || (topic is not null && Glob.IsMatch(topic, entry.Rule.Topic))));
            if (at < 0)
            {
                return null;
            }

            var (rule, remaining) = _rules[at];
            _rules[at] = (rule, remaining - 1);
            return rule;
        }
    }
}
