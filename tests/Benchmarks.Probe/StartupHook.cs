using System.IO.Pipes;
using System.Text.Json;
using Benchmarks.Probe;
#pragma warning disable CA1050 // Types in namespaces: the runtime looks for a startup hook of just this name.

/// <summary>Runs in a worker's process before the app: answers each line on a named pipe with a <see cref="Usage"/>.</summary>
internal static class StartupHook
{
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(Usage.PipeVariable) is { } pipe)
        {
            new Thread(() => Answer(pipe)) { IsBackground = true, Name = "Probe" }.Start();
        }
    }

    private static void Answer(string pipe)
    {
        using var stream = new NamedPipeServerStream(pipe);
        stream.WaitForConnection();
        using var reader = new StreamReader(stream);
        using var writer = new StreamWriter(stream) { AutoFlush = true };
        while (reader.ReadLine() is not null)
        {
            writer.WriteLine(JsonSerializer.Serialize(Usage.Current, JsonSerializerOptions.Web));
        }
    }
}
