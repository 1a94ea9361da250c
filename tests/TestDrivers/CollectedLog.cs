using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace TestDrivers;

/// <summary>All that an app logged, of every category and level, exceptions included.</summary>
internal sealed class CollectedLog : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _entries = new();

    public string Text => string.Join('\n', _entries);

    /// <summary>How many records there are; scopes are none.</summary>
    public int Count => _entries.Count(entry => !entry.Contains(" scope ", StringComparison.Ordinal));

    /// <summary>The entries that have such a text.</summary>
    public IReadOnlyList<string> Lines(string text) => [.. _entries.Where(entry => entry.Contains(text, StringComparison.Ordinal))];

    public ILogger CreateLogger(string categoryName) => new Collector(categoryName, _entries);

    public void Dispose()
    {
    }

    private sealed class Collector(string category, ConcurrentQueue<string> entries) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            entries.Enqueue($"{category} scope {state}");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            entries.Enqueue($"{logLevel} {category} {formatter(state, exception)} {exception}");
    }
}
