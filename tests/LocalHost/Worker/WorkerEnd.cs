namespace LocalHost;

/// <summary>Describes why a worker exited at startup, from its output.</summary>
internal static class WorkerEnd
{
    private const string Unhandled = "Unhandled exception. ";

    public static string Explain(string lastWords)
    {
        // "Unhandled exception. Some.Exception: its message", where the message can have several lines, then the stack trace.
        var words = lastWords.Split('\n');
        var start = Array.FindIndex(words, line => line.StartsWith(Unhandled, StringComparison.Ordinal));
        if (start < 0)
        {
            return lastWords.Length == 0 ? "The app ended at its start without any output." : $"The app ended at its start: {lastWords}";
        }

        var message = string.Join('\n', words.Skip(start).TakeWhile(line => !line.StartsWith("   at ", StringComparison.Ordinal)));
        var colon = message.IndexOf(": ", StringComparison.Ordinal);
        return colon < 0 ? message : message[(colon + 2)..];
    }
}
