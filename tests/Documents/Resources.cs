namespace Documents;

/// <summary>The files that are embedded in this program: what all operations have in common.</summary>
internal static class Resources
{
    public static string Read(string name)
    {
        using var reader = new StreamReader(typeof(Resources).Assembly.GetManifestResourceStream(name)
            ?? throw new FileNotFoundException($"{name} is not embedded."));
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
