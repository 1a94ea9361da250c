namespace LocalHost;

/// <summary>The size that the first generation of a .NET process has where its memory is measured, as an environment variable.</summary>
/// <remarks>
/// By itself .NET makes it as large as the processor's cache, which is 260 MiB on some machines, and lets that much garbage
/// lie before it collects any. What is measured then is the machine and not what the process needs.
/// </remarks>
internal static class FirstGeneration
{
    public const string Variable = "DOTNET_GCgen0size";

    /// <summary>16 MiB, as the runtime reads it: in hexadecimal.</summary>
    public const string Size = "0x1000000";
}
